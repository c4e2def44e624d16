"""What stands beside the database: its backup, and files that were damaged and set aside.

Both hold what the user did, so they are the owner's alone to read, and go when something is forgotten
and when the database changes its form. Nothing here is ever the live file: these may be opened and
closed as files.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from daemon.private import private
from daemon.store.files import companions, destroy, sync_folder

NOTE = "recovery.json"


class Note(msgspec.Struct, frozen=True):
    """What a recovery did, without a word of the user's.

    Attributes:
        time: When.
        sentence: What is told.
        aside: Name of the damaged file in the data folder.
        since: From when on something is lost; None for the beginning.
        until: Until when; None when nothing is.
    """

    time: datetime
    sentence: str
    aside: str
    since: datetime | None = None
    until: datetime | None = None


def backup_of(path: Path) -> Path:
    """The newest good backup of a database."""
    return path.with_name(f"{path.name}.backup")


def half_made(path: Path) -> Path:
    """A backup that is being written."""
    return path.with_name(f".{path.name}.new-backup")


def aside(path: Path, moment: datetime) -> Path:
    """What a database that was damaged is called from then on."""
    return path.with_name(f"{path.name}.damaged-{moment:%Y%m%dT%H%M%SZ}")


def set_aside(path: Path) -> list[Path]:
    """Damaged files with their companions, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*"))


def all_of(path: Path) -> list[Path]:
    """The backup, a half-made one, and damaged files."""
    return [backup_of(path), half_made(path), *set_aside(path)]


def backup_time(path: Path) -> datetime | None:
    """Of when the backup is; None when there is none."""
    try:
        return datetime.fromtimestamp(backup_of(path).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def destroy_backup(path: Path) -> None:
    """Overwrite and remove the backup, a half-made one too."""
    for copy in (backup_of(path), half_made(path)):
        for file in (*companions(copy), copy):
            destroy(file)


def destroy_all(path: Path) -> None:
    """Overwrite and remove every copy: what was forgotten may stand in each of them."""
    destroy_backup(path)
    destroy_set_aside(path)


def destroy_set_aside(path: Path, before: datetime | None = None) -> None:
    """Overwrite and remove damaged files, or those that were set aside before a moment."""
    for file in set_aside(path):
        if before is None or file.name < aside(path, before).name:
            destroy(file)
    if not set_aside(path):
        (path.parent / NOTE).unlink(missing_ok=True)


def leave_note(path: Path, note: Note) -> None:
    """Have the note on disk."""
    scratch = path.parent / f".{NOTE}"
    with open(scratch, "wb", opener=private) as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path.parent / NOTE)
    sync_folder(path.parent)


def note_of(folder: Path) -> Note | None:
    """What the last recovery did; None when there was none, or its damaged file is gone."""
    try:
        note = msgspec.json.decode((folder / NOTE).read_bytes(), type=Note)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return note if (folder / note.aside).exists() else None


def recovered(folder: Path) -> str | None:
    """What the last recovery did, in a sentence, while its damaged file is there; None without one."""
    note = note_of(folder)
    return note.sentence if note is not None else None
