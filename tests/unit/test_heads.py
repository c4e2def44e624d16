"""A head learns what can be learnt, is the same each time, and survives its file or refuses."""

from pathlib import Path

import numpy as np
import pytest

from models.head import HEADS, Head, to_bytes
from models.lab.bench.metrics import auroc
from models.lab.training.samples import Samples
from models.lab.training.train_heads import best_threshold, fit_head, held_out_chances
from models.manifest import Entry, WeightsError, read_manifest, write_weights


def learnable(count: int = 240, traces: int = 6) -> Samples:
    """Vectors of which one direction, and a plain number, speak for the answer."""
    random = np.random.default_rng(11)
    truth = random.random(count) < 0.4
    vectors = random.normal(0, 0.2, (count, 16)) + np.outer(truth - 0.4, np.eye(16)[0])
    plain = 100 * truth[:, None] + random.normal(0, 100, (count, 2))
    features = np.concatenate([vectors, plain], axis=1).astype(np.float32)
    return Samples(features, 16, truth.astype(float), truth, np.arange(count) % traces)


def test_what_is_learnt_holds_on_traces_left_out() -> None:
    samples = learnable()
    chances = held_out_chances(samples)
    truth = samples.truth.astype(float)
    assert (auroc(chances, samples.truth) or 0) > 0.9
    assert np.mean((chances - truth) ** 2) < np.mean((truth.mean() - truth) ** 2) / 2


def test_the_same_rows_give_the_same_file() -> None:
    assert to_bytes({"need": fit_head(learnable())}) == to_bytes({"need": fit_head(learnable())})


def test_a_single_trace_is_enough_to_fit() -> None:
    head = fit_head(learnable(traces=1))
    assert 0 < head.threshold < 1


def test_the_threshold_parts_what_can_be_parted() -> None:
    chances = np.linspace(0, 1, 101)
    assert best_threshold(chances, chances > 0.7) == pytest.approx(0.71, abs=0.015)


def test_a_head_comes_back_from_its_file(tmp_path: Path) -> None:
    samples, head = learnable(), fit_head(learnable())
    write_weights(tmp_path, HEADS, to_bytes({"need": head}), Entry("", "test"))
    loaded, digest = Head.load("need", tmp_path)
    row = samples.features[0]
    assert loaded.probability(row) == pytest.approx(head.probability(row), abs=1e-5)
    assert read_manifest(tmp_path)[HEADS].sha256.startswith(digest)
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_or_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="install hunch-assistant again"):
        Head.load("need", tmp_path)
    write_weights(tmp_path, HEADS, to_bytes({"need": fit_head(learnable())}), Entry("", "test"))
    data = bytearray((tmp_path / HEADS).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / HEADS).write_bytes(data)
    with pytest.raises(WeightsError, match="install hunch-assistant again"):
        Head.load("need", tmp_path)


def test_heads_of_another_encoder_are_refused(tmp_path: Path) -> None:
    figures = {"encoder": "0123456789ab"}
    entry = Entry("", "test", figures=figures)
    write_weights(tmp_path, HEADS, to_bytes({"need": fit_head(learnable())}), entry)
    write_weights(tmp_path, "encoder.onnx", b"another", Entry("", "test"))
    with pytest.raises(WeightsError, match="another encoder"):
        Head.load("need", tmp_path)
