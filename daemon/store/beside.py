"""Writes a row beside a running daemon, or without one: what a command has to put down at once."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from daemon.store.files import connect
from daemon.store.reader import BUSY_S
from daemon.store.trouble import explain

T = TypeVar("T")


class Beside:
    """A connection of its own: SQLite lets one write at a time, and the daemon's writer waits for so short a one.

    Args:
        path: The database; its shape is that of this program.

    Raises:
        HunchError: It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._conn = connect(path, readonly=False, timeout_s=BUSY_S)
        except sqlite3.Error as error:
            raise explain(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._conn.close()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query.

        Raises:
            HunchError: The file cannot be read.
        """
        try:
            return work(self._conn)
        except sqlite3.Error as error:
            raise explain(error, self._path) from error

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run one statement that changes something; it is on disk then.

        Raises:
            HunchError: It could not be written.
        """
        return self.read(work)
