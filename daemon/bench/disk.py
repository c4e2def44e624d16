"""What days cost on the disk, and how long a year of them takes to be read.

The year is as retention leaves it: the raw events of the newest 90 days, the sentences of all with their
index of words, a recording a day. A day is told once and copied with its times moved, then pruned as the
daemon prunes. Measured are the queries alone, with the file in the system's cache; and the commands as
processes, from the cache and, where the system can be asked to forget it (``cold``), from the disk.
"""

import os
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
from daemon.store import Store, capture, pruning, story, tidy
from models.facts import facts
from models.observation import Observation
from models.segment import BucketEvent
from models.segmenter import segment
from models.telling import tell

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
VECTOR = bytes(384 * 2)  # as the encoder's are kept
TRIES = 9
STEP = 5000  # rows of a step of pruning, which nobody waits for here
DAY_US = 86_400_000_000
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
    multiply(path, days)
    size = path.stat().st_size / 1e6
    yield SpeedRow("hunch", f"{days} days on disk (raw events of 90)", days, {"mb": size})
    yield from _queries(path, days)
    yield from _commands(path)


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


_COPIES = (
    "INSERT INTO sessions SELECT id + :number, started_us + :shift, ended_us + :shift, cursor_us"
    " FROM sessions WHERE id < 1000000",
    "INSERT INTO segments (id, session_id, time_us, end_us, app, title, facts)"
    " SELECT id + :number, session_id + :number, time_us + :shift, end_us + :shift, app, title, facts"
    " FROM segments WHERE id < 1000000",
    "INSERT INTO observations (id, segment_id, time, event, source, embedding, embedding_model)"
    " SELECT id + :number, segment_id + :number, time, event, source, embedding, embedding_model"
    " FROM observations WHERE id < 1000000",
    "INSERT INTO words (rowid, text) SELECT rowid + :number, text FROM words WHERE rowid < 1000000",
)
_RAW_COPIES = (
    "INSERT INTO events (id, bucket_id, time_us, duration_us, data)"
    " SELECT id + :number, bucket_id, time_us + :shift, duration_us, data"
    " FROM events WHERE id < 1000000",
    "INSERT INTO segment_events SELECT segment_id + :number, event_id + :number"
    " FROM segment_events WHERE segment_id < 1000000",
)


def multiply(path: Path, days: int) -> None:
    """Copy the day forwards, so that what is newer has the higher number, as in life; then prune."""
    raw_days = round(Settings().raw_days)
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        for day in range(1, days):
            shift = {"shift": day * DAY_US, "number": day * 1_000_000}
            for copy in (*_COPIES, *(_RAW_COPIES if day >= days - raw_days else ())):
                conn.execute(copy, shift)
    conn.close()
    before = capture.to_us(START.replace(hour=0)) + (days - raw_days) * DAY_US
    with Store.open(path) as store:
        for prune in (pruning.raw, pruning.facts):
            while store.write_now(partial(prune, before_us=before, limit=STEP)):
                pass
        while store.alone_now(tidy.give_back):
            pass


def _queries(path: Path, days: int) -> Iterator[SpeedRow]:
    midnight = START.replace(hour=0) + timedelta(days=days - 1)
    noon = midnight - timedelta(days=days // 8, hours=-12)
    asked: dict[str, Callable[[sqlite3.Connection], Any]] = {
        "hunch log": lambda conn: story.log(conn, None, 50),
        "hunch search of two words": lambda conn: story.search(conn, ["storm", "region"], 51),
        "hunch search of a word that is nowhere": lambda conn: story.search(conn, ["stormy"], 51),
        "hunch search of two letters that are nowhere": lambda conn: story.search(conn, ["qx"], 51),
        "a day's timeline": lambda conn: story.history(conn, None, since=midnight),
        "the buckets": capture.buckets,
        "an hour of all events": lambda conn: capture.since(conn, noon, noon + timedelta(hours=1)),
        "the counts of status": capture.counts_by_type,
    }
    with Store.open_readonly(path) as store:
        for name, query in asked.items():
            took = [_timed(partial(store.read, query)) for _ in range(TRIES)]
            yield _row(f"{name}, over the {days} days: the query", took)


def _commands(path: Path) -> Iterator[SpeedRow]:
    for words in (("log",), ("search", "storm", "region"), ("search", "stormy")):
        argv = [sys.executable, "-P", "-m", "daemon", *words, "--data-dir", str(path.parent)]
        said = f"hunch {' '.join(words)}: the whole command"
        yield _row(said, [_timed(partial(_run, argv)) for _ in range(TRIES)])
        if hasattr(os, "posix_fadvise"):
            yield _row(f"{said}, the file cold", [_cold(path, argv) for _ in range(TRIES)])


def _row(what: str, took: list[float]) -> SpeedRow:
    figures = {"p50_s": percentile(took, 0.5), "p95_s": percentile(took, 0.95)}
    return SpeedRow("hunch", what, len(took), dict(figures), LIMIT_S)


def _cold(path: Path, argv: list[str]) -> float:
    """How long a command takes once the system has forgotten the file; nobody has it open here."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return _timed(partial(_run, argv))


def _run(argv: list[str]) -> None:
    """Run to the end; no time-out, since waiting with one looks only every 50 ms."""
    subprocess.run(
        argv,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
