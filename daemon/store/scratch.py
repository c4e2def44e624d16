"""A store in memory: of the same shape, for what is to leave no trace on the disk."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self, TypeVar

from daemon.store.migrations import apply_migrations

T = TypeVar("T")

MEMORY = ":memory:"


class Kept(Protocol):
    """What reads and writes by functions over a connection: the store, or one in memory."""

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query."""
        ...

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a change."""
        ...


class Scratch:
    """One database in memory; it goes with `close`, or with the process."""

    def __init__(self) -> None:
        # Who learns reads on another thread, while the loop waits for it.
        self._conn = sqlite3.connect(MEMORY, isolation_level=None, check_same_thread=False)
        self._conn.row_factory = sqlite3.Row
        self._conn.execute("PRAGMA foreign_keys = ON")
        apply_migrations(self._conn, Path(MEMORY))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._conn.close()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query."""
        return work(self._conn)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a change."""
        return work(self._conn)
