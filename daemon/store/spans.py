"""Finds raw events by the time that they take up, without an index of all their ends.

An event of a minute at most that overlaps a moment began in the minute before it, which the index of
beginnings finds. The few that are longer have an index of their ends to themselves (`events_long`), so a
heartbeat that makes an event a little longer writes to no index at all.
"""

from collections.abc import Iterable, Iterator
from sqlite3 import Connection, Row

LONG_US = 60_000_000
EVER_US = 2**62

SCHEMA = f"""
DROP INDEX events_by_end;
CREATE INDEX events_long ON events(bucket_id, end_us) WHERE duration_us > {LONG_US}
"""
_WHOLE = "events.id, time_us, duration_us, data"
_SHORT = "FROM events WHERE bucket_id = ?1 AND time_us BETWEEN ?2 - {long} AND ?3 AND end_us >= ?2"
_LONG = (
    "FROM events INDEXED BY events_long WHERE bucket_id = ?1 AND duration_us > {long}"
    " AND end_us >= ?2 AND time_us < ?2 - {long} AND time_us <= ?3"
)
_PARTS = [part.format(long=LONG_US) for part in (_SHORT, _LONG)]
_EVENTS = (
    " UNION ALL ".join(f"SELECT {_WHOLE} {part}" for part in _PARTS)
    + " ORDER BY time_us DESC, id DESC LIMIT ?4"
)
_COUNT = "SELECT " + " + ".join(f"(SELECT count(*) {part})" for part in _PARTS)
_ALL = (
    "SELECT id, time_us, duration_us, data FROM events WHERE bucket_id = ?"
    " ORDER BY time_us DESC, id DESC LIMIT ?"
)
# The last to begin has ended by then; what ended later is long, or began within a minute before it.
_LAST = f"""
WITH newest(us) AS (
    SELECT time_us FROM events WHERE bucket_id = ?1 AND time_us <= ?2 AND end_us <= ?2
    ORDER BY time_us DESC LIMIT 1
)
SELECT max(end_us) FROM (
    SELECT max(end_us) AS end_us FROM events
    WHERE bucket_id = ?1 AND time_us BETWEEN (SELECT us FROM newest) - {LONG_US} AND ?2 AND end_us <= ?2
    UNION ALL
    SELECT max(end_us) FROM events INDEXED BY events_long
    WHERE bucket_id = ?1 AND duration_us > {LONG_US} AND end_us <= ?2
)
"""  # noqa: S608 - constants


def overlapping(
    conn: Connection, bucket_id: str, start_us: int | None, end_us: int | None, limit: int = -1
) -> Iterable[Row]:
    """A bucket's events that overlap [start, end] (None: without end), newest first; below zero means all."""
    if start_us is None and end_us is None:
        return conn.execute(_ALL, (bucket_id, limit))
    return conn.execute(_EVENTS, (bucket_id, *_bounds(start_us, end_us), limit))


def count(conn: Connection, bucket_id: str, start_us: int | None, end_us: int | None) -> int:
    """How many events of a bucket overlap [start, end]."""
    if start_us is None and end_us is None:
        query, values = "SELECT count(*) FROM events WHERE bucket_id = ?", (bucket_id,)
        return int(conn.execute(query, values).fetchone()[0])
    return int(conn.execute(_COUNT, (bucket_id, *_bounds(start_us, end_us))).fetchone()[0])


def last_end(conn: Connection, bucket_id: str, until_us: int = EVER_US) -> int | None:
    """Where that of a bucket's events ends that ends last, until a moment; None when there is none."""
    found = conn.execute(_LAST, (bucket_id, until_us)).fetchone()[0]
    return int(found) if found is not None else None


def last_ends(conn: Connection, until_us: int = EVER_US) -> Iterator[tuple[str, int]]:
    """The type of each bucket that has an event which ends until a moment, and where its last such ends."""
    for bucket_id, kind in map(tuple, conn.execute("SELECT id, type FROM buckets").fetchall()):
        if (end := last_end(conn, bucket_id, until_us)) is not None:
            yield kind, end


def _bounds(start_us: int | None, end_us: int | None) -> tuple[int, int]:
    """As numbers that SQL can still add to."""
    start = -EVER_US if start_us is None else start_us
    return start, EVER_US if end_us is None else end_us
