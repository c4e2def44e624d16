"""The model worker's end of the pipes to the daemon: messages of bytes, each behind its length."""

import os
import select
import struct
import sys

import msgspec

from models.engine.base import AwayError
from models.messages import WRITTEN, Reply

LENGTH = struct.Struct("!I")


_HANDED_OVER = "HUNCH_WORKER_KNOWN"
_NOTHING = msgspec.msgpack.encode({})


class Pipe:
    """Requests come in by one descriptor, answers go out by another.

    Args:
        source: Where requests come from; reads are not buffered, so that `select` sees all that waits.
        out: Where answers go; the descriptor becomes another of `aside`, as libraries print there.
        aside: Where what is printed goes instead.
    """

    def __init__(self, source: int, out: int, aside: int) -> None:
        self._source = source
        self._printed = out
        self._out = os.dup(out)
        os.dup2(aside, out)

    def ready(self, within_s: float | None) -> bool:
        """Whether a request, or the end, comes within so many seconds; None waits for one."""
        return bool(select.select([self._source], [], [], within_s)[0])

    def read(self) -> bytes | None:
        """The next message; None at the end, and for one that was cut off."""
        header = self._whole(LENGTH.size)
        if len(header) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(header)
        data = self._whole(length)
        return data if len(data) == length else None

    def write(self, data: bytes) -> None:
        """Send a message."""
        left = memoryview(LENGTH.pack(len(data)) + data)
        while left:
            left = left[os.write(self._out, left) :]

    def leaving(self, to: str, words: str) -> None:
        """Tell the daemon what is about to go to another program, and wait until that is written down.

        Raises:
            AwayError: It cannot be written down: it must not go.
        """
        self.write(msgspec.msgpack.encode(Reply(leaving=(to, words))))
        if self.read() != WRITTEN:
            raise AwayError("What would go to the server cannot be written down: nothing was sent.")

    def begin_anew(self, known: bytes) -> None:
        """Put a new process into this one's place, with its pipes and its number.

        So the memory of libraries that were imported goes, too: they cannot be freed. What waits to be
        read is read by the new one. Not on Windows, where a process has no place to put another in.

        Args:
            known: What the new process gets by `handed_over`, where the system has files in memory.
        """
        if sys.platform != "win32":
            if hasattr(os, "memfd_create"):
                held = os.memfd_create("known", 0)
                os.write(held, known)
                os.environ[_HANDED_OVER] = str(held)
            os.dup2(self._out, self._printed)
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 (our own command line again)

    def _whole(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = b""
        while len(parts) < size and (part := os.read(self._source, size - len(parts))):
            parts += part
        return parts


def handed_over() -> bytes:
    """What the process before this one knew; an empty map from none."""
    number = os.environ.pop(_HANDED_OVER, "")
    if not number:
        return _NOTHING
    with os.fdopen(int(number), "rb") as held:
        held.seek(0)
        return held.read()
