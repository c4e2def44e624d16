"""What waits to be written: events in memory that watchers may still make longer, written in groups.

Knows the store; knows neither watchers nor privacy. What cannot be written is kept and tried
again, so a full disk or a locked file loses nothing while the daemon lives.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from sqlite3 import Connection, IntegrityError

import msgspec

from daemon.errors import HunchError
from daemon.store import Store, capture
from watchers.event import Bucket, Event

log = logging.getLogger(__name__)

FAULT = "Events wait in memory by a fault of Hunch's own: see hunch.log, and tell its makers."
HELD = 200_000  # events kept in memory while nothing can be written; some 100 MB


class Row:
    """An event that may still grow, and whether its present length is on disk."""

    __slots__ = ("bucket", "event", "saved")

    def __init__(self, bucket: Bucket, event: Event) -> None:
        self.bucket = bucket
        self.event = event
        self.saved = False


class Outbox:
    """Rows on their way to the store.

    Attributes:
        problem: Why nothing can be written at present, in a sentence; None while all is well.
        filled: Set while something waits to be written, for who writes it and would rather not ask.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Row] = []
        self._writing = asyncio.Lock()
        self.problem: str | None = None
        self.filled = asyncio.Event()

    def add(self, bucket: Bucket, event: Event) -> Row:
        """Have an event written."""
        row = Row(bucket, event)
        self._waiting.append(row)
        self.filled.set()
        return row

    def change(self, row: Row, event: Event) -> None:
        """A row's event became longer; what its row in the store is called stays."""
        if (event.timestamp, event.duration) == (row.event.timestamp, row.event.duration):
            return
        row.event = event
        if row.saved:
            row.saved = False
            self._waiting.append(row)
            self.filled.set()

    async def flush(self) -> None:
        """Write what waits now; what cannot be written goes on waiting.

        Being cancelled stops the waiting, not the writing: `flush` again waits for both.
        """
        await asyncio.shield(asyncio.create_task(self._flush()))

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Write nothing until the end, but by `drain`."""
        async with self._writing:
            yield

    async def drain(self) -> None:
        """While held, write all that waits.

        Raises:
            HunchError: It cannot be written.
        """
        await self._write()  # even where it failed before
        while self._waiting and self.problem is None:
            await self._write()
        if self.problem is not None:
            raise HunchError("Database", self.problem)

    async def _flush(self) -> None:
        async with self._writing:
            await self._write()

    async def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        self.filled.clear()
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
        except Exception:  # a fault of ours: they are tried again, and nothing else stops
            log.exception("events could not be written")
            self._keep(rows, HunchError("Database", FAULT))
            return
        self.problem = None
        for row, number in zip(rows, numbers, strict=True):
            event = row.event
            row.event = Event(event.timestamp, event.duration, event.data, number)

    def _save(self, conn: Connection, rows: Sequence[tuple[Row, Event]]) -> list[int | None]:
        for bucket in {row.bucket.id: row.bucket for row, _ in rows}.values():
            capture.create_bucket(conn, bucket)
        return [_put(conn, row.bucket.id, event) for row, event in rows]

    def _keep(self, rows: list[Row], error: HunchError) -> None:
        if self.problem is None:
            log.warning("events wait in memory: %s", error.title)
        self.problem = error.message
        self.filled.set()
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
