"""Gives memory that was freed back to the system: glibc keeps what lies below what is still in use."""

import contextlib
import ctypes
import sys


def trim() -> None:
    """Give it back now, in about a millisecond (malloc_trim(3)); where there is no such call nothing happens."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
