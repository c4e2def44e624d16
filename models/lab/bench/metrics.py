"""The paper's metrics (appendix C.5) and those that tell silence apart; pure functions over counts.

An answer that is no answer (the model did not keep to its format) is an error of
its own: neither a proposal nor a silence, and a need that it left is missed.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.calibration import brier, expected_calibration_error

Figures = dict[str, float | None]

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
    """

    said: bool | None
    truth: bool
    chance: float | None = None


def score(outcomes: Iterable[Outcome]) -> Figures:
    """All figures of some decisions; None where a figure is not defined."""
    rows = list(outcomes)
    tp = sum(row.said is True and row.truth for row in rows)
    fp = sum(row.said is True and not row.truth for row in rows)
    tn = sum(row.said is False and not row.truth for row in rows)
    needed = sum(row.truth for row in rows)
    return {
        "recall": _share(tp, needed),
        "precision": _share(tp, tp + fp),
        "accuracy": _share(tp + tn, len(rows)),
        "false_alarm": _share(fp, tp + fp),
        "f1": _share(2 * tp, tp + fp + needed),
        **_forecast(rows),
        "proposal_rate": _share(tp + fp, len(rows)),
        "correct_silence": _share(tn, len(rows) - needed),
    }


def auroc(chances: NDArray[np.float64], truth: NDArray[np.bool_]) -> float | None:
    """How often a yes is ranked above a no, ties counting half; None when one of them is missing."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return None
    _, places, counts = np.unique(chances, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    wins = float(ranks[truth].sum()) - positive * (positive + 1) / 2
    return wins / (positive * negative)


def _forecast(rows: list[Outcome]) -> Figures:
    chances = [row.chance for row in rows if row.chance is not None]
    if not rows or len(chances) < len(rows):
        return {"auroc": None, "brier": None, "ece": None}
    given, truth = np.array(chances), np.array([row.truth for row in rows])
    return {
        "auroc": auroc(given, truth),
        "brier": brier(given, truth.astype(float)),
        "ece": expected_calibration_error(given, truth.astype(float)),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
