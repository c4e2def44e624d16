"""Waiting for a descriptor's notices on the event loop, or for the clock where there is none."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from watchers.watcher import WatcherError


class Notices:
    """Notices of a backend while it is open, as a context manager.

    They are taken as they arrive, since an unread descriptor would wake the loop without end.

    Attributes:
        moment: When the first one came that was not waited for yet; None when there is none.
    """

    def __init__(self, descriptor: int | None, take: Callable[[], bool]) -> None:
        """Prepare.

        Args:
            descriptor: Becomes readable when there is one; None when nothing tells.
            take: Takes all; returns whether there was one. May raise WatcherError.
        """
        self._descriptor = descriptor
        self._take = take
        self._woken = asyncio.Event()
        self._failure: WatcherError | None = None
        self.moment: datetime | None = None

    def __enter__(self) -> Self:
        if self._descriptor is not None:
            asyncio.get_running_loop().add_reader(self._descriptor, self.look)
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
            await asyncio.wait_for(self._woken.wait(), timeout_s)
        if self._failure is not None:
            raise self._failure
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
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self._descriptor = None
