"""The file, its one writer thread, and readers beside it.

Every write is a function over a connection. The writer takes all that wait, runs
each in a savepoint of its own, commits once, and only then answers: what is
acknowledged is on disk (`synchronous=FULL`; docs/decisions/0001-one-writer.md).
"""

import asyncio
import contextlib
import itertools
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from daemon.errors import HunchError
from daemon.store.aside import Aside
from daemon.store.opening import open_checked
from daemon.store.reader import Reader
from daemon.store.trouble import explain

log = logging.getLogger(__name__)

T = TypeVar("T")

BATCH = 500  # jobs a commit: bounds the time until the first of them is answered


class _Job(NamedTuple):
    """Work, and who waits for it: a thread by a future of threads, or a loop by one of its own."""

    work: Callable[[sqlite3.Connection], Any]
    future: "Future[Any] | asyncio.Future[Any]"
    alone: bool = False
    loop: asyncio.AbstractEventLoop | None = None

    def begins(self) -> bool:
        """Whether it is still wanted."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()


class _Outcome(NamedTuple):
    job: _Job
    result: Any
    error: BaseException | None

    def tell(self) -> None:
        """Answer who waits, in the thread of its loop."""
        if self.job.future.done():
            return
        if self.error is not None:
            self.job.future.set_exception(self.error)
        else:
            self.job.future.set_result(self.result)


class Store(Reader):
    """One SQLite file. Open it with `Store.open` or `Store.open_readonly`.

    Attributes:
        aside: Reads what takes long, on a thread.
        undone: How often a job, or a whole batch, was taken back.
    """

    def __init__(self, path: Path, *, writer: sqlite3.Connection | None = None) -> None:
        super().__init__(path)
        self.aside = Aside(path)
        self.undone = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        if writer is not None:
            self._thread = threading.Thread(
                target=self._write_all, args=(writer,), name="store", daemon=True
            )
            self._thread.start()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for reading and writing; a new file is made, an older one migrated, a damaged one recovered.

        Raises:
            HunchError: The file is newer than this program, or not writable, or its key is missing.
        """
        opened = open_checked(path)
        try:
            return cls(path, writer=opened)
        except sqlite3.Error as error:
            opened.close()
            raise explain(error, path) from error

    def close(self) -> None:
        """Write what waits, and close the file."""
        self.aside.close()
        super().close()  # before the writer, whose closing then folds the WAL into the file
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a change in the writer; returns once it is on disk.

        Raises:
            HunchError: It could not be written; nothing of it was kept.
        """
        return await self._awaited(work)

    def write_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `write`, for callers on a thread of their own; never on the event loop."""
        return self._submit(work).result()

    async def alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run in the writer, but in no transaction: for what SQLite allows in none, as VACUUM.

        Every other write waits for it.

        Raises:
            HunchError: It could not be done.
        """
        return await self._awaited(work, alone=True)

    def alone_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `alone`, for callers on a thread of their own; never on the event loop."""
        return self._submit(work, alone=True).result()

    def _submit(
        self, work: Callable[[sqlite3.Connection], T], *, alone: bool = False
    ) -> "Future[T]":
        future: Future[T] = Future()
        self._put(_Job(work, future, alone))
        return future

    def _awaited(
        self, work: Callable[[sqlite3.Connection], T], *, alone: bool = False
    ) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Job(work, future, alone, loop))
        return future

    def _put(self, job: _Job) -> None:
        if self._thread is None:
            raise HunchError("Store", "The store is closed for writing.")
        self._jobs.put(job)

    def _write_all(self, connection: sqlite3.Connection) -> None:
        with contextlib.closing(connection):
            stop = False
            while not stop:
                jobs, stop = self._batch()
                for alone, group in itertools.groupby(jobs, key=lambda job: job.alone):
                    if alone:
                        _run_alone(connection, list(group), self._path)
                    else:
                        self.undone += _commit(connection, list(group), self._path)

    def _batch(self) -> tuple[list[_Job], bool]:
        """All jobs that wait, at least one; and whether the end was among them."""
        jobs: list[_Job] = []
        item = self._jobs.get()
        while item is not None:
            jobs.append(item)
            if len(jobs) == BATCH:
                return jobs, False
            try:
                item = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True


def _commit(connection: sqlite3.Connection, jobs: list[_Job], path: Path) -> int:
    """Run the jobs in one transaction and answer each of them; returns how many were taken back."""
    done: list[_Outcome] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            if not job.begins():
                continue
            try:
                done.append(_Outcome(job, _in_savepoint(connection, job), None))
            except sqlite3.IntegrityError as error:
                done.append(_Outcome(job, None, error))  # the job's fault, not the file's
            except sqlite3.DatabaseError as error:
                done.append(_Outcome(job, None, explain(error, path)))
                if not connection.in_transaction:
                    raise  # SQLite has rolled the whole batch back, as on a full disk
            except Exception as error:
                done.append(_Outcome(job, None, error))
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        with contextlib.suppress(sqlite3.Error):  # the writer outlives a file that fails altogether
            connection.execute("ROLLBACK")
        log.warning("the store could not commit: %s", error)
        problem = explain(error, path)
        failed = [outcome for outcome in done if outcome.error is not None]
        known = {id(outcome.job) for outcome in failed}
        _tell(failed + [_Outcome(job, None, problem) for job in jobs if id(job) not in known])
        return len(jobs)
    _tell(done)
    return sum(outcome.error is not None for outcome in done)


def _tell(outcomes: list[_Outcome]) -> None:
    """Answer who waits: each loop is woken once for all of its own."""
    waiting: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        if outcome.job.loop is not None:
            waiting.setdefault(outcome.job.loop, []).append(outcome)
        else:
            outcome.tell()
    for loop, some in waiting.items():
        with contextlib.suppress(RuntimeError):  # it is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_all, some)


def _tell_all(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        outcome.tell()


def _run_alone(connection: sqlite3.Connection, jobs: list[_Job], path: Path) -> None:
    """Run jobs that begin and end their transactions themselves, and answer each of them."""
    for job in jobs:
        if not job.begins():
            continue
        try:
            outcome = _Outcome(job, job.work(connection), None)
        except Exception as error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            known = isinstance(error, sqlite3.Error)
            outcome = _Outcome(job, None, explain(error, path) if known else error)
        _tell([outcome])


def _in_savepoint(connection: sqlite3.Connection, job: _Job) -> Any:
    connection.execute("SAVEPOINT job")
    try:
        result = job.work(connection)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
        raise
    connection.execute("RELEASE job")
    return result
