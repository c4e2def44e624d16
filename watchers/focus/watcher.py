"""Follows the focused field for the guard, and asks on while a password is typed. Writes no events."""

import asyncio
import contextlib
import logging

from watchers.focus.backend import FocusBackend
from watchers.focus.guard import PasswordGuard
from watchers.sink import Sink

log = logging.getLogger(__name__)

POLL_S = 0.1  # while hidden alone: nothing is asked while nobody types a password


class FocusWatcher:
    """Keeps a guard's knowledge of the focus current."""

    name = "focus"

    def __init__(self, guard: PasswordGuard, backend: FocusBackend | None) -> None:
        """Prepare.

        Args:
            guard: Whom the input watcher asks.
            backend: Reads the focus; None where no system tells it, then terminals alone are seen.
        """
        self._guard = guard
        self._backend = backend
        self._hidden = asyncio.Event()

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        self._guard.reset()
        self._guard.on_hidden = self._hidden.set
        polling = asyncio.create_task(self._poll())
        try:
            if self._backend is None:
                await polling
            else:
                self._guard.field = self._backend.asks
                await self._backend.run(self._guard.focus)
        finally:
            self._guard.field = lambda: False
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling
            self._guard.reset()

    async def _poll(self) -> None:
        while True:
            await self._hidden.wait()
            while self._guard.hidden:
                await asyncio.sleep(POLL_S)
                self._guard.poll()
            self._hidden.clear()
