"""The shipped weights: they load, they are what the manifest says, and they speak sense."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.encoder import SIZE, Encoder, pack, unpack
from models.gate import Gate
from models.judges import Judges
from models.manifest import WEIGHTS, WeightsError, read_manifest
from models.observation import Observation
from models.reading import read
from models.reward import RewardModel

SWITCH = Observation("1717335907.6", "The user switches to Visual Studio Code.")
SEARCH = Observation("1717335920.1", "The user searches for 'how to split a string in ruby'.")
TASK = "Show how to split a string in Ruby with an example."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load()


def test_files_are_what_the_manifest_says_and_fit_the_wheel() -> None:
    entries = read_manifest(WEIGHTS)
    assert set(entries) == {path.name for path in WEIGHTS.iterdir()} - {"manifest.json"}
    for name, entry in entries.items():
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == entry.sha256
        assert entry.command.startswith("hunch train ")
    assert (WEIGHTS / "encoder.onnx").stat().st_size <= 23_000_000
    assert (WEIGHTS / "heads.npz").stat().st_size < 3_000_000
    assert entries["heads.npz"].data
    assert entries["encoder.onnx"].figures["cosine_mean"] > 0.98


def test_meaning_is_near(encoder: Encoder) -> None:
    same, near, far = encoder.encode(
        [SEARCH.event, "The user looks up string splitting in Ruby.", "The user pays a bill."]
    )
    assert float(same @ near) > 0.5 > float(same @ far)
    assert np.linalg.norm(same) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", "思路", "\x00", "word " * 5000, "\U0001f600"])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_a_vector_does_not_depend_on_its_company(encoder: Encoder) -> None:
    together = encoder.encode([SEARCH.event, "A much longer sentence " * 8])
    assert np.array_equal(encoder.encode([SEARCH.event])[0], together[0])
    assert encoder.encode([]).shape == (0, SIZE)


def test_what_is_kept_says_the_same(encoder: Encoder, gate: Gate) -> None:
    history = [SWITCH, SEARCH]
    fresh = read(history, encoder.encode)
    kept = read(history, encoder.encode, [unpack(pack(vector)) for vector in fresh.vectors])
    assert len(pack(fresh.vectors[0])) == 2 * SIZE
    assert gate.need(kept).probability == pytest.approx(gate.need(fresh).probability, abs=1e-3)


def test_a_search_needs_help_more_than_a_switch(encoder: Encoder, gate: Gate) -> None:
    search, switch = read([SWITCH, SEARCH], encoder.encode), read([SWITCH], encoder.encode)
    assert gate.need(search).probability > gate.need(switch).probability


def test_silence_is_judged_as_the_need_says(encoder: Encoder, gate: Gate) -> None:
    reading = read([SWITCH, SEARCH], encoder.encode)
    reward = RewardModel.load(encoder.encode, gate)
    need = gate.need(reading)
    silence = reward.judge(reading, None)
    assert silence.probability == pytest.approx(1 - need.probability)
    assert silence.accepted != need.wanted
    on_topic = reward.judge(reading, TASK)
    off_topic = reward.judge(reading, "Suggest some best practices for gardening.")
    assert 0 < off_topic.probability < on_topic.probability < 1
    assert on_topic.model == need.model


def test_a_session_that_begins_like_a_known_trace_is_judged_by_its_tasks() -> None:
    # A trace of the training rows begins so, without a need: remembered, all tasks had one chance.
    judges = Judges.load(WEIGHTS)
    reading = judges.read(
        [Observation("0", "The user clicks the left mouse button in Visual Studio Code.")], [None]
    )
    tasks = (TASK, "Suggest some best practices for gardening.", "Explain the error.")
    chances = [judges.reward.judge(reading, task).probability for task in tasks]
    assert len(set(chances)) == len(tasks)
    assert min(chances) > 0.06


@pytest.mark.parametrize(
    "name", ["encoder.onnx", "encoder.graph.onnx", "tokenizer.json", "manifest.json"]
)
def test_a_damaged_encoder_says_what_to_do(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))
    (folder / name).write_bytes((folder / name).read_bytes()[:-100])
    with pytest.raises(WeightsError, match="run `hunch train"):
        Encoder.load(folder)
    (folder / name).unlink()
    with pytest.raises(WeightsError, match="run `hunch train"):
        Encoder.load(folder)
