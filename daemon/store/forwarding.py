"""How far our watchers' rows were sent to an aw-server, in SQL: a number and a length for each bucket.

What is sent is what is stored: no second copy of it waits anywhere, and what was forgotten meanwhile is
not sent. The number is always that of a row that is there, or 0: a trigger takes it back when its row
goes, so that a number given anew is not passed over.
"""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from daemon.store.capture import from_us, to_us
from watchers.event import Event


class Pending(NamedTuple):
    """What a bucket has to send.

    Attributes:
        grown: The row that was sent last, when it became longer.
        fresh: Rows after it, oldest first.
    """

    grown: Event | None
    fresh: list[Event]


def begin(conn: Connection, bucket_ids: Sequence[str], *, anew: bool) -> None:
    """Send from now on, or go on where it was.

    Args:
        conn: The store.
        bucket_ids: What is sent.
        anew: A bucket that has no place yet begins with its first row: all was just forgotten.
    """
    for bucket_id in bucket_ids:
        conn.execute(
            "INSERT INTO forwarded SELECT ?1, CASE WHEN ?2 THEN 0 ELSE"
            " coalesce((SELECT max(id) FROM events WHERE bucket_id = ?1), 0) END, 0, 0"
            " WHERE NOT EXISTS (SELECT 1 FROM forwarded WHERE bucket_id = ?1)",
            (bucket_id, anew),
        )
    # Of a file that was recovered, or is older than its trigger: never beyond the newest row.
    conn.execute(
        "UPDATE forwarded SET event_id = min(event_id, coalesce((SELECT max(id) FROM events), 0))"
    )


def newest_number(conn: Connection) -> int:
    """The number of the newest row of any bucket; 0 without one."""
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def pending(conn: Connection, bucket_id: str, limit: int, seen: int = 0) -> Pending | None:
    """What is to be sent; None when the bucket has no place."""
    place = conn.execute(
        "SELECT event_id, duration_us FROM forwarded WHERE bucket_id = ?", (bucket_id,)
    ).fetchone()
    if place is None:
        return None
    rows = conn.execute(
        "SELECT id, time_us, duration_us, data FROM events WHERE +bucket_id = ?1 AND id = ?2"
        " UNION ALL SELECT id, time_us, duration_us, data FROM events"
        " WHERE +bucket_id = ?1 AND id > ?3 ORDER BY id LIMIT ?4",
        (bucket_id, place[0], max(place[0], seen), limit + 1),
    ).fetchall()
    grown, fresh = None, []
    for row in rows:
        event = Event(from_us(row[1]), row[2] / 1_000_000, msgspec.json.decode(row[3]), row[0])
        if row[0] > place[0]:
            fresh.append(event)
        elif row[2] > place[1]:
            grown = event
    return Pending(grown, fresh)


def reached(conn: Connection, bucket_id: str, event: Event, sent_s: float, now: datetime) -> None:
    """This event was sent, so long as it was then."""
    conn.execute(
        "UPDATE forwarded SET event_id = ?, duration_us = ?, contact_us = ? WHERE bucket_id = ?"
        " AND EXISTS (SELECT 1 FROM events WHERE id = ?)",
        (event.id, round(sent_s * 1_000_000), to_us(now), bucket_id, event.id),
    )


def met(conn: Connection, now: datetime) -> None:
    """An aw-server answers."""
    conn.execute("UPDATE forwarded SET contact_us = ?", (to_us(now),))


def last_contact(conn: Connection) -> datetime | None:
    """When an aw-server last took something; None when none ever did."""
    row = conn.execute("SELECT max(contact_us) FROM forwarded").fetchone()
    return from_us(row[0]) if row[0] else None
