"""A calibrated linear head on frozen features, and its file: arrays, no pickle."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.encoder import MODEL, Vectors
from models.manifest import WEIGHTS, WeightsError, checked, read_manifest

HEADS = "heads.npz"


class Head(msgspec.Struct, frozen=True):
    """P = sigmoid(slope * (weight · (x - mean) / scale + bias) + intercept).

    Attributes:
        weight: Shape [d].
        mean: Of the training features, shape [d].
        scale: Their deviation, shape [d].
        bias: Of the linear part.
        slope: Platt's.
        intercept: Platt's.
        threshold: Probability from which the answer is yes, chosen in training.
    """

    weight: NDArray[np.float32]
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    bias: float
    slope: float
    intercept: float
    threshold: float

    def probability(self, features: Vectors) -> float:
        """The calibrated probability for features of shape [d]."""
        linear = float(((features - self.mean) / self.scale) @ self.weight) + self.bias
        logit = self.slope * linear + self.intercept
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))

    def arrays(self, name: str) -> dict[str, NDArray[np.float32]]:
        """Its arrays under a name, for the file."""
        numbers = np.array([self.bias, self.slope, self.intercept, self.threshold], np.float32)
        return {
            f"{name}_weight": self.weight,
            f"{name}_mean": self.mean,
            f"{name}_scale": self.scale,
            f"{name}_numbers": numbers,
        }

    @classmethod
    def load(cls, name: str, folder: Path = WEIGHTS) -> tuple[Self, str]:
        """The head of this name, and the first digits of its file's hash.

        Raises:
            WeightsError: The file is missing or damaged, or another program's.
        """
        data, digest = checked(folder, HEADS)
        _same_encoder(folder)
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                bias, slope, intercept, threshold = (
                    float(number) for number in arrays[f"{name}_numbers"]
                )
                return cls(
                    arrays[f"{name}_weight"], arrays[f"{name}_mean"], arrays[f"{name}_scale"],
                    bias, slope, intercept, threshold,
                ), digest  # fmt: skip
        except (OSError, KeyError, ValueError) as error:
            raise WeightsError(f"The heads in {folder} cannot be read: {error}.") from error


def _same_encoder(folder: Path) -> None:
    """Vectors of another encoder look the same and mean something else."""
    entries = read_manifest(folder)
    read_by = entries[HEADS].figures.get("encoder")
    if read_by and MODEL in entries and not entries[MODEL].sha256.startswith(read_by):
        raise WeightsError(
            f"The heads in {folder} were trained for another encoder: run `hunch train reward` again."
        )


def to_bytes(heads: Mapping[str, Head]) -> bytes:
    """Heads by name as one file."""
    buffer = io.BytesIO()
    merged: dict[str, Any] = {}  # numpy's stub takes an array's name for its own flag
    for name, head in heads.items():
        merged |= head.arrays(name)
    np.savez(buffer, **merged)

    return buffer.getvalue()
