"""The paper's metrics (appendix C.5) and those that tell silence apart; pure functions over outcomes.

An answer that is no answer (the model did not keep to its format) is an error of
its own: neither a proposal nor a silence, and a need that it left is missed.

Everything is summed by trace first: each figure of any resample of whole traces
then follows from the sums (`models.lab.bench.intervals`).

How far a forecast is off: Brier 1950, and Naeini et al. 2015 for the expected calibration error.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Figures = dict[str, float | None]

BINS = 10  # of equal width, for the expected calibration error
NAMES = (
    "recall", "precision", "accuracy", "false_alarm", "f1",
    "auroc", "brier", "ece", "proposal_rate", "correct_silence",
)  # fmt: skip


class Outcome(NamedTuple):
    """One decision and what was right.

    Attributes:
        said: Proposed, or judged as accepted; None for no valid answer.
        truth: Whether help was needed, or the task was accepted.
        chance: The probability given, where one was.
        trace: Where it stands.
        weight: Below 1 where several outcomes share one decision: a random choice told by its
            expectation, a task that is accepted with a probability.
    """

    said: bool | None
    truth: bool
    chance: float | None = None
    trace: str = ""
    weight: float = 1.0


class Tally(NamedTuple):
    """Sums of a row's outcomes by trace.

    Attributes:
        traces: Their names, k of them.
        counts: TP, FP, TN, needs and all, shape [k, 5].
        losses: Squared errors of the forecasts, shape [k]; NaN where one gave none.
        bins: Weight, forecasts and truths in bins of equal width, shape [k, BINS, 3].
        wins: Pairs (yes of a trace, no of another) in the right order, ties half, shape [k, k].
        pairs: All such pairs, shape [k, k].
    """

    traces: tuple[str, ...]
    counts: Floats
    losses: Floats
    bins: Floats
    wins: Floats
    pairs: Floats

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        """Sum outcomes up."""
        rows = list(outcomes)
        names = tuple(sorted({row.trace for row in rows}))
        parts = [[row for row in rows if row.trace == name] for name in names]
        counts = np.array([_counts(part) for part in parts]).reshape(-1, 5)
        if any(row.chance is None for row in rows):
            empty = np.zeros((len(names), len(names)))
            nothing = np.zeros((len(names), BINS, 3))
            return cls(names, counts, np.full(len(names), np.nan), nothing, empty, empty)
        losses, bins = zip(*map(_forecasts, parts), strict=True) if parts else ((), ())
        wins, pairs = _order(parts)
        shape = (len(names), BINS, 3)
        return cls(names, counts, np.array(losses), np.array(bins).reshape(shape), wins, pairs)

    def figures(self, draws: Floats) -> dict[str, Floats]:
        """The figures for each weighting of the traces, shape [d, k]; NaN where one is not defined."""
        tp, fp, tn, needed, whole = (draws @ self.counts).T
        bins = np.einsum("dk,kbc->dbc", draws, self.bins)
        gaps = np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(axis=1)
        pairs = _quadratic(draws, self.pairs)
        with np.errstate(divide="ignore", invalid="ignore"):
            return {
                "recall": tp / needed,
                "precision": tp / (tp + fp),
                "accuracy": (tp + tn) / whole,
                "false_alarm": fp / (tp + fp),
                "f1": 2 * tp / (tp + fp + needed),
                "auroc": _quadratic(draws, self.wins) / pairs,
                "brier": draws @ self.losses / whole,
                "ece": np.where(bins[:, :, 0].any(axis=1), gaps, np.nan) / whole,
                "proposal_rate": (tp + fp) / whole,
                "correct_silence": tn / (whole - needed),
            }


def score(outcomes: Iterable[Outcome]) -> Figures:
    """All figures of some decisions; None where a figure is not defined."""
    tally = Tally.of(outcomes)
    found = tally.figures(np.ones((1, len(tally.traces))))
    return {name: told(values[0]) for name, values in found.items()}


def told(value: float) -> float | None:
    """A figure, or None where it is not defined."""
    return None if np.isnan(value) or np.isinf(value) else float(value)


def auroc(chances: Floats, truth: Flags) -> float | None:
    """How often a yes is ranked above a no, ties counting half; None when one of them is missing."""
    yes, no = chances[truth], chances[~truth]
    return ordered(yes, no) / (len(yes) * len(no)) if len(yes) and len(no) else None


def ordered(yes: Floats, no: Floats) -> float:
    """Number of pairs in which a yes is ranked above a no, ties counting half."""
    below = np.sort(no)
    right, left = np.searchsorted(below, yes, "right"), np.searchsorted(below, yes, "left")
    return float((right + left).sum() / 2)


def _counts(rows: Sequence[Outcome]) -> list[float]:
    """TP, FP, TN, needs and all."""
    return [
        sum(row.weight for row in rows if row.said is True and row.truth),
        sum(row.weight for row in rows if row.said is True and not row.truth),
        sum(row.weight for row in rows if row.said is False and not row.truth),
        sum(row.weight for row in rows if row.truth),
        sum(row.weight for row in rows),
    ]


def _forecasts(rows: Sequence[Outcome]) -> tuple[float, Floats]:
    given = np.array([row.chance for row in rows], float)
    truth = np.array([row.truth for row in rows], float)
    weight = np.array([row.weight for row in rows])
    bins = np.zeros((BINS, 3))
    places = np.minimum((given * BINS).astype(int), BINS - 1)
    np.add.at(bins, places, np.stack([weight, weight * given, weight * truth], axis=1))
    return float((weight * (given - truth) ** 2).sum()), bins


def _order(parts: Sequence[Sequence[Outcome]]) -> tuple[Floats, Floats]:
    """Pairs in the right order, and pairs, by the traces of the yes and of the no (weights unread)."""
    yes = [np.array([row.chance for row in part if row.truth], float) for part in parts]
    no = [np.array([row.chance for row in part if not row.truth], float) for part in parts]
    wins = np.array([[ordered(first, second) for second in no] for first in yes])
    pairs = np.outer([len(each) for each in yes], [len(each) for each in no])
    return wins.reshape(len(parts), len(parts)), pairs.reshape(len(parts), len(parts)).astype(float)


def _quadratic(draws: Floats, table: Floats) -> Floats:
    return np.asarray(np.einsum("dk,kl,dl->d", draws, table, draws))
