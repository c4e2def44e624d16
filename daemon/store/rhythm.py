"""When the user typed, in SQL: times alone; what was typed is not read."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]

WEEK = timedelta(days=7)
RUNS = 5000  # newest; at most so many are read, some 20 ms


def typed_runs(conn: Connection, now: datetime) -> list[tuple[datetime, datetime]]:
    """Begin and end of the newest typed runs of the last week, oldest first."""
    rows = conn.execute(
        "SELECT time_us, time_us + duration_us FROM events"
        " WHERE bucket_id IN (SELECT id FROM buckets WHERE type = 'os.hid.input')"
        " AND time_us >= ? AND data ->> 'from' = 'keyboard' ORDER BY time_us DESC LIMIT ?",
        (to_us(now - WEEK), RUNS),
    )
    return [(from_us(begin), from_us(end)) for begin, end in map(tuple, rows.fetchall()[::-1])]
