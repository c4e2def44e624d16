"""Retention by age and size, over a real store with a clock of the test's own; and what status says."""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.config import Settings
from daemon.retention import Retention
from daemon.space import space_of
from daemon.store import Store, capture, story
from models.segment import Segment
from tests.planted import BUCKETS, NOW, fill, held, plant, texts
from watchers.event import Event

pytestmark = pytest.mark.anyio


def counts(store: Store) -> dict[str, int]:
    return {
        table: store.read(partial(_count, table))
        for table in ("events", "segments", "observations", "answers", "segment_events")
    }


def _count(table: str, conn: sqlite3.Connection) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - as listed


def retention(store: Store, folder: Path, later: timedelta, **settings: Any) -> Retention:
    chosen = Settings(data_dir=str(folder), **settings)
    return Retention(store, chosen, clock=lambda: NOW + later, typed=lambda: None)


async def test_by_age_raw_rows_go_and_sentences_stay(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 24)
        before = counts(store)
        later = timedelta(days=90) - timedelta(hours=12)
        gone = await retention(store, tmp_path, later).prune()
        after = counts(store)
        assert gone["raw rows"] == 12 * 4 and gone["facts"] == 12
        assert after["events"] == before["events"] - 48
        assert {key: after[key] for key in ("segments", "observations", "answers")} == {
            key: before[key] for key in ("segments", "observations", "answers")
        }
        told = store.read(lambda conn: story.log(conn))
        assert [row.event for row in told] == [
            texts(number)["sentence"] for number in reversed(range(24))
        ]
        facts = [moment.segment for moment in store.read(lambda conn: story.history(conn, None))]
        assert all(not part.user_input and not part.events for part in facts[:12])
        assert all(part.title and part.user_input and part.events for part in facts[12:])
        again = await retention(store, tmp_path, later).prune()
        assert not any(again.values())
    old, new = texts(20), texts(2)
    assert held(tmp_path, [old["typed"], old["copied"], old["command"], old["before"]]) == {}
    assert sorted(held(tmp_path, [new["typed"], old["sentence"], old["title"]])) == sorted(
        [new["typed"], old["sentence"], old["title"]]
    )


async def test_sentences_go_when_their_days_are_set(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 24)
        later = timedelta(days=30) - timedelta(hours=12)
        await retention(store, tmp_path, later, raw_days=0.0, story_days=30.0).prune()
        assert counts(store)["observations"] == 12 and counts(store)["answers"] == 12
        assert counts(store)["events"] == 24 * 4 + 1
        await retention(store, tmp_path, timedelta(days=40), raw_days=0.0, story_days=30.0).prune()
        assert counts(store)["observations"] == 0 and not store.read(story.sessions)


async def test_nothing_goes_when_all_is_kept_for_ever(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 5)
        before = counts(store)
        forever = {"raw_days": 0.0, "story_days": 0.0, "size_gb": 0.0}
        gone = await retention(store, tmp_path, timedelta(days=9999), **forever).prune()
        assert gone == {} and counts(store) == before


async def test_by_size_the_oldest_raw_rows_go_and_the_file_shrinks(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    with Store.open(path) as store:
        fill(store, 3)

        def much(conn: sqlite3.Connection) -> None:
            for number in range(4000):
                at = NOW - timedelta(days=20) + timedelta(minutes=number)
                text = f"{number} " + "many words " * 300
                capture.insert(conn, BUCKETS["clipboard"].id, [Event(at, 0.0, {"text": text})])

        store.write_now(much)
        await store.alone(lambda conn: conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        large = path.stat().st_size
        gone = await retention(store, tmp_path, timedelta(), size_gb=0.006).prune()
        assert gone["for size"] > 1000
        assert large > 13e6 and path.stat().st_size < 7e6
        left = store.read(lambda conn: capture.events(conn, BUCKETS["clipboard"].id))
        numbers = [int(event.data["text"].split()[0]) for event in left if "type" not in event.data]
        assert numbers == sorted(numbers, reverse=True) and numbers[0] == 3999
        assert counts(store)["observations"] == 3


async def test_capture_does_not_wait_while_much_is_pruned(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 24, repeat=100)
        pruning = asyncio.create_task(retention(store, tmp_path, timedelta(days=200)).prune())
        waits = []
        while not pruning.done():
            begun = time.monotonic()
            await store.write(
                lambda conn: capture.insert(
                    conn, BUCKETS["clipboard"].id, [Event(NOW + timedelta(days=200), 0.0, {"a": 1})]
                )
            )
            waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.01)
        assert (await pruning)["raw rows"] == 24 * 400 + 1
        assert len(waits) > 20 and sorted(waits)[int(len(waits) * 0.95)] < 0.3, max(waits)


def test_the_space_by_kind_is_the_files_own_and_the_forecast_follows_the_bound(
    tmp_path: Path,
) -> None:
    path = tmp_path / "hunch.db"
    plant(path, 72, repeat=20)
    with Store.open_readonly(path) as store:
        found = space_of(store, Settings(data_dir=str(tmp_path)), datetime.now(UTC))
        kinds = found.raw + found.sentences + found.vectors + found.ledger + found.free
        assert abs(kinds - path.stat().st_size) < 10
        assert found.total == kinds + found.other
        real = store.read(lambda conn: conn.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'events%' OR name LIKE 'segment%'"
        ).fetchone()[0])  # fmt: skip
        assert 0.8 * real < found.raw < 1.2 * real
        assert found.year and found.forecast and "is reached in 20" in found.forecast
        large = Settings(data_dir=str(tmp_path), story_days=100.0)
        never = space_of(store, large, datetime.now(UTC)).forecast
        assert never and "never reached" in never
        small = Settings(data_dir=str(tmp_path), size_gb=0.02, raw_days=0.0)
        soon = space_of(store, small, datetime.now(UTC)).forecast
        assert soon and f"reached in {datetime.now(UTC):%Y}" in soon


async def test_a_daemon_says_its_space(start_daemon: Any) -> None:
    daemon = start_daemon()
    told = msgspec.json.decode(daemon.cli("status", "--json").stdout)
    assert told["space"]["total"] > 0 and told["encrypted"] is False
    assert "not encrypted" in daemon.cli("status").stdout
    daemon.stop()
    stopped = msgspec.json.decode(daemon.cli("status", "--json").stdout)
    assert stopped["state"] == "stopped" and stopped["space"]["total"] > 0


def test_pruned_facts_are_still_a_segment(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        fill(store, 2)
        from daemon.store import pruning

        store.write_now(lambda conn: pruning.facts(conn, capture.to_us(NOW), 10))
        rows = store.read(lambda conn: conn.execute("SELECT facts FROM segments").fetchall())
        assert all(msgspec.json.decode(row[0], type=Segment).event_ids == () for row in rows)
        assert store.write_now(lambda conn: pruning.facts(conn, capture.to_us(NOW), 10)) == 0
