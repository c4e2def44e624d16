"""Many events as JSON, in pages: read on a thread, sent as the client reads, never all in memory."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from daemon.store import Store, capture
from watchers.event import Event

PAGE = 500  # events; read and encoded in some 5 ms


async def pages(
    store: Store,
    bucket_id: str,
    most: int = -1,
    start: datetime | None = None,
    end: datetime | None = None,
) -> AsyncIterator[bytes]:
    """Events that overlap [start, end] as one JSON list, newest first; `most` below zero means all."""
    opening = b"["
    async for part in _pages(store, bucket_id, most, start, end):
        yield opening + msgspec.json.encode(part)[1:-1]
        opening = b","
    yield b"[]" if opening == b"[" else b"]"


async def _pages(
    store: Store, bucket_id: str, most: int, start: datetime | None, end: datetime | None
) -> AsyncIterator[list[Event]]:
    """Each page begins where the one before it ended: at that moment, without what was told of it."""
    told: set[int | None] = set()
    size = PAGE
    while most != 0:
        found = await store.aside.read(
            lambda conn, size=size, end=end: capture.events(conn, bucket_id, size, start, end)  # type: ignore[misc]
        )
        fresh = [event for event in found if event.id not in told]
        if most > 0:
            fresh = fresh[:most]
            most -= len(fresh)
        if fresh:
            yield fresh
        if len(found) < size:
            return
        last = found[-1].timestamp
        if last == end and not fresh:
            size *= 2  # more of one moment than a page holds
        told = {event.id for event in found if event.timestamp == last} | (
            told if last == end else set()
        )
        end = last
