"""Whether this user would accept a prediction (R_t; paper, section 3.1).

`Judge` is the interface; `RewardModel` a linear head on frozen vectors. Silence is
judged as the paper does: accepted when there is no need.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from models.encoder import Encoder, Vectors
from models.features import accept_features
from models.gate import Gate
from models.head import Head
from models.manifest import WEIGHTS
from models.observation import Judgement, Observation

NAME = "accept"


class Judge(Protocol):
    """Judges a prediction as the user would."""

    def judge(
        self, history: Sequence[Observation], vectors: Vectors, task: str | None
    ) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        ...


class RewardModel:
    """A judge that reads vectors."""

    def __init__(self, head: Head, model: str, gate: Gate, encoder: Encoder) -> None:
        self._head = head
        self._model = model
        self._gate = gate
        self._encoder = encoder

    @classmethod
    def load(cls, encoder: Encoder, gate: Gate, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        return cls(*Head.load(NAME, folder), gate, encoder)

    def judge(
        self, history: Sequence[Observation], vectors: Vectors, task: str | None
    ) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        if task is None:
            need = self._gate.need(history, vectors)
            return Judgement(1 - need.probability, 1 - need.threshold, need.model)
        vector = self._encoder.encode([task])[0]
        features = accept_features(history, vectors, task, vector)
        return Judgement(self._head.probability(features), self._head.threshold, self._model)
