"""How far a figure can be believed: bootstraps over whole traces, and AUROC free of the pooling's bias.

Events of one trace share their people, so a trace is drawn as a whole (1,000 draws, 95 %).

A pooled AUROC over folds is biased down: a trace with few needs, held out, raises the mean that its
own fold is fitted to, and a forecast of the training rate alone has 0.26 where chance has 0.5.
Ranking each yes and no by one model that saw neither's trace has no such bias (leave-pair-out,
Airola et al. 2011, "An experimental comparison of cross-validation techniques for estimating the
area under the ROC curve").
"""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from models.lab.bench.metrics import Figures, Floats, Outcome, Tally, ordered, told
from models.lab.bench.progress import Progress, quietly

DRAWS = 1000
SIDES = (0.025, 0.975)
BOUNDED = ("auroc", "accuracy", "false_alarm", "f1", "brier")  # the figures told with an interval

Pair = tuple[str, str]


class Scored(NamedTuple):
    """A score and what was right, in its trace."""

    trace: str
    score: float
    truth: bool


def with_intervals(runs: Sequence[Sequence[Outcome]], bounded: Sequence[str] = BOUNDED) -> Figures:
    """The figures of a row, their intervals over traces, and their spread over seeds.

    Args:
        runs: The row's outcomes, once a seed; every run scores the same traces.
        bounded: Figures that get an interval.

    Returns:
        Each figure's mean over seeds; `NAME_low` and `NAME_high`, 95 %, where there are two traces
        at least; `NAME_sd`, the deviation over seeds, where there are two seeds at least;
        `auroc_within`, pairs of one trace alone.
    """
    tallies = [Tally.of(run) for run in runs]
    count = len(tallies[0].traces)
    draws = np.concatenate([np.ones((1, count)), drawn(count)])
    found = [tally.figures(draws) for tally in tallies]
    figures: Figures = {}
    for name in found[0]:
        values = np.stack([each[name] for each in found])
        figures[name] = told(values[:, 0].mean())
        if name in bounded and count > 1:
            figures |= _bounds(name, values.mean(axis=0)[1:])
        if name in bounded and len(runs) > 1:
            figures[f"{name}_sd"] = told(values[:, 0].std(ddof=1))
    inside = [np.trace(tally.wins) / max(np.trace(tally.pairs), 1.0) for tally in tallies]
    figures["auroc_within"] = None if figures["auroc"] is None else told(float(np.mean(inside)))
    return figures


def leave_pair_out(
    scores: Callable[[Pair], Sequence[Scored]], traces: Sequence[str], progress: Progress = quietly
) -> Figures:
    """AUROC in which each yes and no are ranked by a model that saw neither's trace, and its interval.

    Args:
        scores: Of all rows of two traces, by a model fitted without both.
        traces: Those that are scored.
        progress: Goes through the pairs of traces.

    Returns:
        `auroc_lpo`, `auroc_lpo_low`, `auroc_lpo_high`; nothing for fewer than three traces.
    """
    if len(traces) < 3:
        return {}
    wins, pairs = np.zeros((2, len(traces), len(traces)))
    for pair in progress(list(itertools.combinations(traces, 2))):
        found = scores(pair)
        for first, second in itertools.product(pair, repeat=2):
            yes = np.array([row.score for row in found if row.trace == first and row.truth])
            no = np.array([row.score for row in found if row.trace == second and not row.truth])
            place = traces.index(first), traces.index(second)
            share = len(traces) - 1 if first == second else 1  # it meets itself once a partner
            wins[place] += ordered(yes, no) / share
            pairs[place] += len(yes) * len(no) / share
    if not pairs.sum():
        return {}
    draws = drawn(len(traces))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.einsum("dk,kl,dl->d", draws, wins, draws) / np.einsum(
            "dk,kl,dl->d", draws, pairs, draws
        )
    return {"auroc_lpo": float(wins.sum() / pairs.sum())} | _bounds("auroc_lpo", values)


def drawn(count: int) -> Floats:
    """How often each trace stands in each draw, shape [DRAWS, count]."""
    if not count:
        return np.zeros((DRAWS, 0))
    chance = np.random.default_rng(0)
    return chance.multinomial(count, np.full(count, 1 / count), size=DRAWS).astype(float)


def _bounds(name: str, values: Floats) -> Figures:
    defined = values[np.isfinite(values)]  # a draw without a need has no AUROC
    low, high = np.quantile(defined, SIDES) if len(defined) else (np.nan, np.nan)
    return {f"{name}_low": told(low), f"{name}_high": told(high)}
