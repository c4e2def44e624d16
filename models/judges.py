"""Encoder, gate and reward model together, over packed vectors: what the worker loads at first use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from models.encoder import Encoder, Vectors, pack, unpack
from models.gate import Gate
from models.observation import Observation
from models.reward import RewardModel


class Judges:
    """The small models."""

    def __init__(self, encoder: Encoder, gate: Gate, reward: RewardModel) -> None:
        self.encoder = encoder
        self.gate = gate
        self.reward = reward

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load them.

        Raises:
            WeightsError: A file is missing or damaged.
        """
        encoder = Encoder.load(folder)
        gate = Gate.load(folder)
        return cls(encoder, gate, RewardModel.load(encoder, gate, folder))

    def vectors(self, history: Sequence[Observation], known: Sequence[bytes | None]) -> Vectors:
        """Vectors of the observations, shape [len(history), SIZE]; only unknown ones are computed."""
        padded = [*known, *[None] * (len(history) - len(known))]
        rows = [
            unpack(data) if data else self.encoder.encode([item.event])[0]
            for item, data in zip(history, padded, strict=True)
        ]
        return np.stack(rows)

    def packed(self, vectors: Vectors) -> list[bytes]:
        """As they are kept."""
        return [pack(row) for row in vectors]
