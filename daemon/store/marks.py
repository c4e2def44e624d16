"""Marks in SQL: a person says that help was, or was not, needed after an observation."""

from datetime import datetime
from sqlite3 import Connection, Row
from typing import Literal

import msgspec

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]

Via = Literal["tray", "cli", "review"]


class MarkRow(msgspec.Struct, frozen=True):
    """One mark: its number, the observation, whether help was needed, who said so where and when."""

    id: int
    observation_id: int
    needed: bool
    via: Via
    time: datetime


def add_mark(
    conn: Connection, observation_id: int, *, needed: bool, via: Via, time: datetime
) -> int:
    """Keep a mark; returns its number."""
    cursor = conn.execute(
        "INSERT INTO marks (observation_id, needed, via, time_us) VALUES (?, ?, ?, ?)",
        (observation_id, needed, via, to_us(time)),
    )
    return int(cursor.lastrowid or 0)


def marks(conn: Connection) -> list[MarkRow]:
    """All marks, oldest first."""
    return [_mark(row) for row in conn.execute("SELECT * FROM marks ORDER BY id")]


def is_graded(conn: Connection, observation_id: int) -> bool:
    """Whether a review has asked about this moment."""
    query = "SELECT 1 FROM marks WHERE observation_id = ? AND via = 'review'"
    return conn.execute(query, (observation_id,)).fetchone() is not None


def newest_missed(conn: Connection) -> int | None:
    """The observation of the newest mark that was not made in a review; None where there is none."""
    row = conn.execute(
        "SELECT observation_id FROM marks WHERE via <> 'review' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def take_back(conn: Connection) -> MarkRow | None:
    """Delete the newest mark that was not made in a review; returns it, or None where there is none."""
    row = conn.execute(
        "DELETE FROM marks WHERE id = (SELECT max(id) FROM marks WHERE via <> 'review') RETURNING *"
    ).fetchone()
    return _mark(row) if row else None


def _mark(row: Row) -> MarkRow:
    return MarkRow(
        row["id"],
        row["observation_id"],
        bool(row["needed"]),
        row["via"],
        from_us(row["time_us"]),
    )
