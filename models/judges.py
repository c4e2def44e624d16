"""Encoder, gate and reward model together, over packed vectors: what the worker loads at first use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from models.encoder import Encoder, pack, unpack
from models.entities import entities
from models.gate import Gate
from models.observation import Observation
from models.reading import Reading, alike, joined, read
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
        return cls(encoder, gate, RewardModel.load(encoder.encode, gate, folder))

    def read(self, history: Sequence[Observation], known: Sequence[bytes | None]) -> Reading:
        """The moment after the newest observation; only unknown vectors are computed."""
        return read(
            history, self.encoder.encode, [unpack(data) if data else None for data in known]
        )

    def entities(self, history: Sequence[Observation]) -> tuple[str, ...]:
        """The names of a history that the next task is likely about."""
        newest = joined(self.encoder.encode([item.event for item in history[-2:]]))
        return entities(history, alike(newest, self.encoder.encode))

    def packed(self, reading: Reading) -> list[bytes]:
        """The sentences' vectors as they are kept."""
        return [pack(row) for row in reading.vectors]
