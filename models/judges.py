"""Encoder, gate and reward model together, over packed vectors: what the worker loads at first use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from models.encoder import Encoder, pack, unpack
from models.gate import Gate
from models.observation import Observation
from models.reading import Reading, Recent, read
from models.reward import RewardModel


class Judges:
    """The small models."""

    def __init__(self, encoder: Encoder, gate: Gate, reward: RewardModel, recent: Recent) -> None:
        self.encoder = encoder
        self.gate = gate
        self.reward = reward
        self._recent = recent

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load them.

        Raises:
            WeightsError: A file is missing or damaged.
        """
        encoder = Encoder.load(folder)
        gate, recent = Gate.load(folder), Recent(encoder.encode)
        return cls(encoder, gate, RewardModel.load(recent, gate, folder), recent)

    def read(self, history: Sequence[Observation], known: Sequence[bytes | None]) -> Reading:
        """The moment after the newest observation; only unknown vectors are computed."""
        return read(history, self._recent, [unpack(data) if data else None for data in known])

    def packed(self, reading: Reading) -> list[bytes]:
        """The sentences' vectors as they are kept."""
        return [pack(row) for row in reading.vectors]
