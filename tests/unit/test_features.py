"""What the heads read of a history: finite numbers of one length, whatever the clock says."""

import numpy as np
import pytest

from models.encoder import SIZE, Vectors
from models.features import accept_features, need_features
from models.observation import Observation


def vectors(count: int) -> Vectors:
    rows = np.random.default_rng(count).normal(size=(count, SIZE)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def history(*times: str, event: str = "The user scrolls.") -> list[Observation]:
    return [Observation(time, event) for time in times]


@pytest.mark.parametrize(
    "times",
    [("1717335907.603",), ("9.0", "3.0"), ("Day 1, 8:00 PM", "Day 1, 8:10 PM"), ("soon", "")],
)
def test_features_have_one_length(times: tuple[str, ...]) -> None:
    usual = need_features(history("1", "2", "3"), vectors(3))
    found = need_features(history(*times), vectors(len(times)))
    assert found.shape == usual.shape
    assert np.isfinite(found).all()


def test_a_pause_shows_and_a_step_back_does_not() -> None:
    def after(seconds: float) -> Vectors:
        return need_features(history("100", str(100 + seconds)), vectors(2))

    assert not np.array_equal(after(5), after(500))
    assert np.array_equal(after(-50), after(0))


def test_a_task_in_the_historys_words_differs_from_another() -> None:
    seen = history("1", "2", event="The user searches for 'js fade in' on Bing.")
    task = vectors(1)[0]
    near = accept_features(seen, vectors(2), "Explain how to fade in with js", task)
    far = accept_features(seen, vectors(2), "Describe vegan handbags of Svala", task)
    assert near.shape == far.shape
    assert not np.array_equal(near, far)


def test_arguments_are_left_as_they_were() -> None:
    seen, rows = history("1", "2"), vectors(2)
    copy = rows.copy()
    need_features(seen, rows)
    accept_features(seen, rows, "Help", rows[0])
    assert np.array_equal(rows, copy)
