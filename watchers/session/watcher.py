"""Tells Coverage of locks and sleep, and Presence of all that the afk rule must know. Knows no system.

Writes no events of its own: the gap events are Coverage's, absence the input watcher's.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta

from watchers.coverage import ALL, Coverage
from watchers.presence import Presence
from watchers.session.backend import SessionBackend
from watchers.session.clock import Hole, SleepClock
from watchers.sink import Sink

log = logging.getLogger(__name__)

INTERVAL_S = 2.0
QUIET_TIMES = 5  # as long while nobody gives an input; the next one is reason to look


class SessionWatcher:
    """Follows the session while it runs; what was lost is regained when it ends."""

    name = "session"

    def __init__(
        self,
        backend: SessionBackend,
        coverage: Coverage,
        presence: Presence,
        *,
        clock: SleepClock | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        """Prepare.

        Args:
            backend: Follows this system's session.
            coverage: Is told of locks and sleep.
            presence: Is told of them, too, and of videos and calls; what the afk rule asks.
            clock: Knows of sleep that nobody tells.
            interval_s: Seconds between two looks at what is not told.
        """
        self._backend = backend
        self._coverage = coverage
        self._presence = presence
        self._interval_s = interval_s
        self._clock = clock or SleepClock(interval_s)
        self._locks: set[str] = set()
        self._videos: set[str] = set()
        self._asleep = False
        self._wanted = asyncio.Event()

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        self._begin()
        self._presence.before_look = self._notice
        self._presence.returned = self._wanted.set
        looking = asyncio.create_task(self._look_again())
        try:
            await self._backend.run(self)
        finally:
            self._presence.before_look = lambda now: None
            self._presence.returned = lambda: None
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
            self._begin()

    def locked(self, by: str, holds: bool) -> None:
        """The screen is locked, or is no longer, as far as `by` knows."""
        before, now = bool(self._locks), datetime.now(UTC)
        (self._locks.add if holds else self._locks.discard)(by)
        if self._locks and not before:
            self._coverage.lost(ALL, "locked", now)
            self._presence.leave("locked", now)
        elif before and not self._locks:
            self._coverage.regained(ALL, "locked", now)
            self._presence.come("locked", now)

    def asleep(self, holds: bool) -> None:
        """The machine is about to sleep, or woke up."""
        now = datetime.now(UTC)
        self._notice(now)  # told late, this may be news from before a sleep
        if holds and not self._asleep:
            self._coverage.lost(ALL, "suspended", now)
            self._presence.leave("suspended", now)
        elif self._asleep and not holds:
            self._coverage.regained(ALL, "suspended", now)
            self._presence.come("suspended", now)
        self._asleep = holds

    def watching(self, by: str, holds: bool) -> None:
        """A video or a call is going on, or is no longer, as far as `by` knows."""
        (self._videos.add if holds else self._videos.discard)(by)
        self._presence.media(bool(self._videos), datetime.now(UTC))

    def _begin(self) -> None:
        """Take it that nothing holds: what was told before is not known to hold still."""
        now = datetime.now(UTC)
        self._locks.clear()
        self._videos.clear()
        self._asleep = False
        for cause in ("locked", "suspended"):
            self._coverage.regained(ALL, cause, now)
            self._presence.come(cause, now)
        self._presence.media(False, now)

    async def _look_again(self) -> None:
        while True:
            self._notice(datetime.now(UTC))
            try:
                self._backend.look(self)
            except Exception:
                log.exception("a look at the session failed")
            rest_s = QUIET_TIMES if self._presence.quiet(datetime.now(UTC)) else 1
            self._wanted.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval_s * rest_s):
                    await self._wanted.wait()

    def _notice(self, now: datetime) -> None:
        """Tell of a hole since the last look."""
        hole = self._clock.look(now)
        if hole is None:
            return
        log.info("nothing ran for %.1f s", hole.length_s)
        self._presence.gone(hole.since, hole.until)
        if self._asleep:  # its end is told by whoever told its begin
            return
        self._tell(hole)

    def _tell(self, hole: Hole) -> None:
        end = hole.since + timedelta(seconds=hole.length_s)
        self._coverage.lost(ALL, "suspended", hole.since)
        self._coverage.regained(ALL, "suspended", min(end, hole.until))
