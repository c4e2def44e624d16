"""A process that holds what the user does, closed to others of the same user, and to core files.

On Linux no other program may then read its memory or its first environment (a passphrase stands
there), nor does a crash leave its memory on the disk (prctl(2), PR_SET_DUMPABLE); a program that it
starts is as open as any. Elsewhere there are no core files, as far as the system listens.
"""

import contextlib
import ctypes
import sys

PR_SET_DUMPABLE = 4


def seal() -> None:
    """Close this process; where that cannot be done nothing happens."""
    with contextlib.suppress(OSError, AttributeError, ImportError, ValueError):
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        elif sys.platform != "win32":
            import resource

            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
