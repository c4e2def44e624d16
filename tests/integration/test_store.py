"""The store under faults: a full disk, a locked file, a bad job among good ones."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.errors import HunchError
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store, capture
from daemon.store.files import is_encrypted
from watchers.event import Bucket, Event

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
BUCKET = Bucket("b", "clipboard", "c", "h")


def recorder(store: Store) -> Recorder:
    return Recorder(store, Privacy(Rules()))


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
    monkeypatch.setattr("daemon.store.opening.BUSY_S", 0.2)
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


async def test_an_event_that_cannot_be_a_row_takes_no_other_with_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        taker.insert(BUCKET, copy(1))
        taker.insert(BUCKET, Event(NOW, data={"type": "text", "text": "half an emoji \ud83d"}))
        taker.insert(BUCKET, Event(NOW, -1.0, {"type": "text", "text": "impossible"}))
        taker.insert(BUCKET, copy(2))
        await taker.flush()
        taker.insert(BUCKET, copy(3))
        await taker.flush()
        kept = store.read(lambda conn: capture.events(conn, "b"))
        assert len(kept) == 4
        assert any(event.data["text"] == "half an emoji ?" for event in kept)


async def test_a_row_that_was_deleted_while_it_grew_takes_nobodys_place(tmp_path: Path) -> None:
    window = Bucket("w", "currentwindow", "c", "h")
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        taker.heartbeat(window, Event(NOW, data={"app": "a"}), 10)
        await taker.flush()
        await store.write(lambda conn: capture.delete_event(conn, "w", 1))
        taker.insert(BUCKET, copy(1))  # gets its number
        await taker.flush()
        taker.heartbeat(window, Event(NOW + timedelta(seconds=5), data={"app": "a"}), 10)
        taker.insert(BUCKET, copy(2))
        await taker.flush()
        assert store.read(lambda conn: capture.count(conn, "b")) == 2
        assert store.read(lambda conn: capture.count(conn, "w")) == 1


async def test_a_flush_that_is_cancelled_loses_and_doubles_nothing(tmp_path: Path) -> None:
    window = Bucket("w", "currentwindow", "c", "h")
    with Store.open(tmp_path / "hunch.db") as store:
        taker = recorder(store)
        slow = asyncio.ensure_future(store.write(lambda conn: time.sleep(0.3)))
        await asyncio.sleep(0.05)
        taker.heartbeat(window, Event(NOW, data={"app": "a"}), 10)
        taker.insert(BUCKET, copy(1))
        flush = asyncio.create_task(taker.flush())
        await asyncio.sleep(0.05)
        flush.cancel()
        await asyncio.gather(flush, return_exceptions=True)
        taker.heartbeat(window, Event(NOW + timedelta(seconds=5), data={"app": "a"}), 10)
        await taker.flush()
        await slow
        rows = store.read(lambda conn: capture.events(conn, "w"))
        assert [row.duration for row in rows] == [5.0]
        assert store.read(lambda conn: capture.count(conn, "b")) == 1


async def test_a_file_that_breaks_while_it_is_used_is_told_and_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        taker = recorder(store)
        for number in range(200):
            taker.insert(BUCKET, copy(number, 500))
        await taker.flush()
    whole = path.read_bytes()
    with Store.open(path) as store:
        taker = recorder(store)
        path.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
        await store.write(lambda conn: conn.execute("PRAGMA shrink_memory").fetchall())
        taker.insert(BUCKET, copy(201))
        await taker.flush()
        assert taker.problem is not None and "damaged: start Hunch anew" in taker.problem
        with pytest.raises(HunchError, match="damaged"):
            await store.write(lambda conn: capture.insert(conn, "b", [copy(202)]))


async def test_while_paused_the_window_in_front_is_still_followed(tmp_path: Path) -> None:
    window = Bucket("w", "currentwindow", "c", "h")
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Recorder(store, Privacy(Rules(apps=("keepass",))))
        taker.heartbeat(window, Event(NOW, data={"app": "XTerm", "title": "sh"}), 10)
        taker.pause(None)
        taker.heartbeat(window, Event(NOW, data={"app": "KeePassXC", "title": "db"}), 10)
        taker.resume()
        taker.insert(BUCKET, copy(1))
        await taker.flush()
        assert [row.bucket.id for row in store.read(capture.buckets)] == ["w"]


async def test_a_paste_is_known_only_of_a_copy_that_was_kept_as_it_is(tmp_path: Path) -> None:
    window = Bucket("w", "currentwindow", "c", "h")

    def copied(app: str, text: str) -> bool:
        taker.heartbeat(window, Event(datetime.now(UTC), data={"app": app, "title": "t"}), 10)
        data = {"type": "text", "text": text, "length": len(text)}
        taker.insert(BUCKET, Event(datetime.now(UTC), data=data))
        return taker.keeps_copy(text)

    with Store.open(tmp_path / "hunch.db") as store:
        taker = Recorder(store, Privacy(Rules(apps=("keepass",))))
        assert not taker.keeps_copy("older than the start")
        assert not copied("XTerm", "card 4111 1111 1111 1111")
        assert copied("XTerm", "plain words")
        assert not taker.keeps_copy("card 4111 1111 1111 1111")
        assert not copied("KeePassXC", "Tr0ub4dor&3 horse")
        assert not taker.keeps_copy("plain words")
        taker.pause(None)
        assert not copied("XTerm", "while paused")


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(HunchError, match="hunch run"):
        Store.open_readonly(tmp_path / "hunch.db")


def test_looking_at_the_file_takes_no_lock_away(tmp_path: Path) -> None:
    """POSIX drops a process's locks with any handle; a stranger's closing would then delete the WAL."""
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        store.write_now(lambda conn: capture.create_bucket(conn, BUCKET))
        wal = path.with_name("hunch.db-wal").stat().st_ino
        assert not is_encrypted(path)
        Store.open_readonly(path).close()
        look = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM buckets')"
        subprocess.run([sys.executable, "-c", look, str(path)], check=True, timeout=30)
        assert path.with_name("hunch.db-wal").stat().st_ino == wal
        store.write_now(lambda conn: capture.insert(conn, BUCKET.id, [copy(1)]))
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM events").fetchone() == (1,)
