"""What the heads read of a moment: finite numbers of one length, whatever the clock says."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.encoder import SIZE, Vectors
from models.features import Numbers, moment_numbers
from models.layout import LAYOUT, MOMENT, TASK
from models.observation import Observation
from models.pairs import task_numbers
from models.reading import Reading, read
from models.sentences import told


def vectors(count: int) -> Vectors:
    rows = np.random.default_rng(count).normal(size=(count, SIZE)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def reading(*times: str, event: str = "The user scrolls.") -> Reading:
    history = [Observation(time, event) for time in times]
    return Reading(history, vectors(len(times)), vectors(1)[0])


@pytest.mark.parametrize(
    "times",
    [
        ("1717335907.603",),
        ("9.0", "3.0"),
        ("Day 1, 8:00 PM", "Day 1, 8:10 PM"),
        ("soon", ""),
        ("nan", "inf"),
    ],
)
@pytest.mark.parametrize("event", ["The user scrolls.", "", "'", "思路", "x" * 5000])
def test_numbers_are_finite_and_have_their_names(times: tuple[str, ...], event: str) -> None:
    seen = reading(*times, event=event)
    numbers = moment_numbers(seen)
    tasks = [task_numbers(seen, task, vectors(1)[0]) for task in ("", "Explain it.", event)]
    assert tuple(numbers) == MOMENT
    assert all(tuple(found) == TASK for found in tasks)
    assert all(np.isfinite(value) for part in (numbers, *tasks) for value in part.values())


def test_no_two_numbers_of_a_part_share_a_name() -> None:
    parts = " ".join(name.replace(" ", "_") for name in LAYOUT).split("--")
    assert all(len(set(part.split())) == len(part.split()) for part in parts)


def test_a_pause_shows_and_a_step_back_does_not() -> None:
    def after(seconds: float) -> Numbers:
        return moment_numbers(reading("100", str(100 + seconds)))

    assert after(5)["pause"] < after(500)["pause"]
    assert after(-50) == after(0)


def test_a_task_in_the_historys_words_differs_from_another() -> None:
    seen = reading("1", "2", event="The user searches for 'js fade in' on Bing.")
    task = vectors(1)[0]
    near = task_numbers(seen, "Explain how to fade in with js", task)
    far = task_numbers(seen, "Describe vegan handbags of Svala", task)
    assert near["share in now"] > far["share in now"] == 0


def test_searching_again_is_seen() -> None:
    events = ("The user searches for 'js fade in'.", "The user scrolls.")
    again = "The user searches for 'js fade in slowly'."
    history = [Observation(str(i), event) for i, event in enumerate([*events, again])]
    numbers = moment_numbers(Reading(history, vectors(3), vectors(1)[0]))
    assert numbers["searches again"] > 0.5
    assert numbers["first search"] == 0
    assert told(again).quoted == "js fade in slowly"


def test_arguments_are_left_as_they_were() -> None:
    seen = reading("1", "2")
    copy = seen.vectors.copy()
    moment_numbers(seen)
    task_numbers(seen, "Help", seen.vectors[0])
    assert np.array_equal(seen.vectors, copy)


def test_the_newest_are_read_and_only_the_unknown_is_encoded() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return vectors(1)

    history = [Observation(str(i), f"Event {i}.") for i in range(20)]
    known = list(vectors(19))
    found = read(history, encode, known)
    assert [item.event for item in found.history] == [f"Event {i}." for i in range(4, 20)]
    assert asked == ["Event 19."]
    assert np.array_equal(found.vectors[0], known[4])
    together = known[18] + vectors(1)[0]
    assert found.joined == pytest.approx(together / np.linalg.norm(together), abs=1e-6)
    assert read(history[:1], encode).joined == pytest.approx(vectors(1)[0], abs=1e-6)
