"""Reads every file of the data folder for texts that should stand in none. Knows no database.

In a process of its own: a process that has the database open must not open and close its files besides
(`daemon.store.files.head_of` says why).
"""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from daemon.errors import HunchError
from daemon.selection import Needle

CHUNK = 4 << 20
LONGEST_S = 3600.0
LOGS = ("hunch.log", "hunch.log.1", "hunch.out")


class Scan(msgspec.Struct, frozen=True):
    """What was read, and where something was found: the file's name within the folder, and the text."""

    files: int
    bytes: int
    hits: list[tuple[str, str]]


class _Request(msgspec.Struct, frozen=True):
    folder: str
    texts: list[str]


def scan(folder: Path, texts: list[str]) -> Scan:
    """Look for texts, in every form and any case, in all files of a folder.

    Raises:
        HunchError: They cannot be read.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon.scan"],
        input=msgspec.json.encode(_Request(str(folder), texts)),
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
    )
    if done.returncode:
        raise HunchError("Proof", "It is deleted, but the files could not be read to prove it.")
    return msgspec.json.decode(done.stdout, type=Scan)


def read_all(folder: Path, texts: list[str]) -> Scan:
    """As `scan`, in this process, which must not have the database open."""
    needles = [(text, Needle(text).encoded()) for text in texts]
    files = size = 0
    hits = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            read, found = _read(path, needles)
        except FileNotFoundError:
            continue  # gone since, as a scratch file
        files, size = files + 1, size + read
        hits += [(str(path.relative_to(folder)), text) for text in sorted(found)]
    return Scan(files, size, hits)


def _read(path: Path, needles: list[tuple[str, list[bytes]]]) -> tuple[int, set[str]]:
    longest = max((len(form) for _, forms in needles for form in forms), default=1)
    size, found, tail = 0, set[str](), b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            window = tail + chunk.lower()
            found.update(
                text
                for text, forms in needles
                if text not in found and any(form in window for form in forms)
            )
            tail = window[-longest:]
    return size, found


def empty_logs(folder: Path, needle: Needle) -> None:
    """Overwrite and empty the logs that hold a text: they should not, and no line of them is worth it."""
    for name in LOGS:
        path = folder / name
        if path.exists() and any(form in path.read_bytes().lower() for form in needle.encoded()):
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
                file.truncate(0)


if __name__ == "__main__":
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=_Request)
    sys.stdout.buffer.write(msgspec.json.encode(read_all(Path(request.folder), request.texts)))
