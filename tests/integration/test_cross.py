"""The cross-encoder: how a moment is read and how its ONNX file is run, tried with a small committed network.

How it is made is tried in `test_cross_training.py`.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from click.testing import CliRunner

from daemon.cli import main
from models.cross import MODEL, NEWEST, OLDER, TASK, TASK_TOKENS, TOKENS, CrossEncoder, Reader
from models.lab.training.recipes import RECIPES, fingerprint
from models.manifest import WEIGHTS, Entry, WeightsError, write_weights
from models.observation import Observation
from models.reading import Reading
from models.trace import load_release
from tests.corpus.judged import BREAK, COPY, EXPLAIN, SEARCH, SWITCH, write_release

TINY = Path(__file__).parents[1] / "corpus" / "cross"


def reading(*history: Observation) -> Reading:
    return Reading(history, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))


def words(history: list[Observation], task: str | None) -> str:
    tokenizer = tokenizers.Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    return str(tokenizer.decode(Reader(tokenizer)(history, task).ids, skip_special_tokens=False))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(tokenizers.Tokenizer.from_file(str(WEIGHTS / "tokenizer.json")))


@pytest.fixture(scope="module")
def tiny() -> Path:
    """A network of two layers, width 32, that the real script trained on `rows` (`TestTraining` makes it anew)."""
    return TINY


def test_a_moment_is_read_with_its_pauses() -> None:
    assert words([SWITCH, SEARCH, COPY], EXPLAIN) == (
        "[CLS] the user switches to visual studio code. a minute later the user searches for ' keyerror"
        " amount ' on bing. [SEP] much later the user copies the error ' keyerror : amount ' in xterm."
        " [SEP] explain the error. [SEP]"
    )
    assert (
        words([SWITCH], None) == "[CLS] [SEP] the user switches to visual studio code. [SEP] [SEP]"
    )


@pytest.mark.parametrize("times", [("100", "50"), ("", "5"), ("Day 1, 8:10 PM", "noon")])
def test_a_clock_that_tells_no_pause_is_passed_over(times: tuple[str, str]) -> None:
    history = [Observation(time, "The user waits.") for time in times]
    assert words(history, None) == "[CLS] the user waits. [SEP] the user waits. [SEP] [SEP]"


def test_four_observations_and_112_tokens_at_most(reader: Reader) -> None:
    long = [Observation(str(place), f"The user reads {'word ' * 300}") for place in range(9)]
    read = reader(long, "do " * 200)
    assert len(read.ids) == len(read.parts) == TOKENS
    assert read.parts.count(TASK) == TASK_TOKENS
    assert read.parts.count(NEWEST) > 0 < read.parts.count(OLDER)
    assert reader(long[-4:], "x") == reader([*long[:5], *long[-4:]], "x")


def test_it_judges_tasks_and_silence_without_torch(tiny: Path) -> None:
    judge = CrossEncoder.load(tiny)
    need = judge.need(reading(SWITCH, SEARCH))
    silence = judge.judge(reading(SWITCH, SEARCH), None)
    assert silence.probability == pytest.approx(1 - need.probability)
    good, bad = (judge.judge(reading(SWITCH, SEARCH), task) for task in (EXPLAIN, BREAK))
    assert 0 < bad.probability < good.probability < 1
    assert good.model == judge.name != ""
    assert judge.judge(reading(SWITCH, SEARCH), EXPLAIN) == good


@pytest.mark.parametrize("text", ["", "思路", "\x00", "word " * 5000, "[SEP] [CLS]"])
def test_any_text_is_judged(tiny: Path, text: str) -> None:
    judge = CrossEncoder.load(tiny)
    assert 0 < judge.judge(reading(Observation(text, text)), text).probability < 1


@pytest.mark.parametrize("name", [MODEL, "tokenizer.json", "manifest.json"])
def test_damaged_weights_cost_one_sentence(tiny: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "weights"))
    (folder / name).write_bytes((folder / name).read_bytes()[:-100])
    with pytest.raises(WeightsError):
        CrossEncoder.load(folder)


@pytest.mark.parametrize("command", ["train", "bench"])
def test_without_torch_training_says_what_to_install(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("models.lab.training.")]:
        monkeypatch.delitem(sys.modules, name)
    out = tmp_path / "out"
    asked = {
        "train": ["train", "reward", str(release), str(out), "--model", "cross-encoder"],
        "bench": ["bench", "reward", "--data", str(release), "--judge", "cross-encoder"],
    }
    found = CliRunner().invoke(main, asked[command])
    assert found.exit_code == 1
    assert "torch is missing: pip install 'hunch-assistant[export]'" in found.stderr
    assert not out.exists()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def test_the_table_loads_what_was_trained_on_its_folds(release: Path, tmp_path: Path) -> None:
    kept, found = tmp_path / "kept", load_release(release)
    rows = [*found.train, *found.test]
    without = [[row for row in rows if row.obs[0] != left] for left in {row.obs[0] for row in rows}]
    for recipe, trained in [("paper", found.train), *(("trace", part) for part in without)]:
        mark = fingerprint(trained, RECIPES[recipe], 0)
        place = Path(shutil.copytree(TINY, kept / f"{recipe}-{mark[:12]}"))
        entry = Entry("", "tests", figures={"training": mark})
        write_weights(place, MODEL, (TINY / MODEL).read_bytes(), entry)
    command = ["bench", "reward", "--data", str(release), "--judge", "cross-encoder", "--json"]
    done = CliRunner().invoke(main, [*command, "--weights", str(kept)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    lines = {
        row["folds"]: row
        for row in json.loads(done.stdout)["rows"]
        if row["name"] == "hunch, cross-encoder"
    }
    assert {folds: row["n"] for folds, row in lines.items()} == {"paper": 12, "trace": 48}
    assert all(row["auroc"] > 0.9 for row in lines.values())
