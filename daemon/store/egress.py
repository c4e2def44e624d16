"""The egress ledger in SQL: what was handed to a model outside the daemon's own process."""

from datetime import datetime
from sqlite3 import Connection, Row

import msgspec

from daemon.store.capture import from_us, to_us


class EgressRow(msgspec.Struct, frozen=True):
    """One handing over.

    Attributes:
        id: Its number.
        time: When.
        destination: To whom: ``model worker``, or a server's address.
        purpose: What for: ``describe``, ``need``, ``judge``, ``predict``.
        bytes: How much.
        first: What was handed over was seen from here on …
        last: … until here.
        text: The words themselves, where they left this machine; None where they went to a process
            of Hunch on it, which gets what the store holds of that stretch.
    """

    id: int
    time: datetime
    destination: str
    purpose: str
    bytes: int
    first: datetime
    last: datetime
    text: str | None = None


class EgressTotal(msgspec.Struct, frozen=True):
    """All that one destination got."""

    destination: str
    count: int
    bytes: int


def add(conn: Connection, row: EgressRow) -> None:
    """Write down a handing over; its number is given by the store."""
    conn.execute(
        "INSERT INTO egress (time_us, destination, purpose, bytes, first_us, last_us, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            to_us(row.time),
            row.destination,
            row.purpose,
            row.bytes,
            to_us(row.first),
            to_us(row.last),
            row.text,
        ),
    )


def newest(conn: Connection, limit: int = -1) -> list[EgressRow]:
    """The newest rows, oldest first; a negative limit means all."""
    rows = conn.execute("SELECT * FROM egress ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
    return [_row(row) for row in reversed(rows)]


def one(conn: Connection, number: int) -> EgressRow | None:
    """One row, or None."""
    row = conn.execute("SELECT * FROM egress WHERE id = ?", (number,)).fetchone()
    return _row(row) if row else None


def totals(conn: Connection) -> list[EgressTotal]:
    """What each destination got in all."""
    rows = conn.execute(
        "SELECT destination, count(*) AS n, sum(bytes) AS size FROM egress"
        " GROUP BY destination ORDER BY destination"
    )
    return [EgressTotal(row["destination"], row["n"], row["size"]) for row in rows]


def told_between(conn: Connection, first: datetime, last: datetime) -> list[str]:
    """The sentences of what was seen in a stretch, oldest first: what a row without text handed over."""
    rows = conn.execute(
        "SELECT event FROM observations JOIN segments ON segments.id = segment_id"
        " WHERE time_us BETWEEN ? AND ? ORDER BY time_us, observations.id",
        (to_us(first), to_us(last)),
    )
    return [row["event"] for row in rows]


def _row(row: Row) -> EgressRow:
    return EgressRow(
        id=row["id"],
        time=from_us(row["time_us"]),
        destination=row["destination"],
        purpose=row["purpose"],
        bytes=row["bytes"],
        first=from_us(row["first_us"]),
        last=from_us(row["last_us"]),
        text=row["text"],
    )
