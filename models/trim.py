"""A process that takes no more memory than it needs, and gives way when there is none left."""

import contextlib
import ctypes
import sys
from pathlib import Path


def trim() -> None:
    """Give back what was freed: glibc keeps what lies below what is still in use.

    It takes about a millisecond (malloc_trim(3)); where there is no such call nothing happens.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def first_to_go() -> None:
    """When memory runs out, let Linux end this process before others of the user."""
    with contextlib.suppress(OSError):  # another system
        Path("/proc/self/oom_score_adj").write_text("500")
