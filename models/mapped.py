"""Lets go of a mapped file's pages between uses: of a table of 30,000 words a sentence needs thirty.

Linux alone, where a process can list its mappings; elsewhere nothing happens, and the pages stay as long
as the system likes. A page that is needed again is read again, from the system's own cache as a rule.
"""

import ctypes
from pathlib import Path

MAPS = Path("/proc/self/smaps")
DONTNEED = 4  # MADV_DONTNEED, madvise(2)


class Mapped:
    """A file that this process has mapped and never writes to."""

    def __init__(self, path: Path) -> None:
        self._places = _places(str(path.resolve())) if MAPS.exists() else []
        if self._places:
            self._madvise = ctypes.CDLL(None).madvise
            self._madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)

    def let_go(self) -> None:
        """Let go of its pages."""
        for start, length in self._places:
            self._madvise(start, length, DONTNEED)


def _places(name: str) -> list[tuple[int, int]]:
    """Where a file is mapped: begin and length, without what was written to (proc_pid_smaps(5))."""
    found: list[tuple[int, int]] = []
    mine = False
    for line in MAPS.read_text().splitlines():
        head, *rest = line.split(maxsplit=5)
        if not head.endswith(":"):
            mine = rest[-1] == name
            start, end = (int(part, 16) for part in head.split("-"))
        elif mine and head == "Anonymous:" and rest[0] == "0":
            found.append((start, end - start))
    return found
