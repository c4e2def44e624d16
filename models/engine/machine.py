"""What the machine has to give at this moment: processors that nobody uses, and free memory."""

import os
import time
from pathlib import Path

# A model up to this size leaves a third thread nothing to do, and is not worth it.
SMALL_BYTES, SMALL_THREADS = 500_000_000, 2


class Cores:
    """The processors; remembers when it was last asked, so that what this process took since is not held against it."""

    def __init__(self) -> None:
        self._asked_s, self._took_s = time.monotonic(), time.process_time()

    def idle(self) -> float:
        """How many nobody else uses, by the last minute and by this moment; one where the system does not say.

        Threads that wait for busy ones cost more than they bring: on two idle processors a second thread makes
        a task a third quicker, on busy ones it takes twice as long.
        """
        try:
            load = os.getloadavg()[0]
        except (AttributeError, OSError):
            return 1.0
        now, took = time.monotonic(), time.process_time()
        own = (took - self._took_s) / max(now - self._asked_s, 1.0)
        self._asked_s, self._took_s = now, took
        whole = os.cpu_count() or 1
        return min(whole - max(load - own, _running() - 1), _allowed() or whole)

    def threads_for(self, size: int) -> int:
        """How many threads a model of so many bytes gets now: half of the idle ones, a small model two of them."""
        idle = self.idle()
        return max(1, min(SMALL_THREADS, round(idle)) if size <= SMALL_BYTES else int(idle / 2))


def free_bytes() -> int | None:
    """Memory that is to be had without taking it from anybody; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return sizes[0] if sizes else None


def _allowed() -> int:
    """On how many processors this process may run; 0 where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def _running() -> int:
    """How many threads run or wait for a processor now, this one among them; one where Linux is not."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].split("/")[0])
    except (OSError, ValueError, IndexError):
        return 1
