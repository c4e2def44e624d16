"""Fits gate and reward model on rows: the one way in, for the shipped weights and for each fold of a table.

Whoever scores leaves the scored traces out of the rows and of the unlabelled traces
(`models.lab.corpus`); what has to be chosen inside is chosen on traces that are held out inside.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.gate import Gate
from models.lab.training.fit_accept import fit_acceptance
from models.lab.training.fit_need import bank_of, fit_gate
from models.lab.training.samples import Embedded, Moments, longest_rows, moments_of, tasks_of
from models.lab.training.targets import appeal
from models.memory import Memory, key
from models.observation import Observation
from models.reward import RewardModel
from models.trace import RewardRow

UNNAMED = "fitted"  # the models' name until they stand in a file


class Fitted(NamedTuple):
    """What was fitted.

    Attributes:
        gate: Says how likely a need is.
        reward: Judges a task, or silence.
    """

    gate: Gate
    reward: RewardModel


def fit(
    rows: Sequence[RewardRow],
    unlabelled: Sequence[Sequence[Observation]],
    embed: Embedded,
    seed: int = 0,
) -> Fitted:
    """Fit both models.

    Args:
        rows: Judged tasks and silences, of two traces at least.
        unlabelled: Whole traces; what is usual in them tells what is unusual. No scored one.
        embed: The encoder that the models will be used with.
        seed: Of what is drawn by chance: the trees.

    Raises:
        TraceError: The rows have no judged task.
    """
    moments = moments_of(rows, embed)
    tasks, worth = tasks_of(moments), appeal(moments)
    bank = bank_of(_traces(rows, unlabelled), embed)
    gate = fit_gate(moments, worth.moments, bank, UNNAMED)
    acceptance = fit_acceptance(moments, tasks, worth.tasks, embed, seed)
    return Fitted(gate, RewardModel(acceptance, gate, encode=embed, model=UNNAMED))


def fit_remembering(
    rows: Sequence[RewardRow],
    unlabelled: Sequence[Sequence[Observation]],
    embed: Embedded,
    seed: int = 0,
) -> Fitted:
    """Fit both, as `fit` does, with a memory of the rows' moments: for the paper's split.

    Raises:
        TraceError: The rows have no judged task.
    """
    gate, reward = fit(rows, unlabelled, embed, seed)
    return Fitted(gate, reward.remembering(remember(moments_of(rows, embed))))


def fit_need(
    rows: Sequence[RewardRow], unlabelled: Sequence[Sequence[Observation]], embed: Embedded
) -> Gate:
    """Fit the gate alone, as `fit` does, at a tenth of the cost.

    Raises:
        TraceError: There is no row.
    """
    moments = moments_of(rows, embed)
    bank = bank_of(_traces(rows, unlabelled), embed)
    return fit_gate(moments, appeal(moments).moments, bank, UNNAMED)


def remember(moments: Moments) -> Memory:
    """The memory of these moments' needs."""
    keys = np.stack([key(reading) for reading in moments.readings])
    return Memory(keys, moments.needed)


def _traces(
    rows: Sequence[RewardRow], unlabelled: Sequence[Sequence[Observation]]
) -> list[Sequence[Observation]]:
    """All that is known of whole traces."""
    return [*unlabelled, *(row.obs for row in longest_rows(rows).values())]
