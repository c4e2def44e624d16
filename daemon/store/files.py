"""The database's files: what they are called, whether they are encrypted, and how one is opened or destroyed."""

import os
import sqlite3
from pathlib import Path

from daemon.errors import HunchError

MAGIC = b"SQLite format 3\0"
PAGE = 4096
CHUNK = 1 << 20


_open_heads: dict[tuple[int, int], int] = {}


def is_encrypted(path: Path) -> bool:
    """Whether a file is a database in SQLCipher's form: whole pages, and nothing readable at its head."""
    try:
        size = path.stat().st_size
        head = head_of(path)
    except FileNotFoundError:
        return False
    return size > 0 and size % PAGE == 0 and head != MAGIC and any(head)


def head_of(path: Path) -> bytes:
    """The first 16 bytes of a database that may be open in this process.

    The handle stays open: POSIX takes a process's locks on a file away when it closes any handle of
    that file, and another program would then think it the last to use the database, and delete the
    WAL under it (sqlite.org/howtocorrupt.html, 2.2).
    """
    if os.name != "posix":
        with path.open("rb") as file:
            return file.read(len(MAGIC))
    found = path.stat()
    number = (found.st_dev, found.st_ino)
    if number not in _open_heads:
        _open_heads[number] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return os.pread(_open_heads[number], len(MAGIC), 0)


def connect(path: Path, *, readonly: bool, timeout_s: float) -> sqlite3.Connection:
    """Open the database, encrypted or not.

    Raises:
        HunchError: It is encrypted and there is no key, or the wrong one.
        sqlite3.Error: It cannot be opened.
    """
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rw'}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        if "not a database" not in str(error) or not is_encrypted(path):
            raise
        connection = _unlocked(path, uri, timeout_s)
    connection.execute("PRAGMA foreign_keys = ON")
    if readonly:
        connection.execute("PRAGMA temp_store = MEMORY")  # what is sorted is the user's, too
    else:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    return connection


def _unlocked(path: Path, uri: str, timeout_s: float) -> sqlite3.Connection:
    from daemon.keys import forget_known, key_of
    from daemon.store import cipher

    key = key_of(head_of(path), path)
    connection = cipher.connect(uri, key, timeout_s)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        forget_known(key.salt)
        if "not a database" not in str(error):
            raise
        raise HunchError(
            "Wrong key",
            f"The passphrase or the keyring's key does not open {path} (or it is damaged); "
            "nothing was changed.",
        ) from error
    return connection


def companions(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database while it is used."""
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def destroy(path: Path) -> None:
    """Overwrite a file and remove it. What a disk or file system keeps of old blocks is out of reach."""
    try:
        with path.open("r+b") as file:
            left = file.seek(0, os.SEEK_END)
            file.seek(0)
            while left > 0:
                left -= file.write(bytes(min(CHUNK, left)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on disk; Windows does that by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
