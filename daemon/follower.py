"""Follows the store: reads what it has gained, lets the segmenter cut it, hands on what is closed.

Knows sessions (one recording, from a start or a long absence to a stop) and
where the last segment ended; so a killed daemon goes on where it was. How far the telling has come
is written with the sentence, in one transaction (`reached`).
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

from daemon.errors import HunchError
from daemon.store import Store, capture, story
from daemon.tasks import Alarm, whenever
from models.front import HOLD_S
from models.segment import Segment
from models.segmenter import LIVE_S, Limits, segment

log = logging.getLogger(__name__)

REST_S = 1.0  # between two cuts while something is gained all the time
MARGIN_S = 0.5  # what is gained is in the store by then
LATE = timedelta(minutes=1)  # a clock that is set back is noticed so soon, at the next cut
ABSENCE = timedelta(hours=2)  # longer than lunch: the work after it is another session


class Follower:
    """Cuts the store's events into segments, session by session."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        begin: Callable[[int], None],
        step: Callable[[Segment], Awaitable[None]],
        tell: Callable[[Segment], Awaitable[object]],
    ) -> None:
        """Prepare.

        Args:
            store: Where events come from.
            limits: Where segments end.
            begin: Told the session that begins or goes on.
            step: Takes a closed segment the whole way; writes `reached` with its sentence.
            tell: Writes its sentence alone, and `reached`, for what is left when the daemon stops.
        """
        self._store = store
        self._limits = limits
        self._begin = begin
        self._step = step
        self._tell = tell
        self._session = 0
        self._cursor = datetime.now(UTC)
        self._again: datetime | None = (
            None  # until then the clock goes through a time for the second time
        )
        self._seen = self._cursor
        self._closed: deque[Segment] = deque()
        self._halted = False
        self._turn = asyncio.Lock()
        self._held = False
        self._taking: asyncio.Future[object] | None = None
        self._gained: float | None = None
        self._fresh: float | None = None  # the first gain since the last cut
        self._unsettled = True  # at the last cut there was something too young for it
        self._alarm = Alarm()

    @property
    def waiting(self) -> int:
        """How many closed segments wait behind the one that is being told."""
        return max(len(self._closed) - 1, 0)

    @property
    def reached(self) -> datetime:
        """From where on the store is still to be told, once the segment that is being taken is told."""
        return self._closed[1].start if len(self._closed) > 1 else self._cursor

    async def start(self, now: datetime) -> None:
        """Go on with the session that a killed daemon left open, or begin one."""
        left = self._store.read(story.open_session)
        if left is not None:
            reached = left.cursor or left.started
            if now - reached <= ABSENCE:
                self._cursor = reached
                self._again = self._store.read(story.last_segment_end)
                self._before = self._store.read(lambda conn: story.last_told(conn, reached))
                self._go_on(left.id, reached)
                return
            await self._store.write(lambda conn: story.end_session(conn, left.id, reached))
        self._cursor = now
        await self._new_session(now)

    async def run(self, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
        """Take every step when it is due, until `stop`; then `halt` ends it."""

        async def work() -> float | None:
            if (left_s := self._unripe_s()) > 0:
                return left_s
            loop = asyncio.get_running_loop()
            self._fresh, self._unsettled = (
                None,
                loop.time() - (self._gained or 0.0) < self._settle_s,
            )
            await self.advance(clock())
            return self._due_s()

        self.gained()  # what the last run left
        await whenever(self._alarm, "follower", work, stop, rest_s=REST_S)

    def gained(self) -> None:
        """The store gains something, within a second."""
        self._gained = asyncio.get_running_loop().time()
        if self._fresh is None:
            self._fresh = self._gained
        self._alarm.ring()

    @property
    def _settle_s(self) -> float:
        return self._limits.settle_s + MARGIN_S

    def _unripe_s(self) -> float:
        """For how long all that was gained since the last cut is too young to be cut; 0 when it is not."""
        if self._fresh is None or self._unsettled:
            return 0.0
        return self._fresh + self._settle_s - asyncio.get_running_loop().time()

    def _due_s(self) -> float | None:
        """In how many seconds the cut may come out otherwise though nothing is gained: a limit is over."""
        if self._gained is None:
            return None
        limits, passed_s = self._limits, asyncio.get_running_loop().time() - self._gained
        settle_s = self._settle_s
        overs = (
            settle_s,
            LIVE_S + settle_s,
            limits.pause_s + settle_s,
            limits.segment_s + settle_s,
        )
        return min((over - passed_s for over in overs if over > passed_s), default=None)

    async def advance(self, now: datetime) -> None:
        """Take a step for each segment that is closed by `now`."""
        async with self._turn:
            if not self._held:
                self._cut(now, final=False)
            while self._closed and not self._halted and not self._held:
                await self._take(self._closed[0], self._step)

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Take no step meanwhile; afterwards go on from what the store then holds.

        A step that goes on is broken off: what it told stays, what it did not is cut and told anew.
        """
        self._held = True
        if self._taking is not None:
            self._taking.cancel()
        try:
            async with self._turn:
                if self._closed:
                    self._cursor = self._told() or self._closed[0].start
                self._closed.clear()
                try:
                    yield
                finally:
                    self._begin(self._session)
        finally:
            self._held = False
            self._alarm.ring()  # the queue was emptied: what it held is cut anew

    def halt(self) -> None:
        """Begin no further step."""
        self._halted = True
        self._alarm.ring()

    async def stop(self, now: datetime) -> None:
        """Tell what is left, and end the session; cut short, the next start tells the rest."""
        async with self._turn:
            self._cut(now, final=True)
            while self._closed:
                await self._take(self._closed[0], self._tell)
            await self._end_session(now)

    def _cut(self, now: datetime, *, final: bool) -> None:
        if now < self._cursor:  # the clock was set back
            self._again = max(self._cursor, self._again or self._cursor)
            self._cursor = back = now - LATE
            self._before = self._store.read(lambda conn: story.last_told(conn, back))
        since = self._cursor
        reach = since - timedelta(seconds=HOLD_S)
        events = self._store.read(lambda conn: capture.since(conn, reach, now))
        if self._again is not None and self._again > since:
            events = [item for item in events if (item.event.id or 0) > self._before]
        closed, self._cursor = segment(
            events, now=now, since=since, limits=self._limits, final=final
        )
        self._closed.extend(closed)

    async def _take(self, item: Segment, work: Callable[[Segment], Awaitable[object]]) -> None:
        """Have one segment told; one that could not be written stays, to be tried again."""
        if item.start - self._seen > ABSENCE:
            await self._end_session(self._seen)
            await self._new_session(item.start)
        self._seen = item.end
        reached = self.reached
        self._taking = asyncio.ensure_future(work(item))
        try:
            await self._taking
        except asyncio.CancelledError:
            if not self._held:
                raise
            return  # broken off: it stays
        except HunchError:
            if self._told() != reached:
                raise  # not written: it stays, and is tried again
            log.warning("what came after a sentence could not be written")
        except Exception:  # one that no code of ours can take must not hold up those behind it
            log.exception("a segment was passed over; its raw events are kept")
            session = self._session
            await self._store.write(lambda conn: story.set_cursor(conn, session, reached))
        self._closed.popleft()

    def _told(self) -> datetime | None:
        """Up to where this session is told, as it stands in the store."""
        left = self._store.read(story.open_session)
        return left.cursor if left is not None and left.id == self._session else None

    @property
    def session(self) -> int:
        """Number of the present session."""
        return self._session

    def _go_on(self, session: int, reached: datetime) -> None:
        self._session, self._seen = session, reached
        self._begin(session)

    async def _new_session(self, now: datetime) -> None:
        self._go_on(await self._store.write(lambda conn: story.start_session(conn, now)), now)

    async def _end_session(self, when: datetime) -> None:
        session = self._session
        await self._store.write(lambda conn: story.end_session(conn, session, when))
