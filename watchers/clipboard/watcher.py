"""What is copied, as events of `clipboard`. Knows no system; a backend does."""

import asyncio
import logging
from datetime import datetime

from watchers.clipboard.backend import ClipboardBackend, Copied
from watchers.event import Bucket, Event
from watchers.notices import Notices
from watchers.sink import Sink

log = logging.getLogger(__name__)

CLIENT = "aw-watcher-clipboard"
LIMIT = 100_000  # characters that are kept of one copy
REST_S = 0.5  # at most two reads a second
POLL_S = 1.0  # for systems that do not tell of changes


class ClipboardWatcher:
    """Watches the clipboard.

    What was on it before is not told, nor the same text twice in a row.
    """

    name = "clipboard"

    def __init__(self, hostname: str, backend: ClipboardBackend, *, limit: int = LIMIT) -> None:
        """Prepare.

        Args:
            hostname: As it stands in the bucket's name.
            backend: Reads the clipboard.
            limit: Characters that are kept of one copy; its whole length is kept as a number.
        """
        self._bucket = Bucket(f"{CLIENT}_{hostname}", "clipboard", CLIENT, hostname)
        self._backend = backend
        self._limit = limit
        self._last: Copied | None = None

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        descriptor = self._backend.open()
        try:
            with Notices(descriptor, self._backend.take) as notices:
                self._last = await self._backend.read(self._limit)
                while True:
                    moment = await notices.wait(POLL_S if descriptor is None else None)
                    await self._look(sink, moment)
                    await asyncio.sleep(REST_S)
        finally:
            self._backend.close()

    async def _look(self, sink: Sink, moment: datetime) -> None:
        copied = await self._backend.read(self._limit)
        if copied is None or copied.same_as(self._last):
            return
        self._last = copied
        sink.insert(self._bucket, Event(moment, data=copied.data))
