"""Reads the store: beside a running daemon, or without one. Light, as every command that only looks needs it."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from daemon.errors import HunchError
from daemon.store.files import connect
from daemon.store.trouble import explain, older

T = TypeVar("T")

MISSING = "No item with that key"  # a row's word for a column that only a later step gives
BUSY_S = 5.0  # another program may hold the file for a moment, a backup say


class Reader:
    """One SQLite file, for reading. Open it with `Reader.open_readonly`.

    Attributes:
        encrypted: Whether the file is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = connect(path, readonly=True, timeout_s=BUSY_S)
        self.encrypted = not isinstance(self._reader, sqlite3.Connection)
        self._reading = threading.Lock()

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """Open for reading, beside a running daemon or without one.

        Raises:
            HunchError: There is no such file, or it is damaged.
        """
        if not path.exists():
            raise HunchError(
                "Nothing yet", f"Nothing is recorded in {path.parent} yet: `hunch run`."
            )
        try:
            return cls(path)
        except sqlite3.Error as error:
            raise explain(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query on the committed state.

        Raises:
            HunchError: The file cannot be read.
        """
        with self._reading:
            try:
                return work(self._reader)
            except sqlite3.Error as error:
                raise explain(error, self._path) from error
            except IndexError as error:
                if str(error) != MISSING:
                    raise
                raise older(self._path) from error
