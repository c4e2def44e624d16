"""One daemon for a data directory, and where to reach it.

The lock is the operating system's (filelock): it ends with its process, however
that ends, so there is no stale lock to clear. A file beside it tells clients of
the same user the process and the port.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from daemon.errors import HunchError
from daemon.private import private

LOCK_NAME = "daemon.lock"
INFO_NAME = "daemon.json"
ASKED_S = 0.5  # who asks whether one is running holds the lock for a moment


class Running(msgspec.Struct, frozen=True):
    """The daemon that holds a data directory.

    Attributes:
        pid: Its process.
        port: Port of its local server on 127.0.0.1; 0 until it listens.
        started: When it started.
    """

    pid: int
    port: int
    started: datetime


class DataDirLock:
    """Holds a data directory for this process, as a context manager.

    Raises:
        HunchError: Another daemon holds it.
    """

    def __init__(self, data_path: Path) -> None:
        self._folder = data_path
        self._started = datetime.now(UTC)
        from filelock import FileLock

        self._lock = FileLock(data_path / LOCK_NAME, mode=0o600)

    def __enter__(self) -> Self:
        from filelock import Timeout

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._lock.acquire(timeout=ASKED_S, poll_interval=0.01)
        except Timeout as error:
            raise HunchError("Already running", _already(self._folder)) from error
        self.announce(0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        (self._folder / INFO_NAME).unlink(missing_ok=True)
        self._lock.release()

    def announce(self, port: int) -> None:
        """Write down the port on which this daemon listens."""
        info = msgspec.json.encode(Running(os.getpid(), port, self._started))
        scratch = self._folder / f".{INFO_NAME}"
        with open(scratch, "wb", opener=private) as file:
            file.write(info)
        scratch.replace(self._folder / INFO_NAME)


def running(data_path: Path) -> Running | None:
    """The daemon that holds `data_path` now, or None."""
    if not (data_path / LOCK_NAME).exists() or not (data_path / INFO_NAME).exists():
        return None  # it has not yet said where it is, or is just leaving
    from filelock import FileLock, Timeout  # with asyncio: only when there is something to ask

    try:
        with FileLock(data_path / LOCK_NAME, timeout=0, mode=0o600):
            return None
    except Timeout:
        return _info(data_path)


def _info(data_path: Path) -> Running | None:
    try:
        return msgspec.json.decode((data_path / INFO_NAME).read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None  # it holds the lock and has not yet written, or is just leaving


def _already(data_path: Path) -> str:
    holder = _info(data_path)
    who = f" (process {holder.pid})" if holder else ""
    return (
        f"Hunch is already running on {data_path}{who}: "
        "stop it with `hunch stop`, or choose another folder with --data-dir."
    )
