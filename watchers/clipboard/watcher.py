"""What is copied, as events of `clipboard`. Knows no system; a backend does."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from watchers.clipboard.backend import ClipboardBackend, Copied
from watchers.event import Bucket, Event
from watchers.manifest import CLIPBOARD
from watchers.notices import Notices
from watchers.sink import Sink

log = logging.getLogger(__name__)

CLIENT = "aw-watcher-clipboard"
LIMIT = 100_000  # characters that are kept of one copy
REST_S = 0.5  # at most two reads a second
POLL_S = 1.0  # for systems that do not tell of changes


class ClipboardWatcher:
    """Watches the clipboard.

    What was on it before is not told, nor the same content twice in a row.
    """

    name = "clipboard"
    manifests = (CLIPBOARD,)

    def __init__(
        self,
        hostname: str,
        backend: ClipboardBackend,
        *,
        limit: int = LIMIT,
        front: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            hostname: As it stands in the bucket's name.
            backend: Reads the clipboard.
            limit: Characters that are kept of one copy; its whole length is kept as a number.
            front: The application in front, for a copy of which the backend does not know it.
        """
        self._bucket = Bucket(f"{CLIENT}_{hostname}", "clipboard", CLIENT, hostname)
        self._backend = backend
        self._limit = limit
        self._front = front
        self._last: Copied | None = None
        self._now: Copied | None = None
        self._notices: Notices | None = None  # while it is known at once that something is copied
        self._reading = False

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        descriptor = self._backend.open()
        try:
            with Notices(descriptor, self._backend.take) as notices:
                self._last = await self._read()
                self._notices = notices if descriptor is not None else None
                while True:
                    if descriptor is not None:
                        notices.look()  # one may have come in with the answers
                    moment = await notices.wait(POLL_S if descriptor is None else None)
                    await self._look(sink, moment)
                    await asyncio.sleep(REST_S)
        finally:
            self._notices = None
            self._backend.close()

    def newest(self) -> str | None:
        """The whole text that a paste would put in now.

        None when it is no text, is too long, was not read (it is marked as secret, or its owner
        does not answer), or when a newer one may be there that was not read yet.
        """
        if self._notices is None or self._reading:
            return None
        self._notices.look()
        if self._notices.moment is not None or self._now is None:
            return None
        whole = len(self._now.text) == self._now.length
        return self._now.text or None if whole else None

    async def _look(self, sink: Sink, moment: datetime) -> None:
        copied = await self._read()
        if copied is None or copied.same_as(self._last):
            return
        self._last = copied
        told = replace(copied, app=copied.app or self._front())
        sink.insert(self._bucket, Event(moment, data=told.data))

    async def _read(self) -> Copied | None:
        self._reading = True
        try:
            self._now = await self._backend.read(self._limit)
        finally:
            self._reading = False
        return self._now
