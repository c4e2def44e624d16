"""Buckets and raw events, as ActivityWatch knows them, in SQL."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection, Row
from typing import Any, NamedTuple

import msgspec

from daemon.store import spans
from models.segment import BucketEvent
from watchers.event import Bucket, Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class BucketRow(NamedTuple):
    """A bucket with its times: when it was made, and until when it has events (None: it has none)."""

    bucket: Bucket
    created: datetime
    last_updated: datetime | None


def to_us(time: datetime) -> int:
    """Microseconds since the epoch, exact."""
    return (time - EPOCH) // _MICROSECOND


def from_us(time_us: int) -> datetime:
    """The moment, aware, UTC."""
    return EPOCH + timedelta(microseconds=time_us)


def create_bucket(conn: Connection, bucket: Bucket) -> bool:
    """Make a bucket; False when it is there already."""
    done = conn.execute(
        "INSERT INTO buckets (id, type, client, hostname, created_us) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (bucket.id, bucket.type, bucket.client, bucket.hostname, to_us(datetime.now(UTC))),
    )
    return done.rowcount > 0


def buckets(conn: Connection) -> list[BucketRow]:
    """All buckets, by id."""
    rows = conn.execute("SELECT * FROM buckets ORDER BY id").fetchall()
    return [_bucket(conn, row) for row in rows]


def bucket(conn: Connection, bucket_id: str) -> BucketRow | None:
    """One bucket, or None."""
    row = conn.execute("SELECT * FROM buckets WHERE id = ?", (bucket_id,)).fetchone()
    return _bucket(conn, row) if row else None


def delete_bucket(conn: Connection, bucket_id: str) -> bool:
    """Delete a bucket with its events; False when there is none."""
    return conn.execute("DELETE FROM buckets WHERE id = ?", (bucket_id,)).rowcount > 0


def insert(conn: Connection, bucket_id: str, events: Sequence[Event]) -> list[Event]:
    """Add events; returns them with their numbers. An event that has a number replaces that row."""
    return [_put(conn, bucket_id, event) for event in events]


def newest(conn: Connection, bucket_id: str) -> Event | None:
    """The event that began last in a bucket, or None."""
    row = conn.execute(
        "SELECT id, time_us, duration_us, data FROM events WHERE bucket_id = ?"
        " ORDER BY time_us DESC, id DESC LIMIT 1",
        (bucket_id,),
    ).fetchone()
    return _event(row) if row else None


def lengthen(conn: Connection, bucket_id: str, event: Event) -> None:
    """Write an event's new length."""
    conn.execute(
        "UPDATE events SET duration_us = ? WHERE id = ? AND bucket_id = ?",
        (_duration_us(event), event.id, bucket_id),
    )


def events(
    conn: Connection,
    bucket_id: str,
    limit: int = -1,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[Event]:
    """Events that overlap [start, end], newest first; `limit` below zero means all."""
    rows = spans.overlapping(conn, bucket_id, _us(start), _us(end), limit)
    return [_event(row) for row in rows]


def event(conn: Connection, bucket_id: str, event_id: int) -> Event | None:
    """One event, or None."""
    row = conn.execute(
        "SELECT id, time_us, duration_us, data FROM events WHERE bucket_id = ? AND id = ?",
        (bucket_id, event_id),
    ).fetchone()
    return _event(row) if row else None


def delete_event(conn: Connection, bucket_id: str, event_id: int) -> bool:
    """Delete one event; False when there is none."""
    done = conn.execute("DELETE FROM events WHERE bucket_id = ? AND id = ?", (bucket_id, event_id))
    return done.rowcount > 0


def count(
    conn: Connection, bucket_id: str, start: datetime | None = None, end: datetime | None = None
) -> int:
    """How many events overlap [start, end]."""
    return spans.count(conn, bucket_id, _us(start), _us(end))


def counts_by_type(conn: Connection) -> dict[str, int]:
    """How many events there are of each type of bucket."""
    found: dict[str, int] = {}
    for bucket_id, kind in map(tuple, conn.execute("SELECT id, type FROM buckets ORDER BY type")):
        found[kind] = found.get(kind, 0) + spans.count(conn, bucket_id, None, None)
    return found


def since(conn: Connection, start: datetime, end: datetime) -> list[BucketEvent]:
    """Events of all buckets that overlap [start, end], in the order of their times."""
    found = [
        (row["time_us"], row["id"], BucketEvent(kind, _event(row)))
        for bucket_id, kind in map(tuple, conn.execute("SELECT id, type FROM buckets").fetchall())
        for row in spans.overlapping(conn, bucket_id, to_us(start), to_us(end))
    ]
    return [item for *_, item in sorted(found, key=lambda item: item[:2])]


def of_segments(conn: Connection, segment_ids: Iterable[int]) -> list[BucketEvent]:
    """The raw events that segments were made from, in the order of their times."""
    rows = conn.execute(
        "SELECT DISTINCT events.id, time_us, duration_us, data, type FROM segment_events"
        " JOIN events ON events.id = event_id JOIN buckets ON buckets.id = bucket_id"
        " WHERE segment_id IN (SELECT value FROM json_each(?)) ORDER BY time_us, events.id",
        (msgspec.json.encode(list(segment_ids)).decode(),),
    )
    return [BucketEvent(row["type"], _event(row)) for row in rows]


def _put(conn: Connection, bucket_id: str, event: Event) -> Event:
    if event.id is None:  # most are; and so it takes half the time
        done = conn.execute(
            "INSERT INTO events (bucket_id, time_us, duration_us, data) VALUES (?, ?, ?, ?)",
            (bucket_id, to_us(event.timestamp), _duration_us(event), _json(event.data)),
        )
        return Event(event.timestamp, event.duration, event.data, done.lastrowid)
    number = conn.execute(
        "INSERT INTO events (id, bucket_id, time_us, duration_us, data) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET time_us = excluded.time_us,"
        " duration_us = excluded.duration_us, data = excluded.data"
        " WHERE bucket_id = excluded.bucket_id RETURNING id",
        (event.id, bucket_id, to_us(event.timestamp), _duration_us(event), _json(event.data)),
    ).fetchone()
    if number is None:
        raise ValueError(f"event {event.id} belongs to another bucket")
    return msgspec.structs.replace(event, id=number[0])


def _json(data: dict[str, Any]) -> str:
    return msgspec.json.encode(data).decode()


def _duration_us(event: Event) -> int:
    return round(event.duration * 1_000_000)


def _event(row: Row) -> Event:
    return Event(
        timestamp=from_us(row["time_us"]),
        duration=row["duration_us"] / 1_000_000,
        data=msgspec.json.decode(row["data"]),
        id=row["id"],
    )


def _us(time: datetime | None) -> int | None:
    return to_us(time) if time else None


def _bucket(conn: Connection, row: Row) -> BucketRow:
    last = spans.last_end(conn, row["id"])
    return BucketRow(
        Bucket(row["id"], row["type"], row["client"], row["hostname"]),
        from_us(row["created_us"]),
        from_us(last) if last is not None else None,
    )
