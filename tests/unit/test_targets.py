"""What a moment is worth, with the strictness of those who were asked taken out."""

import numpy as np
import pytest

from models.encoder import SIZE
from models.lab.training.samples import Moments, Votes
from models.lab.training.targets import BASE, DEVIATION, appeal, centred, mode, standardised
from models.observation import Observation
from models.reading import Reading

NOTHING = Reading(
    [Observation("0", "")], np.zeros((1, SIZE), np.float32), np.zeros(SIZE, np.float32)
)


def moments(votes: list[list[Votes]], traces: list[int]) -> Moments:
    count = len(votes)
    flags = np.zeros(count, bool)
    tasks = [["Help."] * len(given) for given in votes]
    return Moments([NOTHING] * count, flags, np.array(traces), flags, tasks, votes)


def test_a_strict_annotator_does_not_make_a_moment_worse() -> None:
    # In both traces the first moment is liked by all but the strict third person of trace 1.
    mild: list[list[Votes]] = [[(True, True, True)], [(False, False, True)], [(False, False, True)]]
    strict: list[list[Votes]] = [
        [(True, True, False)],
        [(False, False, False)],
        [(False, False, False)],
    ]
    found = appeal(moments([*mild, *strict], [0, 0, 0, 1, 1, 1]))
    assert found.moments[0] > found.moments[1] == pytest.approx(found.moments[2])
    assert found.moments[3] > found.moments[4]
    across, inside = np.abs(found.moments[0] - found.moments[[3, 1]])
    assert across < inside / 2
    assert (found.tasks[[0, 3]] > found.tasks[[1, 4]]).all()


def test_trace_by_trace_is_the_mode_of_all_effects_at_once() -> None:
    random = np.random.default_rng(5)
    traces = random.integers(0, 3, 80)
    people, events, tasks = (
        base + 10 * traces + random.integers(0, n, 80) for base, n in ((3, 2), (40, 4), (80, 8))
    )
    design = np.stack([traces, people, events, tasks], axis=1)
    votes = (random.random(80) < 0.2 + 0.3 * traces).astype(float)
    count = int(design.max()) + 3  # the last ones were never voted on

    # Newton's method on one dense system; the base is its last column.
    shows = np.zeros((80, count + 1))
    np.put_along_axis(shows, design, 1.0, axis=1)
    shows[:, -1] = 1
    precision = np.append(np.full(count, DEVIATION**-2), BASE)
    dense = np.zeros(count + 1)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-shows @ dense))
        curve = (shows.T * (chance * (1 - chance))) @ shows + np.diag(precision)
        dense += np.linalg.solve(curve, shows.T @ (votes - chance) - precision * dense)
    assert mode(design, votes, count) == pytest.approx(dense[:-1], abs=1e-8)


def test_silences_alone_say_nothing_of_moments() -> None:
    found = appeal(moments([[], []], [0, 1]))
    assert not found.moments.any()
    assert len(found.tasks) == 0


def test_what_never_differs_has_no_scale() -> None:
    assert not standardised(np.ones(4)).any()
    assert not centred(np.array([0.2, 0.2, 0.9]), np.array([0, 0, 1])).any()
