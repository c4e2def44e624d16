"""Copies the database while it is used; the copy is checked, then takes the place of the one before.

By SQLite's online backup, through a connection of its own that holds one snapshot: the writer is held up
by nothing, and the copy never begins anew (sqlite.org/backup.html); an encrypted database's copy has the same key.
"""

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from daemon.errors import HunchError
from daemon.keys import key_of
from daemon.private import private
from daemon.store.copies import backup_of, half_made
from daemon.store.files import companions, connect, destroy, head_of, sync_folder

PAGES = 256  # a step: a megabyte
PAUSE_S = 0.02  # between steps: others come first
ROOM = 1.1  # free space that is wanted, in sizes of the database
BUSY_S = 5.0


class StoppedError(Exception):
    """The backup was broken off; the one before it stands."""


def is_behind(path: Path) -> bool:
    """Whether the database was written since its backup, or has none."""
    backup = backup_of(path)
    if not backup.exists():
        return True
    written = [item.stat().st_mtime for item in (path, companions(path)[0]) if item.exists()]
    return max(written) > backup.stat().st_mtime


def back_up(path: Path, stop: threading.Event) -> None:
    """Write the backup; blocks for seconds.

    Args:
        path: The database; may be open in this process, as it is read through SQLite alone.
        stop: When set, the backup is broken off.

    Raises:
        StoppedError: It was.
        HunchError: The disk has no room, or what was copied is damaged. The backup before it stands.
        OSError, sqlite3.Error: It could not be written, likewise.
    """
    scratch, when = half_made(path), time.time()
    _remove(scratch)
    if shutil.disk_usage(path.parent).free < path.stat().st_size * ROOM:
        raise HunchError(
            "Disk full",
            "There is no room for today's backup of the database: free some space (the backup "
            "before it stands).",
        )
    try:
        with open(scratch, "xb", opener=private):
            pass
        _copy(path, scratch, stop)
        with scratch.open("r+b") as file:
            os.fsync(file.fileno())
        os.utime(scratch, (when, when))
        if stop.is_set():
            raise StoppedError
        scratch.replace(backup_of(path))
        sync_folder(path.parent)
    finally:
        _remove(scratch)


def _copy(path: Path, scratch: Path, stop: threading.Event) -> None:
    def go_on(status: int, remaining: int, total: int) -> None:
        if stop.is_set():
            raise StoppedError
        if remaining:
            time.sleep(PAUSE_S)

    with _reading(path) as source, _writing(scratch, source) as target:
        source.backup(target, pages=PAGES, progress=go_on)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, that opens without another
        if target.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise HunchError(
                "Damaged database",
                "The database is damaged: start Hunch anew (`hunch stop`, `hunch start`), which keeps "
                "the file and recovers what can be read (the backup before it stands).",
            )


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that holds one state of the database."""
    with contextlib.closing(connect(path, readonly=True, timeout_s=BUSY_S)) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield source


@contextlib.contextmanager
def _writing(scratch: Path, source: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    uri = f"{scratch.absolute().as_uri()}?mode=rw"
    encrypted = not isinstance(source, sqlite3.Connection)
    if encrypted:
        from daemon.store import cipher

        name = Path(source.execute("PRAGMA database_list").fetchone()[2])
        target = cipher.connect(uri, key_of(head_of(name), name), BUSY_S)
    else:
        target = sqlite3.connect(uri, uri=True, isolation_level=None)
    with contextlib.closing(target):
        target.execute("PRAGMA synchronous = OFF")  # it is brought to the disk as a whole
        yield target


def _remove(scratch: Path) -> None:
    for left in (*companions(scratch), scratch):
        destroy(left)
