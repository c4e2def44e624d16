"""Forgets: deletes rows with all that was made from them, cleans the files, and proves it by reading them.

`carry_out` is the whole of it over the store's writing connection; `Forgetter` does it in a running
daemon, where what is held in memory has to go as well.
"""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection, Error

import msgspec

from daemon.backups import Backups
from daemon.follower import Follower
from daemon.proposals import Proposals
from daemon.recorder import Recorder
from daemon.scan import Scan, empty_logs, scan
from daemon.selection import Needle, Selection
from daemon.store import Store, copies, forgetting, tidy
from daemon.store.sampling import kept_anyway, sample, where
from daemon.worker import ModelWorker

DATABASE = "hunch.db"
AGAIN = "mend that and repeat, or start Hunch anew."
READERS_S = 5.0  # how long another program's reading is waited for


class Forgotten(msgspec.Struct, frozen=True):
    """What a request to forget did.

    Attributes:
        gone: Rows that went, by kind; where it was only counted, that would go.
        looked_for: How many texts of what went were looked for in the files.
        files: How many files were read.
        bytes: Their size together.
        left_in: Files that still hold one of them, each with the place where it is known; none is the proof.
        problem: Why the files could not be cleaned yet, in a sentence; None when they were.
        counted: It was only counted; nothing was deleted.
    """

    gone: dict[str, int]
    looked_for: int = 0
    files: int = 0
    bytes: int = 0
    left_in: list[str] = []
    problem: str | None = None
    counted: bool = False


def count(conn: Connection, selection: Selection, now: datetime) -> Forgotten:
    """What would go; nothing is changed."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        return Forgotten(forgetting.delete(conn, selection, now), counted=True)
    finally:
        conn.execute("ROLLBACK")


def carry_out(conn: Connection, folder: Path, selection: Selection, now: datetime) -> Forgotten:
    """Delete, clean and prove, with no transaction open and nobody else writing.

    Cut short, the deletion is whole or not at all, and the cleaning is done when the store is next opened.
    """
    samples = [] if selection.text is not None else sample(conn, selection)
    conn.execute("BEGIN IMMEDIATE")
    gone = forgetting.delete(conn, selection, now)
    tidy.want(conn)
    conn.execute("COMMIT")
    unremoved = _copies_gone(folder)
    problem = _cleaned(conn) or unremoved
    if selection.text is not None:
        texts = [selection.text]
        empty_logs(folder, Needle(selection.text))
    else:
        texts = samples
    found = scan(folder, texts)
    return Forgotten(
        gone,
        looked_for=len(texts),
        files=found.files,
        bytes=found.bytes,
        left_in=_left(conn, found, selection),
        problem=problem,
    )


def _copies_gone(folder: Path) -> str | None:
    """Remove the backup and damaged files: the next backup is made of what is left. Why not, in a sentence."""
    try:
        copies.destroy_all(folder / DATABASE)
    except OSError as error:
        return f"It is deleted, but a backup in {folder} could not be removed ({error.strerror}): {AGAIN}"
    return None


def _cleaned(conn: Connection) -> str | None:
    """Clean the files, once nobody else reads them; why it could not be done, in a sentence."""
    deadline = time.monotonic() + READERS_S
    try:
        done = tidy.clean(conn)
        while not done and time.monotonic() < deadline:
            time.sleep(0.2)
            done = tidy.settle(conn)
    except Error as error:
        return f"It is deleted, but its file could not be written anew ({error}): {AGAIN}"
    return None if done else f"It is deleted, but another program reads the database: {AGAIN}"


def _left(conn: Connection, found: Scan, selection: Selection) -> list[str]:
    """Where something is still found that stands in nothing that is kept on purpose."""
    left = []
    for name, text in found.hits:
        if selection.text is not None:
            place = where(conn, Needle(text)) if name.startswith(DATABASE) else None
            left.append(f"{name} ({place})" if place else name)
        elif not kept_anyway(conn, text):
            left.append(name)
    return list(dict.fromkeys(left))


class Forgetter:
    """Forgets in a running daemon: the store, and what its parts hold in memory."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        recorder: Recorder,
        follower: Follower,
        manners: Proposals,
        worker: ModelWorker,
        backups: Backups,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._folder = folder
        self._recorder = recorder
        self._follower = follower
        self._manners = manners
        self._worker = worker
        self._backups = backups
        self._clock = clock

    async def forget(self, selection: Selection, *, count_only: bool) -> Forgotten:
        """Forget, or count what would go.

        Raises:
            HunchError: The selection makes no sense, or nothing can be written; nothing is deleted.
        """
        selection.checked()
        now = self._clock()
        if count_only:
            await self._recorder.flush()
            return await self._store.alone(lambda conn: count(conn, selection, now))
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._backups.held())
            await held.enter_async_context(self._follower.held())
            await held.enter_async_context(self._recorder.held(selection, now))
            await self._worker.close()  # what it has read goes with it
            done = await self._store.alone(
                lambda conn: carry_out(conn, self._folder, selection, now)
            )
            self._manners.drop_gone()
        return done
