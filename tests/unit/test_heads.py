"""A head learns what can be learnt; what was trained survives its file, or refuses in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from models import manifest
from models.calibration import fit_platt
from models.head import Floats, Head, Platt
from models.lab.bench.metrics import auroc
from models.lab.training.ridge import Block, fit_ridge
from models.lab.training.samples import Flags
from models.manifest import Entry, WeightsError, read_manifest, ready, write_weights
from models.trained import TRAINED, load, part, prefixed, to_bytes

BLOCKS = (Block(16, 1.0), Block(2, 0.75, plain=True))
LAYOUT = ("pause", "words")


def learnable(count: int = 240, seed: int = 11) -> tuple[Floats, Flags]:
    """Vectors of which one direction, and a plain number, speak for the answer."""
    random = np.random.default_rng(seed)
    truth = random.random(count) < 0.4
    vectors = random.normal(0, 0.2, (count, 16)) + np.outer(truth - 0.4, np.eye(16)[0])
    plain = 100 * truth[:, None] + random.normal(0, 100, (count, 2))
    return np.concatenate([vectors, plain], axis=1), truth


@pytest.mark.parametrize("count", [12, 240])  # fewer rows than columns, and more
def test_what_is_learnt_holds_on_other_rows(count: int) -> None:
    features, truth = learnable(count)
    head = fit_ridge(features, truth.astype(float), BLOCKS)
    others, right = learnable(seed=12)
    assert (auroc(head.scores(others), right) or 0) > (0.9 if count > 100 else 0.6)
    assert head.score(others[0]) == pytest.approx(head.scores(others)[0])


def test_a_score_becomes_a_probability() -> None:
    features, truth = learnable(2000)
    scores = fit_ridge(features, truth.astype(float), BLOCKS).scores(features)
    platt = Platt(*fit_platt(scores, truth.astype(float)))
    chances = np.array([platt.probability(score) for score in scores])
    assert chances.mean() == pytest.approx(truth.mean(), abs=0.01)
    assert 0 < platt.probability(-1e9) < platt.probability(1e9) < 1


def head() -> Head:
    features, truth = learnable()
    return fit_ridge(features, truth.astype(float), BLOCKS)


def write(folder: Path, figures: dict[str, str] | None = None) -> None:
    data = to_bytes(prefixed("need", head().arrays()), LAYOUT)
    write_weights(folder, TRAINED, data, Entry("", "test", figures=figures or {}))


def test_a_head_comes_back_from_its_file(tmp_path: Path) -> None:
    write(tmp_path)
    arrays, digest = load(LAYOUT, tmp_path)
    row = learnable()[0][0]
    assert Head.of(part(arrays, "need")).score(row) == head().score(row)
    assert read_manifest(tmp_path)[TRAINED].sha256.startswith(digest)
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(WeightsError, match="no part named trees"):
        part(arrays, "trees")


def test_a_damaged_or_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="run `hunch train reward` again"):
        load(LAYOUT, tmp_path)
    write(tmp_path)
    data = bytearray((tmp_path / TRAINED).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / TRAINED).write_bytes(data)
    with pytest.raises(WeightsError, match="run `hunch train reward` again"):
        load(LAYOUT, tmp_path)


def test_a_kill_between_weights_and_manifest_is_mended_by_the_same_command(tmp_path: Path) -> None:
    write(tmp_path)
    whole = (tmp_path / TRAINED).read_bytes()
    (tmp_path / TRAINED).write_bytes(whole + b"newer")
    with pytest.raises(WeightsError, match="run `hunch train reward` again"):
        load(LAYOUT, tmp_path)
    write(tmp_path)
    assert load(LAYOUT, tmp_path).arrays
    told = tmp_path / "manifest.json"
    told.write_bytes(b"{")
    with pytest.raises(WeightsError, match="remove this file and run"):
        ready(tmp_path)
    told.unlink()
    write(tmp_path)
    assert load(LAYOUT, tmp_path).arrays


def test_only_what_was_installed_is_installed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(manifest, "WEIGHTS", tmp_path)
    with pytest.raises(WeightsError, match="install hunch-assistant again"):
        load(LAYOUT, tmp_path)


@pytest.mark.parametrize("data", [b"", b"no weights", b"PK\x03\x04 nor these"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, data: bytes) -> None:
    write_weights(tmp_path, TRAINED, data, Entry("", "test"))
    with pytest.raises(WeightsError, match="cannot be read"):
        load(LAYOUT, tmp_path)


def test_heads_of_another_encoder_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"encoder": "0123456789ab"})
    write_weights(tmp_path, "encoder.onnx", b"another", Entry("", "test"))
    with pytest.raises(WeightsError, match="another encoder"):
        load(LAYOUT, tmp_path)


def test_heads_that_read_other_numbers_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(WeightsError, match="another version of Hunch"):
        load((*LAYOUT, "places"), tmp_path)
