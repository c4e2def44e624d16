"""How long the machine slept, from clocks that run in sleep and clocks that do not. No bus needed.

Linux: CLOCK_BOOTTIME runs during suspend, CLOCK_MONOTONIC does not (clock_gettime(2)). macOS:
CLOCK_MONOTONIC does, CLOCK_UPTIME_RAW does not (clock_gettime(3)). Windows: GetTickCount64 does,
QueryUnbiasedInterruptTime does not. A process that was stopped, or a machine so busy that nothing
ran, shows as a jump of both: nothing was seen then, either.
"""

import ctypes
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

SLEPT_S = 0.5  # the two clocks are read one after the other, some microseconds apart
STOPPED_S = 10.0  # a busy machine is late by less


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds since some moment in the past.

    Attributes:
        awake: Stands still while the machine sleeps.
        total: Does not.
    """

    awake: float
    total: float


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch in which nothing ran.

    Attributes:
        since: It began then at the earliest.
        length_s: Its length; exact for sleep, and too long by at most an interval when stopped.
        until: It ended then at the latest.
    """

    since: datetime
    length_s: float
    until: datetime


def read_clocks() -> Clocks:
    """Read this system's two clocks."""
    if sys.platform == "win32":
        ticks = ctypes.c_ulonglong()
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))  # 100 ns each
        count = ctypes.windll.kernel32.GetTickCount64
        count.restype = ctypes.c_ulonglong
        return Clocks(ticks.value / 1e7, count() / 1e3)
    if sys.platform == "darwin":
        return Clocks(
            time.clock_gettime(time.CLOCK_UPTIME_RAW), time.clock_gettime(time.CLOCK_MONOTONIC)
        )
    return Clocks(time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))


class SleepClock:
    """Tells holes between one look and the next."""

    def __init__(self, interval_s: float, read: Callable[[], Clocks] = read_clocks) -> None:
        """Begin; `interval_s` is the usual time between two looks."""
        self._interval_s = interval_s
        self._read = read
        self._last = read()

    def look(self, now: datetime) -> Hole | None:
        """The hole since the last look, in today's wall time, whatever was done to its clock."""
        last, self._last = self._last, self._read()
        awake = self._last.awake - last.awake
        total = self._last.total - last.total
        since = now - timedelta(seconds=total)
        if total - awake >= SLEPT_S:
            return Hole(since, total - awake, now)
        if awake >= self._interval_s + STOPPED_S:
            return Hole(since, awake, now)
        return None
