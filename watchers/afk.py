"""Away from the keyboard or not, from the times of input alone. Pure.

The rule is aw-watcher-afk's: away from the last input on, once there was none for `timeout_s`.
Besides, time in which the machine slept is away, however short.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers.event import Event

TIMEOUT_S = 180.0
SLEPT_S = 20.0  # a busy machine is late by less
STEP = timedelta(milliseconds=1)  # between the two states, so that neither touches the other


@dataclass(slots=True)
class Afk:
    """Tells afk from not-afk. `tick` is to be called about every `tick_s` seconds.

    Attributes:
        start: When watching began; counts as input.
        timeout_s: Without input for so long, the user is away.
        tick_s: Usual time between two ticks; a gap of several means that the machine slept.
    """

    start: datetime
    timeout_s: float = TIMEOUT_S
    tick_s: float = 5.0
    _input: datetime | None = None
    _first: datetime | None = None  # since the last tick
    _tick: datetime | None = None
    _since: datetime | None = None  # begin of the absence, while it lasts

    @property
    def pulsetime_s(self) -> float:
        """Within so many seconds two heartbeats of one state are one."""
        return self.timeout_s + 2 * self.tick_s

    def input(self, time: datetime) -> None:
        """Take the time of any input."""
        self._first = self._first or time
        if self._input is None or time > self._input:
            self._input = time

    def tick(self, now: datetime) -> list[Event]:
        """The heartbeats of now, in order."""
        before, self._tick = self._tick or self.start, now
        last = self._input or self.start
        first, self._first = self._first or last, None
        if last > now:  # the clock was set back
            self._input, self._since, first, last = now, None, now, now
        events = []
        if self._since is None:
            left = self._left(before, now, last)
            if left is None:
                return [_status("not-afk", last, last)]
            events.append(_status("not-afk", min(last, left), min(last, left)))
            self._since = left + STEP
        if last < self._since or self._idle(last, now):
            return [*events, _status("afk", self._since, now)]
        back = max(first, self._since + STEP)
        events += [_status("afk", self._since, back - STEP), _status("not-afk", back, last)]
        self._since = None
        return events

    def _left(self, before: datetime, now: datetime, last: datetime) -> datetime | None:
        """The moment at which the user went away; None while there."""
        if now - before > timedelta(seconds=max(4 * self.tick_s, SLEPT_S)):
            return before  # the machine slept since
        return last if self._idle(last, now) else None

    def _idle(self, last: datetime, now: datetime) -> bool:
        return now - last >= timedelta(seconds=self.timeout_s)


def _status(status: str, start: datetime, end: datetime) -> Event:
    return Event(start, max(0.0, (end - start).total_seconds()), {"status": status})
