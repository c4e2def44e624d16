"""Whether help is wanted now (N_t): a linear head on cached sentence vectors. Fast; asked at every event."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from models.encoder import Vectors
from models.features import need_features
from models.head import Head
from models.manifest import WEIGHTS
from models.observation import Need, Observation

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

    def need(self, history: Sequence[Observation], vectors: Vectors) -> Need:
        """The need after the newest observation.

        Args:
            history: Observations, oldest first; at least one.
            vectors: The encoder's, shape [len(history), SIZE].
        """
        probability = self._head.probability(need_features(history, vectors))
        return Need(probability, self._head.threshold, self._model)
