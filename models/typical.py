"""How usual a moment is: its likeness to moments of traces that nobody has labelled.

A moment unlike what happens elsewhere is likelier a need: that alone ranks the needs of the real
traces at AUROC 0.77. It holds less elsewhere (the traces' own `task_status`: 0.52), so what training
hardly met counts no more than its edge: another way of telling is no need.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors

NEAREST = 5  # 1 to 60 differ by 0.007 AUROC
SAME = (
    0.9995  # cosine from which a moment is one that stands in the bank; half precision costs 0.0001
)
EDGE = 0.05  # share of what training met beyond either bound; 0 to 0.2 differ by 0.006 AUROC
COLUMNS = 2

Floats = NDArray[np.float64]


class Bank(msgspec.Struct, frozen=True):
    """Known moments.

    Attributes:
        vectors: Of their last two sentences together, shape [n, SIZE]; the file keeps half precision.
        traces: The trace of each, shape [n].
        low: What counts least, shape [COLUMNS].
        high: What counts most, shape [COLUMNS].
    """

    vectors: Vectors
    traces: NDArray[np.int16]
    low: Floats
    high: Floats

    @classmethod
    def of(cls, traces: Sequence[Vectors]) -> Self:
        """A bank of some traces' moments, each of shape [events, SIZE]."""
        numbers = np.repeat(np.arange(len(traces)), [len(trace) for trace in traces])
        edge = np.ones(COLUMNS)  # of a cosine
        vectors = np.concatenate(traces).astype(np.float16).astype(np.float32)
        return cls(vectors, numbers.astype(np.int16), -edge, edge)

    def bounded(self, met: Floats) -> Self:
        """The same bank, knowing what training met, shape [rows, COLUMNS]."""
        low, high = np.quantile(met, [EDGE, 1 - EDGE], axis=0)
        return msgspec.structs.replace(self, low=low, high=high)

    def typicality(self, joined: Vectors) -> Floats:
        """Mean likeness to the nearest moments, and to all; shape [COLUMNS].

        A moment that stands in the bank itself meets the other traces alone, as in training.
        """
        likeness = self.vectors @ joined
        own = self.traces[likeness > SAME]
        others = likeness[~np.isin(self.traces, own)] if len(own) else likeness
        if not len(others):
            return (self.low + self.high) / 2
        nearest = min(NEAREST, len(others))
        near = np.partition(others, -nearest)[-nearest:].mean()
        return np.asarray(np.clip([near, others.mean()], self.low, self.high), float)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file."""
        edges = np.stack([self.low, self.high])
        vectors = self.vectors.astype(np.float16)
        return {"vectors": vectors, "traces": self.traces, "edges": edges}

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """From the file."""
        low, high = arrays["edges"]
        return cls(arrays["vectors"].astype(np.float32), arrays["traces"], low, high)
