"""Keeps the store within the days and the size that its user set, and says how much it takes.

Once a day and soon after the start, in a quiet moment, in steps of some milliseconds with pauses
between them: capture never waits for it.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from sqlite3 import Connection
from typing import Any

import msgspec

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.space import others, space_of
from daemon.store import Store, copies, pruning, space, tidy
from daemon.store.capture import to_us

log = logging.getLogger(__name__)

FIRST_S = 120.0  # after the start, which has other work
DAY_S = 86_400.0
LOOK_S = 60.0
QUIET_S = 60.0  # nothing typed for so long is a quiet moment
PATIENCE_S = 6 * 3600.0  # without one, it is done all the same
STEP = 500  # rows a transaction: some 10 ms on a slow disk
PAUSE_S = 0.05
NEWEST = timedelta(days=1)  # raw rows that the size never takes: they are still to be told
FREE_SHARE, FREE_BYTES = 0.05, 4_000_000  # less free space than that is used again, not given back
FRESH_S = 60.0

Step = Callable[[Connection], int]


class Retention:
    """Prunes the store of a running daemon."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        typed: Callable[[], datetime | None],
    ) -> None:
        """Prepare.

        Args:
            store: What is pruned.
            settings: How long and how much is kept, and where.
            clock: Gives the time.
            typed: When a key was last pressed.
        """
        self._store = store
        self._settings = settings
        self._clock = clock
        self._typed = typed
        self._space: tuple[float, dict[str, Any]] | None = None

    async def run(self) -> None:
        """Prune once a day, until cancelled."""
        await asyncio.sleep(FIRST_S)
        while True:
            await self._quiet()
            try:
                await self.prune()
            except HunchError as error:
                log.warning("nothing was pruned: %s", error.title)
            except OSError as error:
                log.warning("nothing was pruned: %s", type(error).__name__)
            await asyncio.sleep(DAY_S)

    async def prune(self) -> dict[str, int]:
        """Delete what is too old or too much, and give its space back; returns rows by kind."""
        settings, gone = self._settings, {}
        if settings.raw_days:
            before = self._before(settings.raw_days)
            gone["raw rows"] = await self._all(partial(pruning.raw, before_us=before, limit=STEP))
            gone["facts"] = await self._all(partial(pruning.facts, before_us=before, limit=STEP))
            gone["ledger rows"] = await self._all(
                partial(pruning.local_ledger, before_us=before, limit=STEP)
            )
            await self._store.write(partial(pruning.steps_back, before_us=before))
        if settings.story_days:
            before = self._before(settings.story_days)
            gone["sentences"] = await self._all(
                partial(pruning.story, before_us=before, limit=STEP // 10)
            )
            if gone["sentences"]:
                await self._all(pruning.words_left)
            await self._store.write(partial(pruning.rest, before_us=before))
        if settings.size_gb:
            gone["for size"] = await self._within(settings.size_gb * 1e9)
        await self._give_back()
        if any(gone.values()):
            log.info("pruned: %s", ", ".join(f"{count} {kind}" for kind, count in gone.items()))
        return gone

    def space(self) -> dict[str, Any]:
        """What the folder takes; a minute old at most."""
        if self._space is None or time.monotonic() - self._space[0] > FRESH_S:
            found = space_of(self._store, self._settings, self._clock())
            self._space = time.monotonic(), msgspec.to_builtins(found)
        return self._space[1]

    def _before(self, days: float) -> int:
        return to_us(self._clock() - timedelta(days=days))

    async def _quiet(self) -> None:
        """Wait for a quiet moment, for so long as patience lasts."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            typed = self._typed()
            if typed is None or abs((self._clock() - typed).total_seconds()) >= QUIET_S:
                return
            await asyncio.sleep(LOOK_S)

    async def _all(self, step: Step) -> int:
        """Take a step again and again until there is nothing left to do."""
        done = 0
        while count := await self._store.write(step):
            done += count
            await asyncio.sleep(PAUSE_S)
        return done

    async def _within(self, bound: float) -> int:
        """Delete the oldest raw rows, then what segments quote, until the folder is within its bound."""
        before, done = to_us(self._clock() - NEWEST), 0
        for prune in (pruning.raw, pruning.facts):
            while self._in_use() > bound:
                count = await self._store.write(partial(prune, before_us=before, limit=STEP))
                if not count:
                    break
                done += count
                await asyncio.sleep(PAUSE_S)
        return done

    def _in_use(self) -> int:
        """Bytes that count for the bound: the WAL, which comes and goes with each step, does not, nor do copies."""
        apart = copies.all_of(self._settings.data_path / "hunch.db")
        apart.append(self._settings.data_path / "hunch.db-wal")
        size = sum(path.stat().st_size for path in apart if path.exists())
        return self._store.read(space.used)[0] + others(self._settings) - size

    async def _give_back(self) -> None:
        whole, free = self._store.read(space.used)
        if free < max(FREE_BYTES, whole * FREE_SHARE):
            return
        while await self._store.alone(tidy.give_back):
            await asyncio.sleep(PAUSE_S)
        await self._store.alone(tidy.empty_wal)
