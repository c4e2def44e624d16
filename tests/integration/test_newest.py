"""Heartbeats beside all else that changes rows: as if the newest event were looked up each time."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.store import Store, capture
from daemon.store.files import connect
from daemon.store.newest import Newest
from tests.moments import at
from watchers.event import Bucket, Event, merge_heartbeat

NAMES = ("a", "b")
NAME = st.sampled_from(NAMES)
SECOND = st.integers(0, 12)
DATA = st.sampled_from(({"title": "one"}, {"title": "two"}))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("heartbeat"), NAME, SECOND, DATA),
        st.tuples(st.just("heartbeat"), NAME, SECOND, DATA),
        st.tuples(st.sampled_from(("insert", "elsewhere")), NAME, SECOND, DATA),
        st.tuples(st.just("undone"), NAME, SECOND, DATA),
        st.tuples(st.sampled_from(("delete", "deleted by another", "drop")), NAME),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hunch.db"
        Store.open(path).close()
        yield path


def looked_up(conn: sqlite3.Connection, name: str, event: Event) -> None:
    last = capture.newest(conn, name)
    merged = merge_heartbeat(last, event, 2.0) if last else None
    capture.insert(conn, name, [merged or event])


def rows(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    found = conn.execute("SELECT bucket_id, time_us, duration_us, data FROM events ORDER BY id")
    return [tuple(row) for row in found]


def newest_of(conn: sqlite3.Connection, name: str) -> int:
    last = capture.newest(conn, name)
    return last.id or 0 if last else 0


@given(STEPS)
@example(
    [
        ("insert", "b", 0, {"title": "one"}),
        ("insert", "b", 1, {"title": "two"}),
        ("deleted by another", "b"),
        ("heartbeat", "b", 2, {"title": "one"}),
    ]
)
@settings(max_examples=100, deadline=None)
def test_as_if_looked_up(path: Path, steps: list[tuple[Any, ...]]) -> None:
    found = []
    for remembering in (True, False):
        with (
            closing(connect(path, readonly=False, timeout_s=5)) as conn,
            closing(connect(path, readonly=False, timeout_s=5)) as other,
        ):
            conn.execute("DELETE FROM buckets")
            for name in NAMES:
                capture.create_bucket(conn, Bucket(name, "currentwindow", "c", "h"))
            undone = Counter[str]()
            newest = Newest(undone.total)
            for step in steps:
                kind, name, *rest = step
                event = Event(at(rest[0]), 0.0, rest[1]) if rest else Event(at(0))
                conn.execute("BEGIN IMMEDIATE")
                match kind:
                    case "heartbeat" | "undone" if remembering:
                        newest.heartbeat(conn, name, event, 2.0)
                    case "heartbeat" | "undone":
                        looked_up(conn, name, event)
                    case "insert":
                        newest.insert(conn, name, event)
                    case "elsewhere":
                        capture.insert(conn, name, [event])
                    case "delete":
                        capture.delete_event(conn, name, newest_of(conn, name))
                    case "drop":
                        capture.delete_bucket(conn, name)
                        capture.create_bucket(conn, Bucket(name, "currentwindow", "c", "h"))
                conn.execute("ROLLBACK" if kind == "undone" else "COMMIT")
                if kind == "undone":
                    undone["batch"] += 1
                if kind == "deleted by another":
                    capture.delete_event(other, name, newest_of(other, name))
            found.append(rows(conn))
    assert found[0] == found[1]
