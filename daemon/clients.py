"""What other programs tell through the API, on its way into the store: answered once it is on disk.

Knows the store and how an event is let in, which is the recorder's to say; knows no request.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from sqlite3 import Connection, IntegrityError
from typing import Protocol, TypeVar

from daemon.errors import NotFound
from daemon.pausing import Pause
from daemon.privacy.privacy import Redact
from daemon.privacy.redaction import redacted
from daemon.store import Store, capture
from daemon.store.newest import Newest
from watchers.event import Bucket, Event

T = TypeVar("T")

BREATH_S = 0.005  # of one client, then others have their turn


class Admit(Protocol):
    """Says what of an event may be kept; None when nothing."""

    def __call__(
        self, bucket: Bucket, event: Event, *, foreign: bool = ..., redact: Redact = ...
    ) -> Event | None:
        """The event as it may be kept."""
        ...


class Clients:
    """Takes clients' events.

    Args:
        store: Where they go.
        admit: Past what they come.
        pause: What lies in it is not taken.
    """

    def __init__(self, store: Store, admit: Admit, pause: Pause) -> None:
        self._store = store
        self._admit = admit
        self._pause = pause
        self._newest = Newest(lambda: store.undone)
        self._lasting: set[str] = set()  # buckets whose newest event may go on

    async def heartbeat(
        self, bucket: Bucket, event: Event, pulsetime_s: float, redact: Redact = redacted
    ) -> Event:
        """Take a heartbeat; returns the event as it stands in the store.

        Raises:
            HunchError: It could not be written.
        """
        kept = self._admit(bucket, event, foreign=True, redact=redact)
        kept = self._pause.cut(kept) if kept is not None else None
        if kept is None:
            self._lasting.discard(bucket.id)
            return event
        if bucket.id in self._lasting:
            return await self._answered(
                lambda conn: self._newest.heartbeat(conn, bucket.id, kept, pulsetime_s)
            )
        stored = await self._answered(lambda conn: self._newest.insert(conn, bucket.id, kept))
        self._lasting.add(bucket.id)
        return stored

    async def insert(
        self, bucket: Bucket, events: Sequence[Event], redacts: Iterable[Redact] = repeat(redacted)
    ) -> list[Event]:
        """Take events, all or none; returns those that are kept, with their numbers.

        Raises:
            HunchError: They could not be written.
        """
        kept, since = [], time.monotonic()
        for event, redact in zip(events, redacts, strict=False):
            item = self._admit(bucket, event, foreign=True, redact=redact)
            if item is not None and not self._pause.overlaps(item):
                kept.append(item)
            if time.monotonic() - since > BREATH_S:
                await asyncio.sleep(0)
                since = time.monotonic()
        return await self._answered(lambda conn: capture.insert(conn, bucket.id, kept))

    def interrupt(self, bucket_id: str | None = None) -> None:
        """Let no event go on: the next heartbeat is another stretch.

        Args:
            bucket_id: Of this bucket; None for all.
        """
        if bucket_id is None:
            self._lasting.clear()
        else:
            self._lasting.discard(bucket_id)

    async def _answered(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._store.write(work)
        except IntegrityError as error:  # deleted since it was looked up
            raise NotFound("Bucket", "There is no such bucket any more.") from error
