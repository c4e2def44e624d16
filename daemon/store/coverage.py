"""Gaps in what was seen, those that lie between sessions, and the newest sign of life, in SQL."""

from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from daemon.store import spans
from daemon.store.capture import from_us, to_us
from daemon.store.story import LogRow
from models.segment import UNSEEN
from models.unseen import TOLD_S, unseen
from watchers.coverage import ALL, GAP
from watchers.event import Event


class Left(NamedTuple):
    """What the run before left: where its newest event ends, and the mark of a clean stop there."""

    end: datetime | None
    mark: Event | None


def left(conn: Connection, now: datetime) -> Left:
    """Where the newest event that ends before `now` ends, and the ``stopped`` gap that ends there."""
    ends = [end for _, end in spans.last_ends(conn, to_us(now))]
    if not ends:
        return Left(None, None)
    last = max(ends)
    mark = conn.execute(
        "SELECT events.id, time_us, duration_us, data FROM events"
        " WHERE bucket_id IN (SELECT id FROM buckets WHERE type = ?) AND end_us = ?"
        " AND data ->> 'cause' = 'stopped' AND data ->> 'source' = ?"
        " ORDER BY events.id DESC LIMIT 1",
        (GAP, last, ALL),
    ).fetchone()
    if mark is None:
        return Left(from_us(last), None)
    event = Event(
        from_us(mark["time_us"]),
        mark["duration_us"] / 1_000_000,
        msgspec.json.decode(mark["data"]),
        mark["id"],
    )
    return Left(from_us(last), event)


def was_paused(conn: Connection, at: datetime) -> bool:
    """Whether recording was paused at a moment, or some seconds before: a pause that lasts is told late."""
    row = conn.execute(
        "SELECT 1 FROM events WHERE bucket_id IN (SELECT id FROM buckets WHERE type = ?)"
        " AND data ->> 'cause' = 'paused' AND end_us >= ? LIMIT 1",
        (GAP, to_us(at) - 15_000_000),
    ).fetchone()
    return row is not None


def newest(conn: Connection) -> dict[str, datetime]:
    """Where the newest event of each type of bucket ends."""
    found: dict[str, int] = {}
    for kind, end in spans.last_ends(conn):
        found[kind] = max(end, found.get(kind, end))
    return {kind: from_us(end) for kind, end in found.items()}


def stops(conn: Connection, since: datetime | None) -> list[LogRow]:
    """The times in which Hunch did not run and that belong to no session, told as a session's are.

    Their numbers and sessions are 0. Oldest first; only those that end after `since`.
    """
    rows = conn.execute(
        "SELECT time_us, duration_us FROM events"
        " WHERE bucket_id IN (SELECT id FROM buckets WHERE type = ?)"
        " AND data ->> 'cause' = 'stopped' AND data ->> 'source' = ?"
        " AND duration_us >= ? AND end_us > ? AND NOT EXISTS (SELECT 1 FROM segments"
        "  WHERE segments.time_us < events.end_us AND segments.end_us > events.time_us"
        "  AND facts ->> 'status' = ?) ORDER BY time_us",
        (GAP, ALL, TOLD_S * 1_000_000, to_us(since) if since else 0, UNSEEN),
    )
    return [_stop(from_us(row[0]), row[1] / 1_000_000) for row in rows]


def _stop(time: datetime, length_s: float) -> LogRow:
    return LogRow(0, 0, time, length_s, unseen(length_s, "stopped"), "rules", None, None)
