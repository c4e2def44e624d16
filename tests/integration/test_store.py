"""The store under faults: a full disk, a locked file, a bad job among good ones."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.errors import HunchError
from daemon.privacy import Privacy
from daemon.recorder import Recorder
from daemon.store import Store, capture
from watchers.event import Bucket, Event

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
BUCKET = Bucket("b", "clipboard", "c", "h")


def recorder(store: Store) -> Recorder:
    return Recorder(store, Privacy((), ()))


def copy(number: int, size: int = 10) -> Event:
    return Event(
        NOW + timedelta(seconds=number), data={"type": "text", "text": f"{number} " + "x " * size}
    )


async def test_a_full_disk_loses_nothing_that_was_captured(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        taker.insert(BUCKET, copy(0))
        await taker.flush()
        pages = store.read(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0])
        await store.write(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages + 2}"))
        for number in range(1, 50):
            taker.insert(BUCKET, copy(number, 2000))
        await taker.flush()
        assert taker.problem is not None and "free some space" in taker.problem
        assert store.read(lambda conn: capture.count(conn, "b")) == 1
        taker.insert(BUCKET, copy(50))
        await store.write(lambda conn: conn.execute("PRAGMA max_page_count = 100000"))
        await taker.flush()
        assert taker.problem is None
        assert store.read(lambda conn: capture.count(conn, "b")) == 51


async def test_a_locked_file_is_waited_for_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.store.store.BUSY_S", 0.2)
    path = tmp_path / "hunch.db"
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        taker = recorder(store)
        other.execute("BEGIN IMMEDIATE")
        taker.insert(BUCKET, copy(1))
        await taker.flush()
        assert taker.problem is not None and "Another program holds" in taker.problem
        other.rollback()
        await taker.flush()
        assert taker.problem is None
        assert store.read(lambda conn: capture.count(conn, "b")) == 1


def put(number: int, conn: sqlite3.Connection) -> None:
    capture.insert(conn, "b" if number % 3 else "none", [copy(number)])


async def test_one_bad_job_hurts_no_other_of_its_batch(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        await store.write(lambda conn: capture.create_bucket(conn, BUCKET))
        jobs = [store.write(partial(put, number)) for number in range(30)]
        done = await asyncio.gather(*jobs, return_exceptions=True)
        failed = [item for item in done if isinstance(item, Exception)]
        assert len(failed) == 10
        assert store.read(lambda conn: capture.count(conn, "b")) == 20
        with pytest.raises(ValueError, match="surrogates"):
            await store.write(
                lambda conn: capture.insert(conn, "b", [Event(NOW, 0, {"x": "\ud800"})])
            )


async def test_heartbeats_of_a_watcher_become_one_row(tmp_path: Path) -> None:
    window = Bucket("w", "currentwindow", "c", "h")
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        for second in range(20):
            moment = NOW + timedelta(seconds=second)
            taker.heartbeat(window, Event(moment, data={"app": "a", "title": str(second // 10)}), 5)
            if second % 3 == 0:
                await taker.flush()
        await taker.flush()
        rows = store.read(lambda conn: capture.events(conn, "w"))
        assert [(row.data["title"], row.duration) for row in rows] == [("1", 9.0), ("0", 9.0)]


async def test_what_hunch_does_is_not_what_the_user_does(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        taker.note_copy("ours")
        taker.insert(BUCKET, Event(NOW, data={"type": "text", "text": "ours"}))
        taker.insert(BUCKET, Event(NOW, data={"type": "text", "text": "theirs"}))
        click = {"from": "mouse", "data": {"type": "click", "button": "left"}}
        mouse = Bucket("m", "os.hid.input", "c", "h")
        taker.note_click()
        now = datetime.now(UTC)
        taker.insert(mouse, Event(now - timedelta(seconds=0.2), data=click))  # on the popup
        taker.insert(mouse, Event(now - timedelta(seconds=5), data=click))
        await taker.flush()
        texts = [row.data["text"] for row in store.read(lambda conn: capture.events(conn, "b"))]
        assert texts == ["theirs"]
        assert store.read(lambda conn: capture.count(conn, "m")) == 1


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(HunchError, match="hunch run"):
        Store.open_readonly(tmp_path / "hunch.db")
