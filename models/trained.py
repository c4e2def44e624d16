"""The file of all that was trained: named arrays in one .npz, no pickle, and the check that it is ours.

Knows names and shapes; what an array means its reader knows.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.encoder import MODEL
from models.manifest import WEIGHTS, WeightsError, checked, read_manifest

TRAINED = "heads.npz"
LAYOUT = "layout"

Array = NDArray[Any]
Arrays = Mapping[str, Array]


class Trained(NamedTuple):
    """What stands in the file.

    Attributes:
        arrays: By name.
        name: First digits of the file's hash.
    """

    arrays: Arrays
    name: str


def load(layout: Iterable[str], folder: Path = WEIGHTS) -> Trained:
    """Read the file.

    Args:
        layout: Names of the numbers that this version computes; others mean something else.
        folder: Of the weights.

    Raises:
        WeightsError: It is missing or damaged, or made for another encoder or by another version.
    """
    data, digest = checked(folder, TRAINED)
    _same_encoder(folder)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"The heads in {folder} cannot be read: {error}.") from error
    if LAYOUT not in arrays or str(arrays[LAYOUT]) != fingerprint(layout):
        raise _foreign(folder, "by another version of Hunch")
    return Trained(arrays, digest)


def to_bytes(arrays: Arrays, layout: Iterable[str]) -> bytes:
    """Arrays by name as one file; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    merged: dict[str, Any] = {**arrays, LAYOUT: np.array(fingerprint(layout))}
    np.savez_compressed(buffer, **merged)
    return buffer.getvalue()


def part(arrays: Arrays, prefix: str) -> dict[str, Array]:
    """The arrays whose names begin so, by the rest of their names.

    Raises:
        WeightsError: There is none.
    """
    found = {
        name.removeprefix(f"{prefix}_"): array
        for name, array in arrays.items()
        if name.startswith(f"{prefix}_")
    }
    if not found:
        raise WeightsError(
            f"The heads have no part named {prefix}: run `hunch train reward` again."
        )
    return found


def prefixed(prefix: str, arrays: Arrays) -> dict[str, Array]:
    """What `part` takes apart again."""
    return {f"{prefix}_{name}": array for name, array in arrays.items()}


def fingerprint(layout: Iterable[str]) -> str:
    """Of the names of what is computed, in order."""
    return hashlib.sha256("\n".join(layout).encode()).hexdigest()[:16]


def _same_encoder(folder: Path) -> None:
    """Vectors of another encoder look the same and mean something else."""
    entries = read_manifest(folder)
    read_by = entries[TRAINED].figures.get("encoder")
    if read_by and MODEL in entries and not entries[MODEL].sha256.startswith(read_by):
        raise _foreign(folder, "for another encoder")


def _foreign(folder: Path, why: str) -> WeightsError:
    return WeightsError(
        f"The heads in {folder} were trained {why}: run `hunch train reward` again."
    )
