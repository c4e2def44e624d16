"""How the daemon and its model worker speak over pipes: messages of bytes, each behind its length."""

import struct
from typing import Any, BinaryIO

LENGTH = struct.Struct("!I")
WRITTEN = b"written"  # the daemon's word that what leaves is in the ledger


class Whole:
    """Unbuffered reads that return what was asked for, or the end; `select` sees through no buffer."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def fileno(self) -> int:
        """The descriptor, for `select`."""
        return int(self._raw.fileno())

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = b""
        while len(parts) < size and (part := self._raw.read(size - len(parts))):
            parts += part
        return parts


def read_frame(source: Whole) -> bytes | None:
    """The next message; None at the end, and for one that was cut off."""
    header = source.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    data = source.read(length)
    return data if len(data) == length else None


def write_frame(out: BinaryIO, data: bytes) -> None:
    """Send a message."""
    out.write(LENGTH.pack(len(data)) + data)
    out.flush()
