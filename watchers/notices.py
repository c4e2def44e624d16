"""Waiting for a backend's notices on the event loop, or for the clock where nothing tells."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from watchers.watcher import WatcherError


def until_beat_s(interval_s: float) -> float:
    """Seconds to the next beat of so long an interval; the same for all, who so wake together."""
    return interval_s - asyncio.get_running_loop().time() % interval_s


class Bell:
    """Tells of changes where there is no descriptor to wait for: a hook's thread, a D-Bus call.

    `ring` may be called from any thread, also while nobody listens: then the next one hears it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = False
        self._hear: Callable[[], None] | None = None

    def ring(self) -> None:
        """Say that something changed."""
        with self._lock:
            self._rung, hear = True, self._hear
        if hear is not None:
            hear()

    def take(self) -> bool:
        """Whether it rang since this was asked last."""
        with self._lock:
            rung, self._rung = self._rung, False
        return rung

    def listen(self, hear: Callable[[], None] | None) -> None:
        """Call `hear`, in the ringing thread, at each ring from now on; None to end that."""
        with self._lock:
            self._hear = hear


Teller = int | Bell | None
"""What tells of changes: a descriptor that becomes readable, a bell, or nothing."""


class Notices:
    """Notices of a backend while it is open, as a context manager.

    They are taken as they arrive, since an unread descriptor would wake the loop without end.

    Attributes:
        moment: When the first one came that was not waited for yet; None when there is none.
        came: Whether the last `wait` ended with one, and not because it had waited for long enough.
    """

    def __init__(self, teller: Teller, take: Callable[[], bool]) -> None:
        """Prepare.

        Args:
            teller: What tells that there is one.
            take: Takes all; returns whether there was one. May raise WatcherError.
        """
        self._teller = teller
        self._take = take
        self._woken = asyncio.Event()
        self._failure: WatcherError | None = None
        self.moment: datetime | None = None
        self.came = False

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        if isinstance(self._teller, Bell):
            self._teller.listen(lambda: _call(loop, self.look))
        elif self._teller is not None:
            loop.add_reader(self._teller, self.look)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    async def wait(self, timeout_s: float | None) -> datetime:
        """Wait for a notice, at most so long, and return when it came.

        Raises:
            WatcherError: As `take` raised it.
        """
        with contextlib.suppress(TimeoutError):
            # not wait_for: until Python 3.12 it forgets a cancellation that comes with the notice
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        if self._failure is not None:
            raise self._failure
        self.came = self.moment is not None
        moment, self.moment = self.moment or datetime.now(UTC), None
        self._woken.clear()
        return moment

    def look(self) -> None:
        """Take what is there; also for a backend whose own requests may have read notices in."""
        try:
            seen = self._take()
        except WatcherError as error:
            self._failure = error
            self._stop()
            self._woken.set()
            return
        if seen:
            self.moment = self.moment or datetime.now(UTC)
            self._woken.set()

    def _stop(self) -> None:
        if isinstance(self._teller, Bell):
            self._teller.listen(None)
        elif self._teller is not None:
            asyncio.get_running_loop().remove_reader(self._teller)
        self._teller = None


def _call(loop: asyncio.AbstractEventLoop, look: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(look)
