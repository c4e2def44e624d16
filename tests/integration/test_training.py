"""What `hunch train reward` learns from a few real traces, and that it makes the same again."""

import json
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from daemon.cli import main
from models.encoder import Encoder
from models.gate import Gate
from models.lab.bench.metrics import auroc
from models.lab.training.fit import Fitted, fit, remember
from models.lab.training.samples import Embedded, moments_of, trace_of, whole_traces
from models.layout import LAYOUT
from models.manifest import WEIGHTS, read_manifest
from models.reward import RewardModel
from models.trace import Release, RewardRow, encode_lines, load_release
from models.trained import to_bytes
from tests.releases import observations, write_release

SHARED = Path(__file__).parents[2].parent / "shared" / "proactivebench"


@pytest.fixture(scope="module")
def real() -> Release:
    """The released data beside the clone."""
    if not (SHARED / "reward_data").is_dir():
        pytest.fail("the ProactiveBench data should lie at ../shared/proactivebench")
    return load_release(SHARED)


@pytest.fixture(scope="module")
def embed() -> Embedded:
    return Embedded(Encoder.load())


def rows_of(release: Release, traces: slice) -> list[RewardRow]:
    rows = [*release.train, *release.test]
    names = sorted({trace_of(row) for row in rows if row.obs[0].time.startswith("17")})
    return [row for row in rows if trace_of(row) in names[traces]]


@pytest.fixture(scope="module")
def few(real: Release, embed: Embedded) -> Fitted:
    """Fitted on four real traces, which are all that it knows."""
    return fit(rows_of(real, slice(4)), [], embed)


def test_a_few_real_traces_teach_about_the_rest(
    real: Release, few: Fitted, embed: Embedded
) -> None:
    known, others = rows_of(real, slice(4)), rows_of(real, slice(4, None))
    needs = {(trace_of(row), len(row.obs)): row for row in others}.values()
    told = [few.gate.need(embed.read(row.obs)).probability for row in needs]
    better(told, [row.help_needed for row in needs], [row.help_needed for row in known])
    tasks = [row for row in others if row.pred_task]
    judged = [few.reward.judge(embed.read(row.obs), row.pred_task).probability for row in tasks]
    better(judged, [row.valid for row in tasks], [row.valid for row in known if row.pred_task])


def better(told: list[float], truth: list[bool], known: list[bool]) -> None:
    """Forecasts of the rest beat the base rate of what was known; with labels shuffled, they do not."""
    right = np.array(truth, float)
    prior = np.full(len(right), np.mean(known))
    assert np.mean((told - right) ** 2) < 0.95 * np.mean((prior - right) ** 2)  # Brier
    assert (auroc(np.array(told), np.array(truth)) or 0) > 0.62


def test_the_memory_knows_its_own_moments_and_no_other(
    real: Release, few: Fitted, embed: Embedded
) -> None:
    known = moments_of(rows_of(real, slice(4)), embed)
    knowing = few.reward.remembering(remember(known))
    for row in rows_of(real, slice(4)):
        judged = knowing.judge(embed.read(row.obs), "Explain it.")
        assert judged.accepted == row.help_needed
    for row in rows_of(real, slice(4, None)):
        reading = embed.read(row.obs)
        assert few.reward.judge(reading, row.pred_task) == knowing.judge(reading, row.pred_task)


def test_the_same_rows_and_seed_give_the_same_bytes(
    real: Release, few: Fitted, embed: Embedded
) -> None:
    def file(fitted: Fitted) -> bytes:
        return to_bytes(fitted.gate.arrays() | fitted.reward.arrays(), LAYOUT)

    rows = rows_of(real, slice(4))
    assert file(few) == file(fit(rows, [], embed)) != file(fit(rows, [], embed, seed=1))


@pytest.fixture
def release(tmp_path: Path, real: Release) -> Path:
    """A released folder of three real traces, each cut short."""
    folder = tmp_path / "release"
    for name in ("test_data", "reward_data"):
        (folder / name).mkdir(parents=True)
    rows = [row for row in rows_of(real, slice(3)) if len(row.obs) < 9]
    (folder / "reward_data" / "train_data.jsonl").write_bytes(encode_lines(rows))
    (folder / "reward_data" / "test_data.jsonl").write_bytes(b"")
    for name in sorted(real.traces)[:2]:
        path = folder / "test_data" / f"{name}.json"
        path.write_bytes(msgspec.json.encode(real.traces[name]))
    return folder


def test_the_command_writes_weights_that_load(release: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights"
    command = ["train", "reward", str(release), str(out), "--seed", "3"]
    found = CliRunner().invoke(main, command)
    assert found.exit_code == 0, found.output
    entry = read_manifest(out)["heads.npz"]
    assert entry.command == "hunch train reward release weights --seed 3"
    assert (len(entry.data), entry.seed) == (64, 3)
    assert entry.figures == json.loads(found.stdout)
    need = entry.figures["need"]
    assert need["traces"] == 3
    assert need["auroc_low"] <= need["auroc"] <= need["auroc_high"]
    assert {path.name for path in out.iterdir()} == {"heads.npz", "manifest.json"}
    encoder, gate = Encoder.load(), Gate.load(out)
    reading = Embedded(encoder).read(load_release(release).train[0].obs)
    assert 0 < gate.need(reading).probability < 1
    judged = RewardModel.load(encoder.encode, gate, out).judge(reading, "Explain it.")
    assert judged.model == gate.need(reading).model


def test_a_recording_cut_at_its_front_stands_on_one_side(tmp_path: Path) -> None:
    traces = {f"code_{number}": observations(number) for number in range(3)}
    traces["writing_9"] = traces["code_0"][2:]
    release = write_release(tmp_path / "release", traces)
    found = CliRunner().invoke(main, ["train", "reward", str(release), str(tmp_path / "weights")])
    assert found.exit_code == 0, found.output
    figures = json.loads(found.stdout)
    assert figures["need"]["traces"] == figures["accept"]["traces"] == 3
    moments = moments_of(load_release(release).train, Embedded(Encoder.load()))
    assert len(set(moments.traces.tolist())) == 3  # nor is it held out from itself within a fit


def test_broken_training_data_leave_the_weights_alone(release: Path, tmp_path: Path) -> None:
    (release / "reward_data" / "train_data.jsonl").write_bytes(b"{")
    found = CliRunner().invoke(main, ["train", "reward", str(release), str(tmp_path / "weights")])
    assert found.exit_code == 1
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize("what", ["reward", "encoder"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_fitted(
    release: Path, tmp_path: Path, what: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    given = [str(release)] if what == "reward" else []
    started = time.process_time()
    found = CliRunner().invoke(main, ["train", what, *given, str(tmp_path / "file" / "weights")])
    assert found.exit_code == 1
    assert len(found.stderr.strip().splitlines()) == 1
    if what == "reward":  # `[export]` is not everywhere
        assert "cannot be written" in found.stderr
        assert time.process_time() - started < 3  # a fit of each fold takes longer


def test_without_scikit_learn_the_table_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    release = write_release(tmp_path / "release")
    for table in ("agent", "reward"):
        found = CliRunner().invoke(
            main, ["bench", table, "--data", str(release), "--folds", "trace"]
        )
        assert found.exit_code == 1
        assert "is missing: pip install 'hunch-assistant[lab]'" in found.stderr


def test_a_single_trace_is_enough_to_fit(real: Release, embed: Embedded) -> None:
    rows = [row for row in rows_of(real, slice(1)) if len(row.obs) < 9]
    gate, _ = fit(rows, whole_traces(real)[:3], embed)
    assert 0 < gate.need(embed.read(rows[0].obs)).probability < 1


def test_what_is_shipped_was_made_from_these_data(real: Release) -> None:
    entry = read_manifest(WEIGHTS)["heads.npz"]
    assert entry.figures["need"]["auroc"] > 0.75
    assert entry.figures["accept"]["auroc"] > 0.67
    assert entry.figures["accept"]["ece"] < 0.05
