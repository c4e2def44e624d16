"""Whether help is wanted now (N_t): a linear head on cached sentence vectors. Fast; asked at every event."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.decision import COSTS, need_threshold
from models.features import moment_numbers, values
from models.head import Floats, Head, Platt
from models.layout import LAYOUT
from models.manifest import WEIGHTS
from models.observation import Need
from models.reading import Reading
from models.trained import load, part, prefixed
from models.typical import Bank


class Gate:
    """Says how likely a need is."""

    def __init__(self, head: Head, platt: Platt, bank: Bank, model: str) -> None:
        self._head = head
        self._platt = platt
        self._bank = bank
        self._model = model

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        return cls.of(*load(LAYOUT, folder))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], model: str) -> Self:
        """From the file's arrays."""
        slope, intercept = part(arrays, "need")["platt"].tolist()
        return cls(
            Head.of(part(arrays, "need")),
            Platt(slope, intercept),
            Bank.read(part(arrays, "bank")),
            model,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file."""
        platt = {"platt": np.array([self._platt.slope, self._platt.intercept])}
        return prefixed("need", self._head.arrays() | platt) | prefixed("bank", self._bank.arrays())

    def need(self, reading: Reading) -> Need:
        """The need after the newest observation; its threshold is that of balanced costs."""
        score = self._head.score(need_features(reading, self._bank))
        return Need(self._platt.probability(score), need_threshold(COSTS["balanced"]), self._model)


def need_features(reading: Reading, bank: Bank) -> Floats:
    """What the head reads: the newest vector, the last two together, plain numbers, typicality."""
    return np.concatenate(
        [
            reading.vectors[-1],
            reading.joined,
            values(moment_numbers(reading)),
            bank.typicality(reading.joined),
        ]
    )
