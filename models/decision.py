"""When to speak: the user's costs, and the thresholds that follow from them. Pure; knows no model.

A false alarm costs `false_alarm`, a need that is missed `missed`. Speaking is worth it when its
expected cost is the lower one: with P(accept) = a and P(need) = p, when
(1 - a) * false_alarm <= a * p * missed. Uncalibrated probabilities make such a rule worse than a
fixed threshold (PRISM, arXiv 2602.01532); ours are calibrated on traces that were left out.
"""

from typing import Literal

import msgspec

Eagerness = Literal["quiet", "balanced", "eager"]

SUREST = 0.8  # P(accept) that the reward model hardly ever passes: 1 of 100 tasks, traces left out


class Costs(msgspec.Struct, frozen=True):
    """What the two errors cost, in a unit of their own.

    Attributes:
        false_alarm: Of a proposal that is rejected.
        missed: Of silence when help was needed.
    """

    false_alarm: float
    missed: float


COSTS: dict[Eagerness, Costs] = {
    "quiet": Costs(2.0, 1.0),
    "balanced": Costs(1.0, 1.0),
    "eager": Costs(1.0, 2.0),
}


def need_threshold(costs: Costs) -> float:
    """P(need) from which timing alone would speak."""
    return costs.false_alarm / (costs.false_alarm + costs.missed)


def near_threshold(costs: Costs) -> float:
    """P(need) from which the reward model is asked: where its surest word could still reach the rule.

    It is `accept_threshold` turned round: 0.5 quiet, 0.25 balanced, 0.125 eager.
    """
    return costs.false_alarm * (1 - SUREST) / (SUREST * costs.missed)


def accept_threshold(costs: Costs, need: float) -> float:
    """P(accept) from which a task is proposed, given P(need)."""
    return costs.false_alarm / (costs.false_alarm + need * costs.missed)
