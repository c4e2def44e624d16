"""The encoder's table of words: mapped from its file, and let go of between uses.

A sentence needs thirty rows of thirty thousand. A page that is needed again is read again, from the
system's own cache as a rule.
"""

import mmap
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime


class Place(msgspec.Struct, frozen=True):
    """Where a table of bytes stands in a file.

    Attributes:
        name: Of the graph's tensor that it is.
        offset: In bytes from the file's begin.
        shape: Rows and columns.
    """

    name: str
    offset: int
    shape: tuple[int, int]


class Table:
    """A mapping of our own, which lives as long as this object."""

    def __init__(self, path: Path, place: Place) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        rows, columns = place.shape
        numbers = np.frombuffer(self._map, np.uint8, rows * columns, place.offset)
        self._value = onnxruntime.OrtValue.ortvalue_from_numpy(numbers.reshape(place.shape))
        self._name = place.name

    def lend(self, options: onnxruntime.SessionOptions) -> None:
        """Have a session read it where it stands; the session must not outlive this object."""
        options.add_initializer(self._name, self._value)

    def let_go(self) -> None:
        """Let go of its pages, where the system can."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
