"""`hunch train reward` on a small release, and what its models learn from the real one."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from daemon.cli import main
from models.calibration import brier
from models.encoder import Encoder
from models.gate import Gate
from models.lab.training.samples import Embedded, trace_of
from models.lab.training.train_heads import fit_both
from models.manifest import read_manifest
from models.reading import read
from models.trace import load_release
from tests.releases import observations, write_release

SHARED = Path(__file__).parents[2].parent / "shared" / "proactivebench"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def test_training_writes_weights_that_load(release: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights"
    for _ in range(2):
        found = CliRunner().invoke(main, ["train", "reward", str(release), str(out)])
        assert found.exit_code == 0, found.output
    entry = read_manifest(out)["heads.npz"]
    assert entry.command == "hunch train reward release weights"
    assert len(entry.data) == 64
    assert entry.figures["need"]["traces"] == 4
    encoder, trace = Encoder.load(), observations(9)
    gate = Gate.load(out)
    assert gate.need(read(trace[:2], encoder.encode)).wanted
    assert not gate.need(read(trace[:3], encoder.encode)).wanted


def test_broken_training_data_leave_the_weights_alone(release: Path, tmp_path: Path) -> None:
    (release / "reward_data" / "train_data.jsonl").write_bytes(b"{")
    found = CliRunner().invoke(main, ["train", "reward", str(release), str(tmp_path / "weights")])
    assert found.exit_code == 1
    assert not (tmp_path / "weights").exists()


@pytest.fixture(scope="module")
def real() -> Path:
    """The released data beside the clone."""
    if not (SHARED / "reward_data").is_dir():
        pytest.fail("the ProactiveBench data should lie at ../shared/proactivebench")
    return SHARED


def test_a_few_real_traces_teach_about_the_rest(real: Path) -> None:
    release = load_release(real)
    rows = [*release.train, *release.test]
    names = sorted({trace_of(row) for row in rows if row.obs[0].time.startswith("17")})
    few, rest = names[:4], names[4:]
    embed = Embedded(Encoder.load())
    heads, samples = fit_both([row for row in rows if trace_of(row) in few], embed)
    _, others = fit_both([row for row in rows if trace_of(row) in rest], embed)
    for name, prior in (("need", samples["need"]), ("accept", samples["accept"])):
        truth = others[name].truth.astype(float)
        chances = np.array([heads[name].probability(row) for row in others[name].features])
        assert brier(chances, truth) < brier(np.full(len(truth), prior.truth.mean()), truth)
