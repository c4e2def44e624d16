"""What the small models read of a moment: the newest observations, their vectors, and the last two as one text.

Knows how a moment is put into vectors, in the daemon, the benches and training alike; judges nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from models.encoder import Vectors
from models.observation import Observation

CONTEXT = 16  # newest observations that gate and reward model read
RECENT = 48  # texts whose vectors are kept: tasks and joined sentences of the last moments

Encode = Callable[[Sequence[str]], Vectors]


class Reading(NamedTuple):
    """A moment as the models read it.

    Attributes:
        history: The newest `CONTEXT` observations, oldest first; at least one.
        vectors: Of their sentences, shape [len(history), SIZE].
        joined: Of the last two sentences as one text, shape [SIZE].
    """

    history: Sequence[Observation]
    vectors: Vectors
    joined: Vectors


def read(
    observations: Sequence[Observation], encode: Encode, known: Sequence[Vectors | None] = ()
) -> Reading:
    """Read the moment after the newest observation.

    Args:
        observations: Oldest first; at least one.
        encode: Sentences to vectors.
        known: Vectors of the first observations, where they are known.
    """
    padded = [*known, *[None] * (len(observations) - len(known))][-CONTEXT:]
    history = list(observations[-CONTEXT:])
    rows = [
        encode([item.event])[0] if vector is None else vector
        for item, vector in zip(history, padded, strict=True)
    ]
    return Reading(history, np.stack(rows), encode([joined(history)])[0])


def joined(observations: Sequence[Observation]) -> str:
    """The last two sentences as one text: what the newest one follows on gives it its meaning."""
    return " ".join(item.event for item in observations[-2:])


class Recent:
    """An encoder that knows the vectors of the last few texts, so that none is computed twice in a moment."""

    def __init__(self, encode: Encode, keep: int = RECENT) -> None:
        self._encode = encode
        self._keep = keep
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape [len(texts), SIZE]."""
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vectors:
        if text not in self._vectors:
            self._vectors[text] = self._encode([text])[0]
        self._vectors.move_to_end(text)
        found = self._vectors[text]
        while len(self._vectors) > self._keep:
            self._vectors.popitem(last=False)
        return found
