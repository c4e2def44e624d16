"""Fits acceptance: a ridge regression and extra trees on vote shares without their trace's mean.

That target is the gain (AUROC 0.67 to 0.71): a share mixes the task's worth with how strict that
trace's people are, and a model of shares learns the people by their topics. Tried on the same folds and
no better: gradient boosting, support vectors, Gaussian processes, a fine-tuned cross-encoder (0.64), the
likeness learnt from 3,680 tasks that models proposed. Whole traces in four parts are held out to
standardise and to calibrate.
"""

from typing import NamedTuple

import numpy as np

from models.calibration import fit_platt
from models.encoder import SIZE
from models.forest import Forest
from models.head import Head, Platt
from models.lab.training.grow import grow
from models.lab.training.ridge import Block, fit_ridge
from models.lab.training.samples import Embedded, Flags, Floats, Moments, Tasks
from models.lab.training.targets import centred, standardised
from models.layout import MOMENT, TASK
from models.reward import Acceptance, Pair, pair_of

PARTS = 4  # of the traces, held out in turn
SPREAD = 0.38  # of the shares
BLOCKS = (
    Block(SIZE, 0.7),
    Block(SIZE, 0.7),
    Block(len(MOMENT), 0.7, plain=True),
    Block(len(TASK), 1.0, plain=True),
)


class _Inputs(NamedTuple):
    """What both models are fitted on: features and targets of each."""

    linear: Floats
    numbers: Floats
    blend: Floats
    shares: Floats

    def take(self, rows: Flags) -> "_Inputs":
        return _Inputs(*(part[rows] for part in self))

    def fit(self, seed: int) -> tuple[Head, Forest]:
        return fit_ridge(self.linear, self.blend, BLOCKS), grow(self.numbers, self.shares, seed)


def fit_acceptance(
    moments: Moments, tasks: Tasks, appeal: Floats, embed: Embedded, seed: int
) -> Acceptance:
    """Fit it; `appeal` is of the tasks, shape [n]."""
    pairs = [
        pair_of(moments.readings[place], text, embed([text])[0])
        for place, text in zip(tasks.moments, tasks.texts, strict=True)
    ]
    shares = centred(tasks.shares, tasks.traces)
    blend = SPREAD * (standardised(shares) + standardised(appeal))
    linear, numbers = (np.stack(part) for part in zip(*map(_parts, pairs), strict=True))
    inputs = _Inputs(linear, numbers, blend, shares)
    said = _held_out(inputs, tasks, seed)
    means, deviations = said.mean(axis=0), said.std(axis=0) + 1e-9
    scores = ((said - means) / deviations).mean(axis=1)
    slope, intercept = fit_platt(scores, tasks.accepted.astype(float))
    return Acceptance(*inputs.fit(seed), means, deviations, Platt(slope, intercept))


def _parts(pair: Pair) -> tuple[Floats, Floats]:
    return pair.all, pair.numbers


def _held_out(inputs: _Inputs, tasks: Tasks, seed: int) -> Floats:
    """What both say of each task when fitted without its part of the traces, shape [n, 2]."""
    traces = np.unique(tasks.traces)
    said = np.zeros((len(tasks.texts), 2))
    for number in range(min(PARTS, len(traces))):
        scored = np.isin(tasks.traces, traces[number::PARTS])
        # A single trace has nothing to hold out: its own fit then stands in.
        head, forest = inputs.take(np.ones_like(scored) if scored.all() else ~scored).fit(seed)
        said[scored, 0] = head.scores(inputs.linear[scored])
        said[scored, 1] = [forest(row) for row in inputs.numbers[scored]]
    return said
