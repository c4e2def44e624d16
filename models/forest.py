"""Extra trees as plain arrays (Geurts et al. 2006): all trees step down together; no scikit-learn at run time."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAF = -1


class Forest(msgspec.Struct, frozen=True):
    """Nodes of all trees in one row, each tree's in depth-first order: a left child stands next to its parent.

    Attributes:
        feature: That a node asks for, or `LEAF`; shape [nodes].
        number: At a node, what goes left at most; at a leaf, what it says; shape [nodes].
        right: Where the right child stands, from the tree's root on; shape [nodes].
        roots: Where each tree begins; shape [trees].
        depth: Of the deepest tree.
    """

    feature: NDArray[np.int16]
    number: NDArray[np.float32]
    right: NDArray[np.int16]
    roots: NDArray[np.int32]
    depth: int

    def __call__(self, features: Floats) -> float:
        """The mean of what the trees say of features of shape [d]."""
        numbers = features.astype(np.float32)
        at = self.roots.astype(np.int64)
        for _ in range(self.depth):
            asked = self.feature[at]
            left = numbers[asked] <= self.number[at]  # a leaf asks for the last one, to no effect
            step = np.where(left, at + 1, self.roots + self.right[at])
            at = np.where(asked == LEAF, at, step)
        return float(self.number[at].astype(float).mean())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file."""
        return {
            "feature": self.feature,
            "number": self.number,
            "right": self.right,
            "roots": self.roots,
            "depth": np.array(self.depth),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """From the file."""
        return cls(
            arrays["feature"],
            arrays["number"],
            arrays["right"],
            arrays["roots"],
            int(arrays["depth"]),
        )
