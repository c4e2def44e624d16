"""Makes a whole database of a damaged one, of what can still be read of it and of its backup.

The new file is written beside the damaged one and takes its name when it is whole and on disk; the
damaged one is set aside. Killed at any moment, the next start does the rest (`finish`).
"""

import contextlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from daemon.errors import HunchError
from daemon.keys import Key, key_of
from daemon.store import copies, words
from daemon.store.files import (
    PAGE,
    companions,
    destroy,
    head_of,
    is_encrypted,
    sync_folder,
)
from daemon.store.migrations import claim
from daemon.store.salvage import Hole, Source, salvage, schema_of

BUSY_S = 5.0
KINDS = {
    "aw-watcher-afk": "afkstatus",
    "aw-watcher-clipboard": "clipboard",
    "aw-watcher-files": "os.file.change",
    "aw-watcher-input": "os.hid.input",
    "aw-watcher-window": "currentwindow",
    "hunch-coverage": "coverage.gap",
}


class _Found(NamedTuple):
    """What there is to recover from."""

    damaged: Source | None
    backup: Source | None
    schema: list[tuple[str, str, str]]
    key: Key | None


def finish(path: Path) -> bool:
    """Give a recovered database that is whole its name; whether there was one."""
    for scratch in (_making(path), _mended(path)):
        for left in (*companions(scratch), scratch):
            destroy(left)
    ready = _ready(path)
    if not ready.exists():
        return False
    old = copies.aside(path, datetime.fromtimestamp(ready.stat().st_mtime, UTC))
    for left in companions(path):  # first: a WAL must never meet the new file
        if left.exists():
            left.rename(old.with_name(old.name + left.name.removeprefix(path.name)))
    if path.exists():
        path.rename(old)
    sync_folder(path.parent)
    ready.rename(path)
    sync_folder(path.parent)
    return True


def recover(path: Path) -> copies.Note:
    """Recover a damaged database; nobody may have it open.

    Raises:
        HunchError: The disk has no room.
        OSError, sqlite3.Error: The new file cannot be written; nothing was changed.
    """
    try:
        lost, backup = _build(path)
        now = datetime.now(UTC).replace(microsecond=0)
        os.utime(_making(path), (now.timestamp(), now.timestamp()))  # names the damaged file
        note = _note(path, lost, backup, now)
        copies.leave_note(path, note)
        _making(path).rename(_ready(path))
        sync_folder(path.parent)
    finally:
        for scratch in (_making(path), _mended(path)):
            for left in (*companions(scratch), scratch):
                destroy(left)
    finish(path)
    return note


def _build(path: Path) -> "tuple[_Lost, datetime | None]":
    """Write the new file; returns what is lost, and of when the backup is that was asked."""
    found = _found(path)
    _check_room(path)
    making = _making(path)
    os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.ExitStack() as ended:
        for source in (found.damaged, found.backup):
            if source is not None:
                ended.callback(source.close)
        target = ended.enter_context(contextlib.closing(_connect(making, found.key, "rw")))
        target.execute("PRAGMA auto_vacuum = INCREMENTAL")
        target.execute("PRAGMA journal_mode = MEMORY")
        target.execute("PRAGMA synchronous = OFF")  # it counts for nothing until it is whole
        holes = salvage(target, found.schema, found.damaged, found.backup, _adopt)
        claim(target)
        if any(name == words.TABLE for _, name, _ in found.schema):
            words.fill(target)
        if target.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the recovered database is damaged")
        lost = _lost(target, holes, empty=not found.schema)
    with making.open("r+b") as file:
        os.fsync(file.fileno())
    return lost, copies.backup_time(path) if found.backup is not None else None


def _found(path: Path) -> _Found:
    backup_path = copies.backup_of(path)
    key = _key(backup_path) if backup_path.exists() else None
    backup = Source(lambda: _connect(backup_path, key, "ro")) if backup_path.exists() else None
    schema = schema_of(backup) if backup is not None else []
    if not schema:
        backup = None
    for candidate, make in ((path, None), (_mended(path), _mend)):
        if make is not None:
            make(path)
        own = key if backup is not None else _key(path)
        damaged = Source(lambda file=candidate, own=own: _connect(file, own, "ro"))  # type: ignore[misc]
        if shown := schema_of(damaged):
            return _Found(damaged, backup, shown, own)
    return _Found(None, backup, schema, key if backup is not None else None)


def _adopt(target: sqlite3.Connection) -> None:
    """Buckets and recordings whose own rows are lost, by what belongs to them."""
    with contextlib.suppress(sqlite3.Error):  # a schema of another time
        lost = (
            "SELECT DISTINCT bucket_id FROM events WHERE bucket_id NOT IN (SELECT id FROM buckets)"
        )
        for (bucket,) in target.execute(lost).fetchall():
            name, _, host = bucket.rpartition("_")
            target.execute(
                "INSERT INTO buckets (id, type, client, hostname, created_us) VALUES (?, ?, ?, ?, 0)",
                (bucket, KINDS.get(name, "unknown"), name, host),
            )
        target.execute(
            "INSERT INTO sessions (id, started_us, ended_us) SELECT session_id, min(time_us), max(end_us)"
            " FROM segments WHERE session_id NOT IN (SELECT id FROM sessions) GROUP BY session_id"
        )


def _key(path: Path) -> Key | None:
    return key_of(head_of(path), path) if is_encrypted(path) else None


def _mend(path: Path) -> None:
    """Copy the damaged file in whole pages, with the backup's first page: the schema, and what opens it."""
    mended, backup = _mended(path), copies.backup_of(path)
    for left in (path, companions(path)[0]):
        if left.exists():
            shutil.copyfile(left, mended.with_name(mended.name + left.name.removeprefix(path.name)))
    mended.chmod(0o600)
    with mended.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.write(bytes(-size % PAGE))
        if backup.exists():
            file.seek(0)
            file.write(backup.read_bytes()[:PAGE])


def _connect(path: Path, key: Key | None, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    if key is None:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
    from daemon.store import cipher

    return cipher.connect(uri, key, BUSY_S)


def _check_room(path: Path) -> None:
    sizes = [item.stat().st_size for item in (path, copies.backup_of(path)) if item.exists()]
    if shutil.disk_usage(path.parent).free < 2.2 * max(sizes, default=0):
        raise HunchError(
            "Disk full",
            f"The database {path} is damaged, and the disk has no room to repair it: free some space "
            "and start again (nothing was changed).",
        )


class _Lost(NamedTuple):
    """Whether something is, and from when to when at most; None: not known."""

    some: bool
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False


def _lost(target: sqlite3.Connection, holes: list[Hole], *, empty: bool) -> _Lost:
    """The stretch in which rows are missing: from the row before the first hole to that after the last."""
    if empty:
        return _Lost(True, everything=True)
    spans = [_span(target, hole) for hole in holes if hole.table in ("events", "segments")]
    if not spans:
        return _Lost(bool(holes))
    since = None if any(begin is None for begin, _ in spans) else min(s[0] for s in spans if s[0])
    until = None if any(end is None for _, end in spans) else max(s[1] for s in spans if s[1])
    return _Lost(True, since, until)


def _span(target: sqlite3.Connection, hole: Hole) -> tuple[datetime | None, datetime | None]:
    def time(order: str, compare: str, key: int) -> datetime | None:
        row = target.execute(
            f"SELECT time_us FROM {hole.table} WHERE rowid {compare} ? ORDER BY rowid {order}",  # noqa: S608 - of two names
            (key,),
        ).fetchone()
        return datetime.fromtimestamp(row[0] / 1e6, UTC) if row else None

    before = time("DESC", "<=", hole.after)
    return before, None if hole.before is None else time("ASC", ">=", hole.before)


def _note(path: Path, lost: _Lost, backup: datetime | None, now: datetime) -> copies.Note:
    aside = copies.aside(path, now).name
    written = datetime.fromtimestamp(_written(path), UTC)
    until = (lost.until or written) if lost.some else None
    kept = "what could still be read of it was kept"
    if backup is not None:
        kept += f", the rest came from the backup of {_clock(backup)}"
    if lost.everything:
        kept = "nothing of it could be read and there was no backup, so it begins anew"
    gone = "nothing is known to be missing"
    if lost.some and until is not None:
        since = f"between {_clock(lost.since)} and" if lost.since else "before"
        gone = f"some of what was seen {since} {_clock(until)} is lost"
    sentence = f"The database was damaged: {kept}, and {gone}; the damaged file is {aside}."
    return copies.Note(now, sentence, aside, lost.since, until)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _written(path: Path) -> float:
    """When the damaged database was last written."""
    return max(item.stat().st_mtime for item in (path, *companions(path)) if item.exists())


def _making(path: Path) -> Path:
    return path.with_name(f".{path.name}.recovering")


def _mended(path: Path) -> Path:
    return path.with_name(f".{path.name}.mended")


def _ready(path: Path) -> Path:
    return path.with_name(f".{path.name}.recovered")
