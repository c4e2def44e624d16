"""The user's budget: how large a share of what Hunch says may be rejected. Pure; knows no model.

An online quantile rule, the update of adaptive conformal inference (Gibbs and Candès 2021): every
rejection raises the threshold, every acceptance lowers it, in the proportion in which the budget
wants them. Whatever the probabilities are worth and however the user's taste moves, after n
answered proposals the rejected ones number at most

    budget * n + (LIMIT + CREDIT) / STEP + 1,

for at LIMIT nothing is said, and what a user who accepts much has in hand never exceeds CREDIT.
Silence brings no answers, so it must end by itself: the raise halves in HALF_LIFE, which allows a
try now and then, about one a day at the very most.
"""

import math
from datetime import datetime, timedelta

from models.personal import logit, sigmoid

STEP = 0.4  # nats that one rejection raises the threshold by, less the budget's share of it
LIMIT = 4.0  # nats from which on Hunch is silent
CREDIT = 1.0  # nats in hand: chance alone is not to raise the threshold of a user within the budget
HALF_LIFE = timedelta(days=7)
OFF = 1.0  # the budget that allows everything


class Budget:
    """The raise of the threshold, answer by answer.

    Attributes:
        nats: The raise after the newest answer; below 0 is in hand.
    """

    def __init__(self, share: float) -> None:
        """Begin with the shipped rule.

        Args:
            share: Of proposals that may be rejected, above 0, at most OFF.
        """
        self._share = share
        self._last: datetime | None = None
        self.nats = 0.0

    def learn(self, rejected: bool, time: datetime) -> None:
        """Take in whether a proposal was rejected; an ignored one is no answer."""
        now = self.at(time) + STEP * (float(rejected) - self._share)
        self.nats = min(max(now, -CREDIT), LIMIT)
        self._last = max(time, self._last) if self._last else time

    def at(self, time: datetime) -> float:
        """The raise at a time, in nats; it fades by itself, but not by a clock that was set back."""
        if self._last is None:
            return 0.0
        passed = max(time - self._last, timedelta())
        return self.nats * math.exp2(-(passed / HALF_LIFE))

    def threshold(self, shipped: float, time: datetime) -> float:
        """The shipped threshold, raised; 1 when nothing is to be said."""
        return raised(shipped, self.at(time))


def raised(threshold: float, nats: float) -> float:
    """A threshold on a probability, raised in log-odds; 1, which nothing reaches, from LIMIT on."""
    if nats <= 0:
        return threshold
    return 1.0 if nats >= LIMIT else sigmoid(logit(threshold) + nats)
