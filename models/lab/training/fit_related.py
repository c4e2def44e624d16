"""Fits `models.related.RULE` to scripted days; `python -P -m models.lab.training.fit_related` prints it.

First how much a shared word and the vectors' cosine speak for one piece of work: a logistic regression
over pairs of moments, near ones counting more, both kinds of pairs weighing the same. Then, on the same
days, how much less is right for a sum over many pairs, and what a boundary costs: the best of a few.
The days are of the `shown` pieces of work; `hunch bench activities` scores days of others.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.activities import REACH, Seen, boundaries, stretches
from models.encoder import Encoder, pack
from models.lab.bench.activity_days import Day, boundaries_of, days
from models.related import RULE, Rule, cosine, shares

DAYS, SEED = 60, 1
STEPS = 30  # of Newton; ten are enough
LESS = (0.0, 0.3, 0.6)  # nats off each pair: many pairs of one boundary say the same
TURNS = ((4.0, 2.0), (8.0, 2.0), (8.0, 4.0), (12.0, 6.0))

Floats = NDArray[np.float64]


class Scripted(NamedTuple):
    """A day, read.

    Attributes:
        parts: Its stretches of work.
        visits: Of each moment at work by its number, to which visit it belongs.
        true: Numbers of the moments with which another piece of work begins.
    """

    parts: list[list[Seen]]
    visits: dict[int, int]
    true: set[int]


def scripted(encoder: Encoder, count: int = DAYS, seed: int = SEED) -> list[Scripted]:
    """Days of the `shown` pieces of work."""
    return [_read(day, encoder) for day in days("shown", count, seed)]


def pair_weights(read: Sequence[Scripted]) -> tuple[Floats, Floats]:
    """With vectors: nats of neither, of a shared word, and times the cosine; without: the first two."""
    rows = np.array([pair for day in read for pair in _pairs(day)])
    one, weight = rows[:, 3] > 0, rows[:, 4]
    weight = weight * np.where(one, 0.5 / weight[one].sum(), 0.5 / weight[~one].sum())
    given = np.column_stack([np.ones(len(rows)), rows[:, 0], rows[:, 1]])
    return _logistic(given, one, weight), _logistic(given[:, :2], one, weight)


def fit_rule(encoder: Encoder) -> tuple[Rule, float]:
    """The rule, and its boundaries' F1 on the days that it was fitted to."""
    read = scripted(encoder)
    whole, alone = pair_weights(read)
    tried = [
        Rule(
            shared=round(float(whole[1]), 2),
            alike=round(float(whole[2]), 2),
            unlike=round(float(whole[0]) - less, 2),
            shared_alone=round(float(alone[1]), 2),
            unlike_alone=round(float(alone[0]) - less, 2),
            turn=turn,
            paused=paused,
            carried=RULE.carried,
        )
        for less, (turn, paused) in itertools.product(LESS, TURNS)
    ]
    scores = [_f1(read, rule) for rule in tried]
    best = max(range(len(tried)), key=lambda place: scores[place])
    return tried[best], scores[best]


def _read(day: Day, encoder: Encoder) -> Scripted:
    vectors = [pack(encoder.encode([moment.observation.event])[0]) for moment in day.moments]
    visits = {
        moment.id: visit
        for moment, visit in zip(day.moments, day.visits, strict=True)
        if visit is not None
    }
    true = {day.moments[place].id for place in boundaries_of(day)}
    return Scripted(list(stretches(day.moments, vectors)), visits, true)


def _pairs(day: Scripted) -> Iterator[tuple[float, float, float, float, float]]:
    """Of each pair that both tell something: shared, cosine, its distance, whether one work, its weight."""
    for part in day.parts:
        for at, later in enumerate(part):
            for back in range(1, min(at, REACH) + 1):
                earlier = part[at - back]
                if earlier.traits.names and later.traits.names:
                    same = day.visits[earlier.moment.id] == day.visits[later.moment.id]
                    shared = shares(earlier.traits, later.traits)
                    yield shared, cosine(earlier.traits, later.traits), back, same, 1 / back


def _logistic(given: Floats, truth: NDArray[np.bool_], weight: Floats) -> Floats:
    """Weights of a logistic regression, by Newton's method; as good as unpenalised."""
    fitted = np.zeros(given.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-given @ fitted))
        slope = given.T @ (weight * (truth - chance)) - 1e-6 * fitted
        bend = (given * (weight * chance * (1 - chance))[:, None]).T @ given
        fitted = fitted + np.linalg.solve(bend + 1e-6 * np.eye(len(fitted)), slope)
    return np.asarray(fitted)


def _f1(read: Sequence[Scripted], rule: Rule) -> float:
    found = told = true = 0
    for day in read:
        begins = set[int]()
        for part in day.parts:
            edges = boundaries(
                [seen.traits for seen in part], [seen.pause_s for seen in part], rule
            )
            begins |= {part[edge].moment.id for edge in (0, *edges)}
        begins.discard(day.parts[0][0].moment.id)
        found, told, true = found + len(begins & day.true), told + len(begins), true + len(day.true)
    return 2 * found / (told + true) if told + true else math.nan


if __name__ == "__main__":
    rule, f1 = fit_rule(Encoder.load())
    print(rule, f"boundaries' F1 on these days {f1:.3f}")  # noqa: T201 - a script's one line
