"""Gives back what deleted rows leave in the files: free pages, the WAL, SQLite's statistics.

A clean-up that was asked for and did not come to its end is written into the file's header
(`user_version`, in the transaction that deletes), and is done when the file is next opened.
"""

import sqlite3

from daemon.store import words

WANTED = 1  # PRAGMA user_version while a clean-up is owed
INCREMENTAL = 2  # PRAGMA auto_vacuum: free pages can be cut off a little at a time
STEP = 256  # pages given back at a time: a megabyte, some milliseconds


def want(conn: sqlite3.Connection) -> None:
    """Within a transaction: once it is committed, the file has to be cleaned."""
    conn.execute(f"PRAGMA user_version = {WANTED}")


def clean(conn: sqlite3.Connection) -> bool:
    """Write the file anew without what was deleted, and empty the WAL.

    Returns:
        False when another program reads the file just now: `settle` is then to be tried again.
    """
    statistics = "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'"
    for row in conn.execute(statistics).fetchall():
        conn.execute(f'DELETE FROM "{row[0]}"')  # noqa: S608 - SQLite's own names
    words.clean(conn)
    conn.execute("PRAGMA auto_vacuum = INCREMENTAL")  # takes effect in a file of an older Hunch now
    conn.execute("VACUUM")
    return settle(conn)


def settle(conn: sqlite3.Connection) -> bool:
    """Empty the WAL after the file was written anew; False when a reader is in the way."""
    if not empty_wal(conn):
        return False
    conn.execute("PRAGMA user_version = 0")
    return empty_wal(conn)


def empty_wal(conn: sqlite3.Connection) -> bool:
    """Bring all that the WAL holds into the file and cut it to nothing; False when a reader is in the way."""
    return bool(conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


def owed(conn: sqlite3.Connection) -> bool:
    """Whether a clean-up was asked for and did not come to its end."""
    return bool(conn.execute("PRAGMA user_version").fetchone()[0] == WANTED)


def finish(conn: sqlite3.Connection) -> None:
    """Do the clean-up that a killed program left undone, or that a file of an older Hunch never had."""
    if owed(conn) or conn.execute("PRAGMA auto_vacuum").fetchone()[0] != INCREMENTAL:
        clean(conn)


def give_back(conn: sqlite3.Connection) -> int:
    """Cut a step of free pages off the file; returns how many are left, 0 when it cut off none."""
    free = _free(conn)
    conn.executescript(f"PRAGMA incremental_vacuum({STEP})")  # `execute` would step it once: a page
    left = _free(conn)
    return left if left < free else 0


def _free(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA freelist_count").fetchone()[0])
