"""Lets go of a mapped file's pages between uses: of a table of 30,000 words a sentence needs thirty.

Linux alone, where a process can list its mappings; elsewhere nothing happens, and the pages stay as long
as the system likes. A page that is needed again is read again, from the system's own cache as a rule.
"""

import ctypes
from collections.abc import Collection
from pathlib import Path

MAPS = Path("/proc/self/smaps")
DONTNEED = 4  # MADV_DONTNEED, madvise(2)

Place = tuple[int, int]  # begin and length in bytes


class Mapped:
    """A mapping of a file that lives as long as this object, and that nobody writes to.

    Args:
        path: The file.
        others: Where it was mapped before, by somebody else. When those go, other memory comes to lie in
            their place, and letting go of that would wipe it.
    """

    def __init__(self, path: Path, others: Collection[Place] = ()) -> None:
        self._places = [place for place in places(path) if place not in others]
        if self._places:
            self._madvise = ctypes.CDLL(None).madvise
            self._madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)

    def let_go(self) -> None:
        """Let go of its pages."""
        for start, length in self._places:
            self._madvise(start, length, DONTNEED)


def places(path: Path) -> list[Place]:
    """Where a file is mapped now, without what was written to (proc_pid_smaps(5))."""
    if not MAPS.exists():
        return []
    name = str(path.resolve())
    found: list[Place] = []
    mine = False
    for line in MAPS.read_text().splitlines():
        head, *rest = line.split(maxsplit=5)
        if not head.endswith(":"):
            mine = rest[-1] == name
            start, end = (int(part, 16) for part in head.split("-"))
        elif mine and head == "Anonymous:" and rest[0] == "0":
            found.append((start, end - start))
    return found
