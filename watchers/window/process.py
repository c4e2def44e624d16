"""What a process number says: the program's name. Reads /proc, so Linux alone."""

import logging
from pathlib import Path

log = logging.getLogger(__name__)


def executable(pid: int, proc: Path = Path("/proc")) -> str | None:
    """The base name of a process's program ("python3.11"); None when it cannot be read.

    Args:
        pid: Its number.
        proc: Where the processes stand.
    """
    folder = proc / str(pid)
    try:
        # of a program that was replaced by an update the kernel says "/usr/bin/foot (deleted)"
        return (folder / "exe").readlink().name.removesuffix(" (deleted)") or None
    except OSError as error:
        log.debug("a window's program cannot be read: %s", type(error).__name__)
    try:  # another user's, or in a sandbox: its name, cut to 15 bytes
        return (folder / "comm").read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        log.debug("a window's process cannot be read: %s", type(error).__name__)
        return None
