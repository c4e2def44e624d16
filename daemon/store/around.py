"""What lies around a moment of time, in SQL: sentences, proposals on the screen, raw rows, and why nothing was seen."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

import msgspec

from daemon.store import capture
from daemon.store.capture import from_us, to_us
from watchers.coverage import ALL, GAP

__all__ = ["Connection"]

AFK = "afkstatus"


class RawRow(msgspec.Struct, frozen=True):
    """A raw row: its number, when, the type of its bucket, and what it holds."""

    id: int
    time: datetime
    kind: str
    data: dict[str, Any]


class Blank(msgspec.Struct, frozen=True):
    """A time of which nothing was seen; the cause is one of `watchers.coverage.Cause`, or ``away``."""

    start: datetime
    end: datetime
    cause: str


def overlapping(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Numbers of the observations whose segments meet [start, end), oldest first."""
    rows = conn.execute(
        "SELECT observations.id FROM segments JOIN observations ON segment_id = segments.id"
        " WHERE end_us >= ?1 AND time_us < ?2 AND (end_us > ?1 OR time_us = ?1)"
        " ORDER BY observations.id",
        (to_us(start), to_us(end)),
    )
    return [row[0] for row in rows]


def last_before(conn: Connection, time: datetime, since: datetime) -> int | None:
    """Number of the newest observation whose segment ended between two moments, or None."""
    row = conn.execute(
        "SELECT observations.id FROM segments JOIN observations ON segment_id = segments.id"
        " WHERE end_us BETWEEN ? AND ? ORDER BY end_us DESC, observations.id DESC LIMIT 1",
        (to_us(since), to_us(time)),
    ).fetchone()
    return row[0] if row else None


def on_screen(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Numbers of the proposals that stood on the screen between two moments."""
    rows = conn.execute(
        "SELECT id FROM proposals WHERE shown_us < ? AND coalesce(ended_us, ?) > ? ORDER BY id",
        (to_us(end), to_us(end), to_us(start)),
    )
    return [row[0] for row in rows]


def raw_rows(conn: Connection, numbers: Sequence[int]) -> list[RawRow]:
    """Raw rows by their numbers, oldest first."""
    rows = conn.execute(
        "SELECT events.id, time_us, type, data FROM events JOIN buckets ON buckets.id = bucket_id"
        " WHERE events.id IN (SELECT value FROM json_each(?)) ORDER BY time_us, events.id",
        (msgspec.json.encode(list(numbers)).decode(),),
    )
    return [RawRow(row[0], from_us(row[1]), row[2], msgspec.json.decode(row[3])) for row in rows]


def blank(conn: Connection, start: datetime, end: datetime) -> list[Blank]:
    """Why nothing was seen of [start, end], or of some of it: gaps of all sources, and absences."""
    return [
        Blank(item.event.timestamp, item.event.end, str(item.event.data.get("cause", "away")))
        for item in capture.since(conn, start, end)
        if (item.type == GAP and item.event.data.get("source") == ALL)
        or (item.type == AFK and item.event.data.get("status") == "afk")
    ]
