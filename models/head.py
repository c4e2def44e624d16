"""A linear head on vectors and plain numbers; and Platt's scaling of a score."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


class Head(msgspec.Struct, frozen=True):
    """score = weight · (x - mean) / scale.

    Attributes:
        weight: Shape [d].
        mean: Of the training features, shape [d].
        scale: What they are divided by, shape [d].
    """

    weight: Singles
    mean: Singles
    scale: Singles

    def score(self, features: Floats) -> float:
        """Of features of shape [d]; of many, [n, d], see `scores`."""
        return float(((features - self.mean) / self.scale) @ self.weight)

    def scores(self, features: Floats) -> Floats:
        """Of features of shape [n, d], shape [n]."""
        return np.asarray(((features - self.mean) / self.scale) @ self.weight, float)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file."""
        return {"weight": self.weight, "mean": self.mean, "scale": self.scale}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """From the file."""
        return cls(arrays["weight"], arrays["mean"], arrays["scale"])


class Platt(msgspec.Struct, frozen=True):
    """P = sigmoid(slope * score + intercept) (Platt 1999).

    Attributes:
        slope: Of the score.
        intercept: In nats.
    """

    slope: float
    intercept: float

    def probability(self, score: float) -> float:
        """The calibrated probability."""
        logit = min(max(self.slope * score + self.intercept, -30.0), 30.0)
        return float(1 / (1 + np.exp(-logit)))
