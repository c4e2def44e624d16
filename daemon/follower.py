"""Follows the store: reads what it has gained, lets the segmenter cut it, hands on what is closed.

Knows sessions (one recording, from a start or a long absence to a stop) and
where the last segment ended; so a killed daemon goes on where it was.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from daemon.store import Store, capture, story
from models.segment import Segment
from models.segmenter import Limits, segment

log = logging.getLogger(__name__)

INTERVAL_S = 1.0
ABSENCE = timedelta(hours=2)  # longer than lunch: the work after it is another session


class Follower:
    """Cuts the store's events into segments, session by session."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        begin: Callable[[int], None],
        step: Callable[[Segment], Awaitable[None]],
    ) -> None:
        self._store = store
        self._limits = limits
        self._begin = begin
        self._step = step
        self._session = 0
        self._cursor = datetime.now(UTC)
        self._seen = self._cursor

    async def start(self, now: datetime) -> None:
        """Go on with the session that a killed daemon left open, or begin one."""
        left = self._store.read(story.open_session)
        end = self._store.read(story.last_segment_end)
        if left is not None:
            reached = max(end or left.started, left.started)
            if now - reached <= ABSENCE:
                self._go_on(left.id, reached)
                return
            await self._store.write(lambda conn: story.end_session(conn, left.id, reached))
        await self._new_session(now)

    async def advance(self, now: datetime, *, final: bool = False) -> None:
        """Take a step for each segment that is closed by `now`; `final` closes all."""
        since = self._cursor
        events = self._store.read(lambda conn: capture.since(conn, since, now))
        closed, self._cursor = segment(
            events, now=now, since=since, limits=self._limits, final=final
        )
        for item in closed:
            if item.start - self._seen > ABSENCE:
                await self._end_session(self._seen)
                await self._new_session(item.start)
            self._seen = item.end
            await self._step(item)

    async def stop(self, now: datetime) -> None:
        """Tell what is still open, and end the session."""
        await self.advance(now, final=True)
        await self._end_session(now)

    @property
    def session(self) -> int:
        """Number of the present session."""
        return self._session

    def _go_on(self, session: int, reached: datetime) -> None:
        self._session, self._cursor, self._seen = session, reached, reached
        self._begin(session)

    async def _new_session(self, now: datetime) -> None:
        self._go_on(await self._store.write(lambda conn: story.start_session(conn, now)), now)

    async def _end_session(self, when: datetime) -> None:
        session = self._session
        await self._store.write(lambda conn: story.end_session(conn, session, when))
