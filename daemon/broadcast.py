"""Tells every listener of the local API what happens: one queue a listener, none waits for another."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

log = logging.getLogger(__name__)

QUEUED = 100  # a listener that is so far behind is dropped; it reconnects


class Message(NamedTuple):
    """A server-sent event: its name and its payload."""

    name: str
    payload: dict[str, Any]


class Broadcast:
    """Publishes messages to all who listen now."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Message | None]] = set()

    def publish(self, name: str, payload: dict[str, Any]) -> None:
        """Put a message before every listener; never blocks."""
        for queue in list(self._queues):
            if queue.qsize() >= QUEUED:
                self._queues.discard(queue)
                queue.put_nowait(None)
                log.warning("a listener of the local API fell behind and was dropped")
            else:
                queue.put_nowait(Message(name, payload))

    def close(self) -> None:
        """End all streams."""
        for queue in self._queues:
            queue.put_nowait(None)

    async def listen(self) -> AsyncIterator[Message]:
        """What is published from now on, until `close`."""
        with self._queue() as queue:
            while (message := await queue.get()) is not None:
                yield message

    @contextmanager
    def _queue(self) -> Iterator[asyncio.Queue[Message | None]]:
        queue: asyncio.Queue[Message | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
