"""Encrypts the database, or decrypts it, in place: at every moment one whole file stands under its name.

The new form is written beside it, checked, and takes the name in one rename; only then is the old one
overwritten and removed. `recover` ends what was cut short. Whoever calls holds the data folder's lock.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from daemon.errors import HunchError
from daemon.keys import Key, key_of
from daemon.store import copies, recovery
from daemon.store.files import companions, destroy, head_of, is_encrypted, sync_folder

BUSY_S = 5.0
ROOM = 1.2  # free space that is wanted, in sizes of the database


def encrypt(path: Path, key: Key) -> int:
    """Encrypt the database with a key; returns how many rows it has.

    Raises:
        HunchError: It is encrypted already, in use, damaged, or the disk is full; nothing is changed.
    """
    recover(path)
    recovery.finish(path)
    require(path)
    if is_encrypted(path):
        raise HunchError("Encrypt", f"The database {path} is encrypted already.")
    return _convert(path, None, key)


def decrypt(path: Path) -> int:
    """Decrypt the database; returns how many rows it has. The keyring keeps the key: backups need it.

    Raises:
        HunchError: It is not encrypted, there is no key, or as with `encrypt`.
    """
    recover(path)
    recovery.finish(path)
    require(path)
    if not is_encrypted(path):
        raise HunchError("Decrypt", f"The database {path} is not encrypted.")
    return _convert(path, key_of(head_of(path), path), None)


def recover(path: Path) -> None:
    """End a conversion that was cut short: the file under the name is whole, what is beside it goes."""
    new, old = _new(path), _old(path)
    for left in (*companions(new), new):
        destroy(left)
    for left in companions(path):  # SQLite was killed before it wrote the first byte of a journal
        if left.name.endswith("-journal") and left.exists() and not left.stat().st_size:
            left.unlink()
    if not old.exists():
        return
    if not path.exists():
        old.rename(path)
    elif old.samefile(path):
        old.unlink()  # a second name, nothing else
    else:
        destroy(old)
    sync_folder(path.parent)


def _new(path: Path) -> Path:
    return path.with_name(f".{path.name}.new-form")


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old-form")


def require(path: Path) -> None:
    """There is a database.

    Raises:
        HunchError: There is none.
    """
    if not path.exists():
        raise HunchError("Nothing yet", f"Nothing is recorded in {path.parent} yet: `hunch run`.")


def _convert(path: Path, source: Key | None, target: Key | None) -> int:
    if shutil.disk_usage(path.parent).free < path.stat().st_size * ROOM:
        raise HunchError("Disk full", f"The disk that holds {path} has no room for a copy of it.")
    try:
        rows = _copy(path, source, target)
        copies.destroy_all(path)  # they have the old form; the next backup has the new one
        _swap(path)
    except (sqlite3.Error, OSError) as error:
        recover(path)
        raise HunchError("Convert", _why(error, path)) from error
    except HunchError:
        recover(path)
        raise
    return rows


def _why(error: Exception, path: Path) -> str:
    if "not a database" in str(error):
        return f"The passphrase or the keyring's key does not open {path}; nothing was changed."
    if "locked" in str(error):
        return f"Another program uses {path}: close it. Nothing was changed."
    return f"The database {path} could not be converted ({error}); nothing was changed."


def _copy(path: Path, source: Key | None, target: Key | None) -> int:
    """Write the other form beside the file, down to the disk, and check it; returns its rows."""
    new = _new(path)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _opened(path, source) as connection:
        _check(connection, path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise sqlite3.OperationalError("database is locked")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(
            "ATTACH ? AS new KEY ?", (str(new), f"{target.literal}" if target else "")
        )
        connection.execute("PRAGMA new.auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA new.journal_mode = OFF")
        connection.execute("SELECT sqlcipher_export('new')").fetchone()
        connection.execute(f"PRAGMA new.user_version = {int(version)}")
        connection.execute("DETACH new")
        before = _counts(connection)
    with new.open("r+b") as file:
        os.fsync(file.fileno())
    with _opened(new, target) as connection:
        if target is not None and connection.execute("PRAGMA cipher_integrity_check").fetchall():
            raise HunchError("Convert", "The converted database is damaged; nothing was changed.")
        _check(connection, path)
        if _counts(connection) != before:
            raise HunchError("Convert", "The converted database lacks rows; nothing was changed.")
    if is_encrypted(new) != (target is not None):
        raise HunchError("Convert", "The converted database has the wrong form; nothing changed.")
    return sum(count for _, count in before)


@contextlib.contextmanager
def _opened(path: Path, key: Key | None) -> Iterator[sqlite3.Connection]:
    from daemon.store import cipher

    uri = f"{path.absolute().as_uri()}?mode=rw"
    with contextlib.closing(cipher.connect(uri, key, BUSY_S)) as connection:
        yield connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise HunchError(
            "Damaged database", f"The database {path} is damaged; nothing was changed."
        )


def _counts(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every table and index of the schema by its SQL, with the table's rows."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
    return [
        (
            f"{row[1]} {row[2]}",
            connection.execute(f'SELECT count(*) FROM "{row[1]}"').fetchone()[0]  # noqa: S608 - a table's own name
            if row[0] == "table"
            else 0,
        )
        for row in found
    ]


def _swap(path: Path) -> None:
    """Give the checked new file the name, then destroy the old one."""
    new, old = _new(path), _old(path)
    for left in companions(path):
        if left.exists() and left.stat().st_size and not left.name.endswith("-shm"):
            raise HunchError("Convert", f"Another program uses {path}: close it.")
        left.unlink(missing_ok=True)
    try:
        old.hardlink_to(path)
    except OSError:  # no hard links here, as on a USB stick: a second in which the name is missing
        path.rename(old)
    sync_folder(path.parent)
    new.replace(path)
    sync_folder(path.parent)
    destroy(old)
