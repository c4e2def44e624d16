"""SQLCipher in the place of sqlite3: the same connection, and the same exceptions.

Imported only where a database is encrypted. All that can go wrong inside leaves it as one of
sqlite3's exceptions, so nobody else knows that there are two libraries.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, ParamSpec, Self, TypeVar, cast

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it has no stubs

from daemon.keys import Key

P = ParamSpec("P")
T = TypeVar("T")


def connect(uri: str, key: Key | None, timeout_s: float) -> sqlite3.Connection:
    """Open a file with its key; None for one that is not encrypted.

    Raises:
        sqlite3.Error: It cannot be opened; with a wrong key, at the first query.
    """
    connection = _as_sqlite3(
        dbapi2.connect,
        uri,
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=False,
        factory=CipherConnection,
    )
    connection.row_factory = dbapi2.Row
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would speak to stderr
    if key is not None:
        connection.execute(f'PRAGMA key = "{key.literal}"')
    return cast(sqlite3.Connection, connection)


class CipherCursor(dbapi2.Cursor):  # type: ignore[misc]  # it has no stubs
    """A cursor that fails as sqlite3's does."""

    def execute(self, *arguments: Any) -> Self:
        """As sqlite3's."""
        _as_sqlite3(super().execute, *arguments)
        return self

    def executemany(self, *arguments: Any) -> Self:
        """As sqlite3's."""
        _as_sqlite3(super().executemany, *arguments)
        return self

    def executescript(self, *arguments: Any) -> Self:
        """As sqlite3's."""
        _as_sqlite3(super().executescript, *arguments)
        return self

    def fetchone(self) -> Any:
        """As sqlite3's."""
        return _as_sqlite3(super().fetchone)

    def fetchall(self) -> Any:
        """As sqlite3's."""
        return _as_sqlite3(super().fetchall)

    def __next__(self) -> Any:
        return _as_sqlite3(super().__next__)


class CipherConnection(dbapi2.Connection):  # type: ignore[misc]  # it has no stubs
    """A connection whose cursors fail as sqlite3's do."""

    def cursor(self, factory: type[CipherCursor] = CipherCursor) -> Any:
        """As sqlite3's."""
        return _as_sqlite3(super().cursor, factory)

    def backup(self, target: Any, **named: Any) -> None:
        """As sqlite3's; the target has the same key."""
        _as_sqlite3(lambda: super(CipherConnection, self).backup(target, **named))


def _as_sqlite3(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do it; what SQLCipher raises becomes sqlite3's exception of the same name."""
    try:
        return work(*arguments, **named)
    except dbapi2.Error as error:
        kind = getattr(sqlite3, type(error).__name__, sqlite3.Error)
        raise kind(*error.args) from error
