"""Keeps a backup of the database that is a day old at most, in a thread and in quiet moments."""

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

from daemon.errors import HunchError
from daemon.store.backup import StoppedError, back_up, is_behind
from daemon.store.copies import backup_time, destroy_set_aside

log = logging.getLogger(__name__)

FIRST_S = 90.0  # after the start, which has other work
LOOK_S = 600.0
DAY = timedelta(days=1)
UNWELL = (
    "Today's backup of the database could not be written: see that the disk is well and has room "
    "(the backup before it stands)."
)


class Backups:
    """Makes backups in a running daemon.

    Attributes:
        problem: Why there is no newer one, in a sentence; None while all is well.
    """

    def __init__(self, path: Path, raw_days: float, clock: Callable[[], datetime]) -> None:
        """Prepare.

        Args:
            path: The database.
            raw_days: Files that were set aside go after so many days, as raw rows do; 0 keeps them.
            clock: Gives the time.
        """
        self._path = path
        self._raw_days = raw_days
        self._clock = clock
        self._stop = threading.Event()
        self._turn = asyncio.Lock()
        self.problem: str | None = None

    @property
    def newest(self) -> datetime | None:
        """Of when the newest backup is."""
        return backup_time(self._path)

    async def run(self) -> None:
        """Look every few minutes whether one is due, until cancelled."""
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                if self._is_due():
                    await self.make()
                if self._raw_days:
                    destroy_set_aside(self._path, self._clock() - timedelta(days=self._raw_days))
            except OSError as error:
                self._fail(UNWELL, type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def make(self) -> None:
        """Make one now; what keeps it from being made becomes the problem."""
        async with self._turn:
            work = asyncio.create_task(asyncio.to_thread(back_up, self._path, self._stop))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                self._stop.set()
                await asyncio.gather(work, return_exceptions=True)
                raise
            except StoppedError:
                log.info("a backup was broken off")
            except HunchError as error:
                self._fail(error.message, error.title)
            except (OSError, sqlite3.Error) as error:
                self._fail(UNWELL, type(error).__name__)
            else:
                self.problem = None

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Break off the backup that is being made, and make none until the end."""
        self._stop.set()
        try:
            async with self._turn:
                yield
        finally:
            self._stop.clear()

    def _is_due(self) -> bool:
        newest = self.newest
        if newest is None:
            return True
        return abs(self._clock() - newest) >= DAY and is_behind(
            self._path
        )  # a clock may be set back

    def _fail(self, problem: str, why: str) -> None:
        if self.problem != problem:
            log.warning("no backup: %s", why)
        self.problem = problem
