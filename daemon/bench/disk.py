"""What days cost on the disk, and how long a year of them takes to be read.

The year is as retention leaves it: the raw events of the newest 90 days, the sentences of all. A
day is made once and copied with its times moved; what is measured is the store and its queries.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from daemon.bench.day import INPUTS, heavy_day
from daemon.bench.rows import SpeedRow, percentile
from daemon.config import Settings
from daemon.store import Store, capture, story
from models.facts import facts
from models.observation import Observation
from models.segment import BucketEvent
from models.segmenter import segment
from models.telling import tell

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
VECTOR = bytes(384 * 2)  # as the encoder's are kept
TRIES = 9
LIMIT_S = "below 100 ms"


def disk(folder: Path, days: int) -> Iterator[SpeedRow]:
    """One day's file, then the queries over so many days."""
    path = folder / "hunch.db"
    with Store.open(path) as store:
        sentences = store.write_now(_fill)
    size = path.stat().st_size / 1e6
    yield SpeedRow(
        "hunch", f"a heavy day on disk ({sentences} sentences)", INPUTS, {"mb": size}, "below 15 MB"
    )
    _multiply(path, days)
    yield from _queries(path, days)


def _fill(conn: sqlite3.Connection) -> int:
    """A day's events, segments and sentences with their vectors; returns the number of sentences."""
    items = []
    for bucket, event in heavy_day(1, START):
        capture.create_bucket(conn, bucket)
        items.append(BucketEvent(bucket.type, capture.insert(conn, bucket.id, [event])[0]))
    end = max(item.event.end for item in items)
    segments, _ = segment(items, now=end + timedelta(minutes=5), final=True)
    session = story.start_session(conn, START)
    for item, before in zip(segments, [None, *segments], strict=False):
        told = Observation(f"{item.start.timestamp():.3f}", tell(facts(item, before)))
        number = story.add_observation(conn, story.add_segment(conn, session, item), told, "rules")
        story.set_embedding(conn, number, "bench", VECTOR)
    story.end_session(conn, session, end)
    return len(segments)


def _multiply(path: Path, days: int) -> None:
    """Copy the day forwards, so that what is newer has the higher number, as in life."""
    raw_days = round(Settings().raw_days)
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        for day in range(1, days):
            shift = {"shift": day * 86_400_000_000, "number": day * 1_000_000}
            if day >= days - raw_days:
                conn.execute(
                    "INSERT INTO events (id, bucket_id, time_us, duration_us, data)"
                    " SELECT id + :number, bucket_id, time_us + :shift, duration_us, data"
                    " FROM events WHERE id < 1000000", shift,
                )  # fmt: skip
            conn.execute(
                "INSERT INTO segments (id, session_id, time_us, end_us, app, title, facts)"
                " SELECT id + :number, session_id, time_us + :shift, end_us + :shift, app, title, facts"
                " FROM segments WHERE id < 1000000", shift,
            )  # fmt: skip
            conn.execute(
                "INSERT INTO observations (id, segment_id, time, event, source, embedding, embedding_model)"
                " SELECT id + :number, segment_id + :number, time, event, source, embedding, embedding_model"
                " FROM observations WHERE id < 1000000", shift,
            )  # fmt: skip
        if days > raw_days:
            conn.execute("DELETE FROM events WHERE id < 1000000")
    conn.close()


def _queries(path: Path, days: int) -> Iterator[SpeedRow]:
    size = path.stat().st_size / 1e6
    yield SpeedRow("hunch", f"{days} days on disk (raw events of 90)", days, {"mb": size})
    midnight = START.replace(hour=0) + timedelta(days=days - 1)
    with Store.open_readonly(path) as store:
        asked: dict[str, Callable[[Any], Any]] = {
            "hunch log": lambda conn: story.log(conn, None, 50),
            "hunch search": lambda conn: story.search(conn, "storm region"),
            "a day's timeline": lambda conn: story.history(conn, None, since=midnight),
        }
        for name, query in asked.items():
            took = [_timed(partial(store.read, query)) for _ in range(TRIES)]
            figures = {"p50_s": percentile(took, 0.5), "p95_s": percentile(took, 0.95)}
            yield SpeedRow("hunch", f"{name}, over a year", TRIES, dict(figures), LIMIT_S)
    for words in (("log",), ("search", "storm", "region")):
        argv = [sys.executable, "-P", "-m", "daemon", *words, "--data-dir", str(path.parent)]
        took = [_timed(partial(_run, argv)) for _ in range(TRIES)]
        figures = {"p50_s": percentile(took, 0.5), "p95_s": percentile(took, 0.95)}
        yield SpeedRow(
            "hunch", f"hunch {words[0]}, the whole command", TRIES, dict(figures), LIMIT_S
        )


def _run(argv: list[str]) -> None:
    subprocess.run(
        argv, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
