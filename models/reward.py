"""Whether this user would accept a prediction (R_t; paper, section 3.1).

`Judge` is the interface; `RewardModel` a linear head on frozen vectors. Silence is
judged as the paper does: accepted when there is no need.
"""

from pathlib import Path
from typing import Protocol, Self

from models.decision import COSTS, need_threshold
from models.features import accept_features
from models.gate import Gate
from models.head import Head
from models.manifest import WEIGHTS
from models.observation import Judgement
from models.reading import Encode, Reading

NAME = "accept"


class Judge(Protocol):
    """Judges a prediction as the user would."""

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        ...


class RewardModel:
    """A judge that reads vectors.

    Its threshold is one half: what is accepted is likelier accepted than not. The daemon puts the
    user's own rule in its place (`models.decision.accept_threshold`).
    """

    def __init__(self, head: Head, model: str, gate: Gate, encode: Encode) -> None:
        self._head = head
        self._model = model
        self._gate = gate
        self._encode = encode

    @classmethod
    def load(cls, encode: Encode, gate: Gate, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        return cls(*Head.load(NAME, folder), gate, encode)

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        if task is None:
            need = self._gate.need(reading)
            return Judgement(1 - need.probability, 1 - need.threshold, need.model)
        vector = self._encode([task])[0]
        features = accept_features(reading.history, reading.vectors, task, vector)
        threshold = need_threshold(COSTS["balanced"])
        return Judgement(self._head.probability(features), threshold, self._model)
