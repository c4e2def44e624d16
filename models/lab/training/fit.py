"""Fits gate and reward model on rows: the one way in, for the shipped weights and for each fold of a table.

Whoever scores leaves the scored traces out of the rows and of the unlabelled traces
(`samples.apart`); what has to be chosen inside is chosen on traces that are held out inside.
"""

from collections.abc import Sequence
from typing import NamedTuple

from models.gate import NAME as NEED
from models.gate import Gate
from models.lab.training.samples import Embedded
from models.lab.training.train_heads import fit_both
from models.observation import Observation
from models.reward import NAME as ACCEPT
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
        seed: Of what is drawn by chance.

    Raises:
        TraceError: The rows have no judged task.
    """
    heads, _ = fit_both(rows, embed)
    gate = Gate(heads[NEED], UNNAMED)
    return Fitted(gate, RewardModel(heads[ACCEPT], UNNAMED, gate, embed))
