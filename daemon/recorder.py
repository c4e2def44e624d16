"""The only way into the raw events: takes them from watchers and the API, past privacy, into the store.

What our own watchers see is merged in memory and written at least every half
second; what cannot be written is kept and tried again, so a full disk or a locked
file loses nothing while the daemon lives. What the API acknowledges is on disk.
"""

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from sqlite3 import Connection, IntegrityError
from typing import TypeVar

import msgspec

from daemon.errors import HunchError, NotFound
from daemon.privacy import Privacy
from daemon.store import Store, capture
from daemon.unwanted import Unwanted
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.sink import Sink

log = logging.getLogger(__name__)

T = TypeVar("T")

FLUSH_S = 0.5
HELD = 200_000  # events kept in memory while nothing can be written; some 100 MB
RETRY_S = 5.0
OWN_COPIES = 4
CLICK_S = 0.8  # from the button to the API


class _Row:
    """An event that a watcher may still make longer, and whether its present length is on disk."""

    __slots__ = ("bucket", "event", "saved")

    def __init__(self, bucket: Bucket, event: Event) -> None:
        self.bucket = bucket
        self.event = event
        self.saved = False


class Recorder:
    """A sink for watchers, and the API's way to the store.

    Attributes:
        onward: Gets all that our own watchers see besides, after privacy; None for nobody.
        problem: Why nothing can be written at present, in a sentence; None while all is well.
        last_typing: When a key was last pressed; None since the start.
    """

    def __init__(
        self,
        store: Store,
        privacy: Privacy,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._privacy = privacy
        self._clock = clock
        self._known: dict[str, Bucket] = {
            row.bucket.id: row.bucket for row in store.read(capture.buckets)
        }
        self._last: dict[str, _Row] = {}
        self._waiting: list[_Row] = []
        self._writing = asyncio.Lock()
        self._paused = False
        self._until: datetime | None = None
        self._copies: deque[str] = deque(maxlen=OWN_COPIES)
        self._clicks: deque[datetime] = deque(maxlen=OWN_COPIES)
        self._unwanted = Unwanted(clock)
        self.onward: Sink | None = None
        self.problem: str | None = None
        self.last_typing: datetime | None = None

    # --- of watchers: on the event loop, never blocking ---

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Take a state that still holds."""
        kept = self._pass(bucket.type, event)
        if kept is None:
            self._last.pop(bucket.id, None)  # what comes after it is another stretch
            return
        if self.onward is not None:
            self.onward.heartbeat(bucket, kept, pulsetime_s)
        row = self._last.get(bucket.id)
        merged = merge_heartbeat(row.event, kept, pulsetime_s) if row else None
        if row is None or merged is None:
            self._wait(bucket, kept)
            return
        if merged.duration != row.event.duration:
            row.event = merged
            if row.saved:
                row.saved = False
                self._waiting.append(row)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Take an event that stands by itself."""
        if self._is_ours(bucket, event):
            return
        kept = self._pass(bucket.type, event)
        if kept is not None:
            if self.onward is not None:
                self.onward.insert(bucket, kept)
            self._wait(bucket, kept)

    def note_copy(self, text: str) -> None:
        """Hunch itself puts a text on the clipboard: that is no copy of the user's."""
        self._copies.append(text)

    def note_click(self) -> None:
        """The user has just pressed a button of Hunch's own: that is no click in the window in front."""
        self._clicks.append(self._clock())

    def note_typing(self, time: datetime) -> None:
        """A key was pressed; nothing is known of which."""
        self.last_typing = time

    # --- of the API: answered once it is on disk ---

    def bucket(self, bucket_id: str) -> Bucket | None:
        """The bucket of this id, or None."""
        return self._known.get(bucket_id)

    async def create_bucket(self, bucket: Bucket) -> bool:
        """Make a bucket; False when it is there already."""
        made = await self._store.write(lambda conn: capture.create_bucket(conn, bucket))
        self._known.setdefault(bucket.id, bucket)
        return made

    async def delete_bucket(self, bucket_id: str) -> bool:
        """Delete a bucket with its events; False when there is none."""
        gone = await self._store.write(lambda conn: capture.delete_bucket(conn, bucket_id))
        for table in (self._known, self._last):
            table.pop(bucket_id, None)
        return gone

    async def api_heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> Event:
        """Take a client's heartbeat; returns the event as it stands in the store.

        Raises:
            HunchError: It could not be written.
        """
        kept = self._pass(bucket.type, event)
        if kept is None:
            return event
        return await self._answered(
            lambda conn: capture.heartbeat(conn, bucket.id, kept, pulsetime_s)
        )

    async def api_insert(self, bucket: Bucket, events: Sequence[Event]) -> list[Event]:
        """Take a client's events, all or none; returns those that are kept, with their numbers.

        Raises:
            HunchError: They could not be written.
        """
        kept = [item for event in events if (item := self._pass(bucket.type, event)) is not None]
        return await self._answered(lambda conn: capture.insert(conn, bucket.id, kept))

    async def _answered(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._store.write(work)
        except IntegrityError as error:  # deleted since it was looked up
            raise NotFound("Bucket", "There is no such bucket any more.") from error

    # --- pausing ---

    def pause(self, until: datetime | None) -> None:
        """Take nothing until then; None for until `resume`."""
        self._paused, self._until = True, until
        self._last.clear()

    def resume(self) -> None:
        """Take events again."""
        self._paused, self._until = False, None

    @property
    def paused(self) -> bool:
        """Whether nothing is taken now."""
        if self._paused and self._until is not None and self._clock() >= self._until:
            self.resume()
        return self._paused

    @property
    def paused_until(self) -> datetime | None:
        """Until when it is paused; None when it is not, or for until `resume`."""
        return self._until if self.paused else None

    @contextlib.asynccontextmanager
    async def held(self, forgotten: Callable[[Event], bool]) -> AsyncIterator[None]:
        """Write what waits, then write nothing until the end, and take no more of what is forgotten.

        Raises:
            HunchError: What waits cannot be written.
        """
        async with self._writing:
            with self._unwanted.refusing(forgotten):
                await self._write()  # even where it failed before
                while self._waiting and self.problem is None:
                    await self._write()
                if self.problem is not None:
                    raise HunchError("Forget", self.problem)
                self._last.clear()  # or a row that goes would come back when it is made longer
                yield

    # --- writing ---

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        while True:
            await asyncio.sleep(RETRY_S if self.problem else FLUSH_S)
            await self.flush()

    async def flush(self) -> None:
        """Write what waits now; what cannot be written goes on waiting.

        Being cancelled stops the waiting, not the writing: `flush` again waits for both.
        """
        await asyncio.shield(asyncio.create_task(self._flush()))

    async def _flush(self) -> None:
        async with self._writing:
            await self._write()

    async def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        for row in rows:
            row.saved = True
        as_they_are = [(row, row.event) for row in rows]
        try:
            numbers = await self._store.write(lambda conn: self._save(conn, as_they_are))
        except HunchError as error:
            self._keep(rows, error)
            return
        self.problem = None
        for row, number in zip(rows, numbers, strict=True):
            row.event = msgspec.structs.replace(row.event, id=number)

    def _save(self, conn: Connection, rows: Sequence[tuple[_Row, Event]]) -> list[int | None]:
        for row, _ in rows:
            capture.create_bucket(conn, row.bucket)
        return [_put(conn, row.bucket.id, event) for row, event in rows]

    def _keep(self, rows: list[_Row], error: HunchError) -> None:
        if self.problem is None:
            log.warning("events wait in memory: %s", error.title)
        self.problem = error.message
        for row in rows:
            row.saved = False
        again = {id(row) for row in rows}  # of 200,000, twelve times a minute
        self._waiting = rows + [row for row in self._waiting if id(row) not in again]
        if len(self._waiting) > HELD:
            log.error(
                "%s events were lost: nothing could be written for too long",
                len(self._waiting) - HELD,
            )
            del self._waiting[: len(self._waiting) - HELD]

    def _is_ours(self, bucket: Bucket, event: Event) -> bool:
        """Whether Hunch itself is what a watcher saw. Clicks are told a second after they were made."""
        if bucket.type == "clipboard":
            return event.data.get("text") in self._copies
        data = event.data.get("data")
        if not isinstance(data, dict) or data.get("type") != "click":
            return False
        return any(
            abs((time - event.timestamp).total_seconds()) <= CLICK_S for time in self._clicks
        )

    def _pass(self, bucket_type: str, event: Event) -> Event | None:
        kept = self._privacy.clean(bucket_type, event)  # follows the windows while paused, too
        return None if self.paused or self._unwanted(event) else kept

    def _wait(self, bucket: Bucket, event: Event) -> None:
        self._known.setdefault(bucket.id, bucket)
        row = _Row(bucket, event)
        self._last[bucket.id] = row
        self._waiting.append(row)


def _put(conn: Connection, bucket_id: str, event: Event) -> int | None:
    """Write one event; one that cannot be a row takes none of its batch with it."""
    try:
        try:
            return capture.insert(conn, bucket_id, [event])[0].id
        except UnicodeEncodeError:  # half of a surrogate pair, as Windows tells an emoji's key
            return capture.insert(conn, bucket_id, [_readable(event)])[0].id
        except ValueError:  # its row was deleted, and the number given to another bucket's
            event = msgspec.structs.replace(event, id=None)
            return capture.insert(conn, bucket_id, [event])[0].id
    except (ValueError, OverflowError, RecursionError, TypeError, IntegrityError) as error:
        log.error("an event could not be kept: %s", type(error).__name__)  # noqa: TRY400 - its text may be in the trace
        return None


def _readable(event: Event) -> Event:
    text = json.dumps(event.data, ensure_ascii=False)
    return msgspec.structs.replace(event, data=json.loads(text.encode("utf-8", "replace")))
