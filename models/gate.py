"""Whether help is wanted now (N_t): a linear head on cached sentence vectors. Fast; asked at every event."""

from pathlib import Path
from typing import Self

from models.decision import COSTS, need_threshold
from models.features import need_features
from models.head import Head
from models.manifest import WEIGHTS
from models.observation import Need
from models.reading import Reading

NAME = "need"


class Gate:
    """Says how likely a need is."""

    def __init__(self, head: Head, model: str) -> None:
        self._head = head
        self._model = model

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        return cls(*Head.load(NAME, folder))

    def need(self, reading: Reading) -> Need:
        """The need after the newest observation; its threshold is that of balanced costs."""
        probability = self._head.probability(need_features(reading.history, reading.vectors))
        return Need(probability, need_threshold(COSTS["balanced"]), self._model)
