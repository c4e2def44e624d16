"""How much time went by, whatever the clock was set to meanwhile and however long the machine slept. Pure."""

from datetime import datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """A time by two clocks.

    Attributes:
        time: By the one that can be set.
        ticks_s: By `time.monotonic`, in seconds: never set, and (but on Windows) standing in a sleep.
    """

    time: datetime
    ticks_s: float

    def passed_s(self, since: "Moment") -> float:
        """Seconds since then that the machine was awake."""
        return self.ticks_s - since.ticks_s

    def jumped_s(self, since: "Moment") -> float:
        """Seconds by which the clock got ahead of them: a sleep, or it was set forward."""
        return (self.time - since.time).total_seconds() - self.passed_s(since)
