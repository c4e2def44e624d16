"""Replays a person's answers: each is forecast before it is learnt, by the very head that the daemon has.

What the figures are: `auroc` pools all answers and uses the probability; `auroc_person` is the mean
over persons of the AUROC inside one, ranked without the offset (an offset that moves with each
answer ranks a person's own answers worse by construction); `log_loss_first` is that of each
person's first ten answers. Intervals are bootstraps over persons.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import numpy as np

from models.lab.bench.intervals import with_intervals
from models.lab.bench.metrics import Figures, Floats, Outcome, auroc
from models.personal import Personal

FIRST = 10  # answers of day one
FEWEST = 3  # of either kind, below which a person's own AUROC is noise
DRAWS = 2000
BOUNDED = ("auroc", "brier")


class Asked(NamedTuple):
    """One answer of a person.

    Attributes:
        person: Whose.
        moment: Answers of one moment are all forecast before any of them is learnt.
        shipped: P(accept) without the person's own terms.
        terms: Of the moment.
        said: Whether it was accepted.
        time: When, if that is known: what was learnt fades by it.
    """

    person: str
    moment: int
    shipped: float
    terms: Mapping[str, float]
    said: bool
    time: datetime | None = None


class Forecast(NamedTuple):
    """What was forecast of an answer: a probability, and log-odds to rank a person's own answers by."""

    asked: Asked
    probability: float
    score: float


def replay(stream: Sequence[Asked], *, learns: bool = True) -> list[Forecast]:
    """Forecast the answers of all persons, each in order and with a head of their own."""
    told = []
    for _, person in groupby(stream, key=lambda item: item.person):
        head = Personal()
        for _, moment in groupby(person, key=lambda item: item.moment):
            asked = list(moment)
            told += [
                Forecast(
                    item,
                    head.probability(item.shipped, item.terms, item.time),
                    head.score(item.shipped, item.terms),
                )
                for item in asked
            ]
            for item in asked if learns else []:
                head.learn(item.shipped, item.terms, item.said, time=item.time)
    return told


def figures(told: Sequence[Forecast], without: Sequence[Forecast] = ()) -> Figures:
    """Figures of a replay, and of its gain over the same replay `without` learning."""
    outcomes = [
        Outcome(row.probability >= 0.5, row.asked.said, row.probability, row.asked.person)
        for row in told
    ]
    found = with_intervals([outcomes], BOUNDED)
    own, losses = by_person(told, own_auroc), by_person(told, log_loss)
    first = by_person(told, lambda rows: log_loss(rows[:FIRST]))
    found |= _mean("auroc_person", own) | _mean("log_loss", losses)
    found |= _mean("log_loss_first", first)
    if without:
        before, losses_before = by_person(without, own_auroc), by_person(without, log_loss)
        gains = _minus(own, before)
        found |= _mean("auroc_person_gain", gains)
        found |= _mean("log_loss_gain", _minus(losses_before, losses))
        up = [value > 0 for value in gains if not np.isnan(value)]
        found["persons_up"] = sum(up) / len(up) if up else None
        was = by_person(without, lambda rows: log_loss(rows[:FIRST]))
        found |= _mean("log_loss_first_gain", _minus(was, first))
    return found


def by_person(
    told: Sequence[Forecast], figure: Callable[[Sequence[Forecast]], float]
) -> list[float]:
    """A figure of each person; NaN where it is not defined."""
    return [figure(list(rows)) for _, rows in groupby(told, key=lambda row: row.asked.person)]


def own_auroc(rows: Sequence[Forecast]) -> float:
    """AUROC among one person's answers; NaN with fewer than FEWEST of either kind."""
    truth = np.array([row.asked.said for row in rows])
    if min(truth.sum(), (~truth).sum()) < FEWEST:
        return float("nan")
    value = auroc(np.array([row.score for row in rows]), truth)
    return float("nan") if value is None else value


def log_loss(rows: Sequence[Forecast]) -> float:
    """Mean surprise in nats."""
    chances = np.clip([row.probability for row in rows], 1e-4, 1 - 1e-4)
    truth = np.array([row.asked.said for row in rows])
    return float(-np.mean(np.log(np.where(truth, chances, 1 - chances))))


def bounds(values: Floats, figure: Callable[[Floats], Floats] | None = None) -> tuple[float, float]:
    """95 % of the mean of some values, drawn again with their rows.

    Args:
        values: Shape [n] or [n, k].
        figure: Of resampled means, shape [draws, k]; the mean itself by default.
    """
    places = np.random.default_rng(0).integers(len(values), size=(DRAWS, len(values)))
    means = values[places].mean(axis=1)
    low, high = np.quantile(figure(means) if figure else means, [0.025, 0.975])
    return float(low), float(high)


def _minus(first: Sequence[float], second: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(first, second, strict=True)]


def _mean(name: str, values: Sequence[float]) -> Figures:
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return {name: None}
    low, high = bounds(known)
    return {name: float(known.mean()), f"{name}_low": low, f"{name}_high": high}
