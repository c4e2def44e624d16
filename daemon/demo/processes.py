"""Ends programs: by process group, and by a mark in their environment. Only what we started."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger(__name__)

END_S = 3.0
POLL_S = 0.03
MARK = "HUNCH_VIRTUAL_DESKTOP"


def end_groups(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End programs with their process groups, politely first."""
    for process in reversed(processes):
        _signal(os.killpg, process.pid, signal.SIGTERM)
    deadline = time.monotonic() + END_S
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.debug("pid %d did not end when asked", process.pid)
        _signal(os.killpg, process.pid, signal.SIGKILL)  # also what it left in its group
        process.wait()


def end_marked(mark: str, spare: Sequence[int]) -> None:
    """End everything that carries the mark, until nothing does."""
    deadline = time.monotonic() + 2 * END_S
    while left := [pid for pid in marked(mark) if pid not in spare]:
        late = time.monotonic() > deadline - END_S
        for pid in left:
            _signal(os.kill, pid, signal.SIGKILL if late else signal.SIGTERM)
        if time.monotonic() > deadline:
            log.warning("could not end %s", left)
            return
        time.sleep(POLL_S)


def marked(mark: str) -> list[int]:
    """Numbers of the running processes whose environment carries the mark."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            variables = (entry / "environ").read_bytes()
        except OSError:  # ended, or another user's
            continue
        if wanted in variables.split(b"\0"):
            found.append(int(entry.name))
    return found


def _signal(send: Callable[[int, int], None], number: int, kind: signal.Signals) -> None:
    try:
        send(number, kind)
    except ProcessLookupError:
        log.debug("%d had ended before", number)
