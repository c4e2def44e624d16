"""When nothing is taken because the user said so, and what lies in such a time."""

import time
from collections import deque
from datetime import datetime

import msgspec

from watchers.event import Event

REMEMBERED = 32  # pauses; what is told later than that many pauses ago is not known any more


class Pause:
    """The present pause, and the last ones.

    Attributes:
        since: When the present one began; None when there is none.
        until: When it ends by itself; None for when it is ended.
    """

    def __init__(self) -> None:
        self.since: datetime | None = None
        self.until: datetime | None = None
        self._over_s = 0.0
        self._past: deque[tuple[datetime, datetime]] = deque(maxlen=REMEMBERED)
        self._latest: datetime | None = None  # end of a pause

    def begin(self, now: datetime, until: datetime | None) -> None:
        """Pause; a pause that lasts already gets another end."""
        if self.since is None:
            self.since = now
        self.until = until
        length_s = (until - now).total_seconds() if until is not None else 0.0
        self._over_s = time.monotonic() + length_s

    def end(self, at: datetime) -> None:
        """End the pause."""
        if self.since is not None:
            end = max(at, self.since)
            self._past.append((self.since, end))
            self._latest = max(end, self._latest or end)
        self.since = self.until = None

    def over(self, now: datetime) -> datetime | None:
        """When the present pause has ended by itself, or None."""
        if self.since is None or self.until is None:
            return None
        if now >= self.until:  # the machine may have slept
            return self.until
        return now if time.monotonic() >= self._over_s else None  # the clock was set back

    def overlaps(self, event: Event) -> bool:
        """Whether some of an event lies in a pause that has ended."""
        return self._near(event) and any(_meet(event, start, end) for start, end in self._past)

    def _near(self, event: Event) -> bool:
        """Whether an event begins before the last pause ended; most do not."""
        return self._latest is not None and event.timestamp < self._latest

    def cut(self, event: Event) -> Event | None:
        """Of a state that holds, what lies after the pauses, or else before; None when it is all inside."""
        for start, end in self._past if self._near(event) else ():
            if not _meet(event, start, end):
                continue
            if event.end > end:
                event = _between(event, end, event.end)
            elif event.timestamp < start:
                event = _between(event, event.timestamp, start)
            else:
                return None
        return event


def _meet(event: Event, start: datetime, end: datetime) -> bool:
    if event.duration == 0:
        return start <= event.timestamp < end
    return event.timestamp < end and event.end > start


def _between(event: Event, start: datetime, end: datetime) -> Event:
    return msgspec.structs.replace(event, timestamp=start, duration=(end - start).total_seconds())
