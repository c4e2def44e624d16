"""What overlaps a time, and what ended last: the quick way finds what looking at every row finds."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from daemon.store import Store, capture, coverage, pruning, spans
from watchers.event import Bucket, Event

START = datetime(2026, 5, 4, tzinfo=UTC)
BUCKETS = [
    Bucket(name, kind, "test", "host") for name, kind in (("a", "x"), ("b", "x"), ("c", "y"))
]
LENGTHS_S = (0.0, 0.0, 0.4, 59.999999, 60.0, 60.000001, 61.0, 3600.0, 90_000.0)


def fill(conn: Connection, seed: int, rows: int = 400) -> None:
    rng = random.Random(seed)
    for bucket in BUCKETS:
        capture.create_bucket(conn, bucket)
        events = [
            Event(START + timedelta(seconds=rng.randrange(7200) / 2), rng.choice(LENGTHS_S), {})
            for _ in range(rows if bucket.id != "c" else 3)
        ]
        capture.insert(conn, bucket.id, events)


def numbers(conn: Connection, bucket: str, start: int, end: int) -> list[int]:
    rows = conn.execute(
        "SELECT id FROM events WHERE bucket_id = ? AND end_us >= ? AND time_us <= ?"
        " ORDER BY time_us DESC, id DESC", (bucket, start, end),
    )  # fmt: skip
    return [row[0] for row in rows]


@pytest.mark.parametrize("seed", range(5))
def test_what_overlaps_and_what_ended_last_is_found_without_looking_at_all(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(-seed)
    with Store.open(tmp_path / "hunch.db") as store:
        store.write_now(lambda conn: fill(conn, seed))

        def compare(conn: Connection) -> None:
            for _ in range(25):
                start = START + timedelta(seconds=rng.randrange(-400, 8000) / 2)
                end = start + timedelta(seconds=rng.choice((0, 1, 90, 4000)))
                whole = [
                    numbers(conn, bucket.id, capture.to_us(start), capture.to_us(end))
                    for bucket in BUCKETS
                ]
                for bucket, wanted in zip(BUCKETS, whole, strict=True):
                    found = capture.events(conn, bucket.id, -1, start, end)
                    assert [event.id for event in found] == wanted
                    assert capture.count(conn, bucket.id, start, end) == len(wanted)
                    some = capture.events(conn, bucket.id, 3, start, end)
                    assert [event.id for event in some] == wanted[:3]
                    open_end = numbers(conn, bucket.id, capture.to_us(start), spans.EVER_US)
                    assert [
                        row.id for row in capture.events(conn, bucket.id, -1, start)
                    ] == open_end
                since = [item.event for item in capture.since(conn, start, end)]
                assert {event.id for event in since} == {n for part in whole for n in part}
                order = [(event.timestamp, event.id) for event in since]
                assert order == sorted(order)
                last = conn.execute(
                    "SELECT max(end_us) FROM events WHERE end_us <= ?", (capture.to_us(end),)
                ).fetchone()[0]
                told = coverage.left(conn, end).end
                assert (capture.to_us(told) if told else None) == last
            ends = dict(conn.execute(
                "SELECT bucket_id, max(end_us) FROM events GROUP BY bucket_id"
            ).fetchall())  # fmt: skip
            rows = {row.bucket.id: row.last_updated for row in capture.buckets(conn)}
            assert {name: capture.to_us(end) for name, end in rows.items() if end} == ends
            assert coverage.newest(conn)["x"] == max(filter(None, (rows["a"], rows["b"])))
            assert capture.counts_by_type(conn) == {"x": 800, "y": 3}

        store.read(compare)


def test_the_oldest_raw_rows_of_all_buckets_go_first(tmp_path: Path) -> None:
    before = capture.to_us(START + timedelta(minutes=30))
    with Store.open(tmp_path / "hunch.db") as store:
        store.write_now(lambda conn: fill(conn, 9))

        def prune(conn: Connection) -> None:
            def old() -> list[int]:
                rows = conn.execute(
                    "SELECT id FROM events WHERE end_us < ? ORDER BY time_us, id", (before,)
                )
                return [row[0] for row in rows]

            wanted = old()
            assert pruning.raw(conn, before, 50) == 50
            gone = set(wanted) - set(old())
            last = conn.execute("SELECT count(*) FROM events").fetchone()[0]
            assert last == 803 - 50 and len(gone & set(wanted[:52])) >= 48  # equal times aside
            while pruning.raw(conn, before, 50):
                pass
            assert old() == []
            assert conn.execute("SELECT count(*) FROM events").fetchone()[0] == 803 - len(wanted)

        store.write_now(prune)
