"""The only way into the raw events: takes them from watchers and the API, past privacy, into the store.

What our own watchers see is merged in memory and written within a second, by `daemon.outbox`; what
clients tell, at once, by `daemon.clients`. While paused nothing is taken, nor later what lies in a
pause; what could not be seen is told to `daemon.coverage`, whose gaps pass by everything.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from daemon.clients import Clients
from daemon.coverage import Gaps, joined
from daemon.outbox import Outbox, Row
from daemon.own import OwnHand
from daemon.pausing import Pause
from daemon.privacy import Privacy
from daemon.privacy.privacy import Redact
from daemon.privacy.redaction import redacted
from daemon.selection import Selection
from daemon.store import Store, capture
from daemon.unwanted import Unwanted
from watchers.coverage import ALL
from watchers.event import Bucket, Event, merge_heartbeat

log = logging.getLogger(__name__)

FLUSH_S = 0.5
RETRY_S = 5.0


class Recorder:
    """A sink for watchers, and who lets in what clients tell.

    Attributes:
        clients: The API's way to the store.
        coverage: Told when nothing is taken; None for nobody.
        close_runs: Called when a pause begins or ends: what is being typed belongs to one side.
        gained: Called when something was taken that will be in the store.
        paused_anew: Called when a pause begins, or gets another end.
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
        self._outbox = Outbox(store)
        self._last: dict[str, Row] = {}
        self._gaps: dict[tuple[str, str, str], Row] = {}
        self._pause = Pause()
        self.clients = Clients(store, self._pass, self._pause)
        self._resuming = False
        self._kept_copy: str | None = None
        self._own = OwnHand(clock)
        self._unwanted = Unwanted(clock)
        self.coverage: Gaps | None = None
        self.close_runs: Callable[[], None] = lambda: None
        self.gained: Callable[[], None] = lambda: None
        self.paused_anew: Callable[[], None] = lambda: None
        self.last_typing: datetime | None = None

    # --- of watchers: on the event loop, never blocking ---

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Take a state that still holds."""
        kept = self._pass(bucket, event)
        kept = self._pause.cut(kept) if kept is not None else None
        if kept is None:
            self._last.pop(bucket.id, None)  # what comes after it is another stretch
            return
        row = self._last.get(bucket.id)
        merged = merge_heartbeat(row.event, kept, pulsetime_s) if row else None
        if row is None or merged is None:
            self._wait(bucket, kept)
        else:
            self._outbox.change(row, merged)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Take an event that stands by itself."""
        if self._own.did(bucket, event):
            return
        kept = self._pass(bucket, event)
        taken = kept if kept is not None and not self._pause.overlaps(kept) else None
        if bucket.type == "clipboard":
            self._kept_copy = taken.data.get("text") if taken else None
        if taken is not None:
            self._wait(bucket, taken)

    def keeps_copy(self, text: str) -> bool:
        """Whether this text is the newest copy, kept as it is: then what pastes it may tell it."""
        return self._kept_copy is not None and self._kept_copy == text

    def record(self, bucket: Bucket, gap: Event) -> None:
        """Take a gap, whatever else is not taken; one that overlaps its like makes that one longer."""
        self.gained()
        key = (bucket.id, str(gap.data["source"]), str(gap.data["cause"]))
        row = self._gaps.get(key)
        if row is None or gap.timestamp > row.event.end or gap.end < row.event.timestamp:
            self._known.setdefault(bucket.id, bucket)
            self._gaps[key] = self._outbox.add(bucket, gap)
            return
        self._outbox.change(row, joined(row.event, gap))

    def note_copy(self, text: str) -> None:
        """Hunch itself puts a text on the clipboard: that is no copy of the user's."""
        self._own.copied(text)

    def note_click(self) -> None:
        """The user has just pressed a button of Hunch's own: that is no click in the window in front."""
        self._own.clicked()

    def note_typing(self, time: datetime) -> None:
        """A key was pressed; nothing is known of which."""
        self.last_typing = time

    # --- buckets ---

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
        async with self._deleting(bucket_id):
            gone = await self._store.write(lambda conn: capture.delete_bucket(conn, bucket_id))
            self._known.pop(bucket_id, None)
        return gone

    async def delete_event(self, bucket_id: str, event_id: int) -> bool:
        """Delete one event; False when there is none."""
        async with self._deleting(bucket_id):
            return await self._store.write(
                lambda conn: capture.delete_event(conn, bucket_id, event_id)
            )

    @contextlib.asynccontextmanager
    async def _deleting(self, bucket_id: str) -> AsyncIterator[None]:
        """Nothing that waits, or is made longer, brings back what goes."""
        async with self._outbox.held():
            await self._outbox.drain()
            self._last.pop(bucket_id, None)
            self._gaps = {key: row for key, row in self._gaps.items() if key[0] != bucket_id}
            self.clients.interrupt(bucket_id)
            yield

    # --- pausing ---

    def pause(self, until: datetime | None) -> None:
        """Take nothing until then; None for until `resume`."""
        if not self.paused:
            self.close_runs()
        now = self._clock()
        self._pause.begin(now, until)
        self._privacy.forget()
        self._last.clear()  # what comes after it is another stretch
        self.clients.interrupt()
        if self.coverage is not None:
            self.coverage.lost(ALL, "paused", now)
            self.coverage.follow(frozenset(), now)  # what is in front is not told while paused
        self.paused_anew()

    def resume(self) -> None:
        """Take events again."""
        if self._pause.since is not None:
            self._resume(self._clock())

    @property
    def paused(self) -> bool:
        """Whether nothing is taken now."""
        if self._resuming:
            return True
        if self._pause.since is None:
            return False
        self._end_pause()
        return self._pause.since is not None

    def tick(self) -> None:
        """Look at the clock: a timed pause ends by itself, and gaps grow."""
        self._end_pause()
        if self.coverage is not None:
            self.coverage.grow(self._clock())

    @property
    def paused_until(self) -> datetime | None:
        """Until when it is paused; None when it is not, or for until `resume`."""
        return self._pause.until if self.paused else None

    def _end_pause(self) -> None:
        """End a pause that has ended by itself."""
        ended = self._pause.over(self._clock())
        if ended is not None:
            self._resume(ended)

    def _resume(self, at: datetime) -> None:
        self._resuming = True  # whatever the clock says by now
        try:
            self.close_runs()  # what began in the pause ends with it, and is not kept
        finally:
            self._resuming = False
        self._pause.end(at)
        if self.coverage is not None:
            self.coverage.regained(ALL, "paused", at)
            self.coverage.follow(self._privacy.hidden, at)

    @contextlib.asynccontextmanager
    async def held(self, forgotten: Selection, asked: datetime) -> AsyncIterator[None]:
        """Write what waits, then write nothing until the end, and take no more of what is forgotten.

        Raises:
            HunchError: What waits cannot be written.
        """
        async with self._outbox.held():
            with self._unwanted.refusing(forgotten, asked):
                await self._outbox.drain()
                self._kept_copy = None  # it may be what goes
                self._privacy.forget()
                self._last.clear()  # or a row that goes would come back when it is made longer
                self._gaps.clear()
                self.clients.interrupt()
                yield

    # --- writing ---

    @property
    def problem(self) -> str | None:
        """Why nothing can be written at present, in a sentence; None while all is well."""
        return self._outbox.problem

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        while True:
            await self._wait_for_work()
            self.tick()
            await self.flush()

    def wake(self) -> None:
        """A gap is open that was not told yet."""
        self._outbox.filled.set()

    async def _wait_for_work(self) -> None:
        """Until what waits has waited for long enough, or a gap has to grow."""
        if self.problem:
            await asyncio.sleep(RETRY_S)
            return
        growth_s = self.coverage.due_s(self._clock()) if self.coverage is not None else None
        try:
            async with asyncio.timeout(growth_s):
                await self._outbox.filled.wait()
        except TimeoutError:
            return
        await asyncio.sleep(FLUSH_S)  # what comes by then is written with it

    async def flush(self) -> None:
        """Write what waits now; what cannot be written goes on waiting."""
        await self._outbox.flush()

    def _pass(
        self, bucket: Bucket, event: Event, *, foreign: bool = False, redact: Redact = redacted
    ) -> Event | None:
        # follows the windows while paused, too
        try:
            kept = self._privacy.clean(bucket, event, foreign=foreign, redact=redact)
        except Exception:  # on doubt nothing is kept, and no watcher ends because of it
            log.exception("an event could not be looked at, and was dropped")
            kept = None
        if self.paused:
            self._privacy.forget()  # nothing of a pause is remembered, not even in memory
            return None
        hidden = self._privacy.hidden
        if self.coverage is not None and self.coverage.follows(hidden):
            self.coverage.follow(hidden, min(event.timestamp, self._clock()))
        if kept is None:
            return None
        wanted = self._unwanted.wanted(event)
        if wanted is None:
            self._privacy.forget()
            return None
        self.gained()
        if wanted is event:
            return kept
        return Event(wanted.timestamp, wanted.duration, kept.data, kept.id)

    def _wait(self, bucket: Bucket, event: Event) -> None:
        self._known.setdefault(bucket.id, bucket)
        self._last[bucket.id] = self._outbox.add(bucket, event)
