"""What was judged before at just this moment is judged so again: a memory of cases, and nothing more.

It memorises, on purpose. The paper's random split puts each test moment among the training rows with
another task; whatever remembers its need scores as the paper's fine-tuned model does (a lookup table:
F1 93). Here that is done openly, so that both can be printed side by side, and nowhere else: the shipped
file holds no case and the daemon's judge has no memory, for many a session begins with the very sentence
of a known trace, and would be judged by it for every task. On a moment that is new it says nothing.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.reading import Reading

WIDTH = 0.01  # squared distance at which a case counts by a third; two moments of a trace are 0.1 apart and more
STEP = 4.0  # observations that part two histories as far as an unlike sentence does
LEAST = 0.5  # weight below which nothing is remembered: the case itself has 1
SURE = 0.95  # how sure a remembered need is; labels err


class Memory(msgspec.Struct, frozen=True):
    """Cases.

    Attributes:
        keys: Of the moments, shape [n, d].
        needed: Whether help was needed there, shape [n].
    """

    keys: Vectors
    needed: NDArray[np.bool_]

    def need(self, reading: Reading) -> float | None:
        """P(need) as it was at this moment; None for a moment that is new."""
        apart = np.square(self.keys - key(reading)).sum(axis=1)
        weights = np.exp(-apart / WIDTH)
        total = float(weights.sum())
        if total < LEAST:
            return None
        share = float(weights @ self.needed) / total
        return 1 - SURE + (2 * SURE - 1) * share


def key(reading: Reading) -> Vectors:
    """What tells a moment from another: its last two sentences, all that it knows, and how many."""
    whole = reading.vectors.mean(axis=0)
    count = np.array([len(reading.history) / STEP], np.float32)
    return np.concatenate([reading.joined, whole, count]).astype(np.float32)
