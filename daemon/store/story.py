"""Sessions, segments and observations in SQL: what was seen, and how it was told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection, Row
from typing import TypeVar

import msgspec

from daemon.store import words
from daemon.store.capture import from_us, to_us
from models.observation import Observation
from models.segment import Moment, Segment

__all__ = ["Connection", "Query"]

T = TypeVar("T")
Query = Callable[[Connection], T]

_MOMENT = (
    "SELECT observations.id, observations.time, event, facts FROM observations"
    " JOIN segments ON segments.id = segment_id"
)
_LOG = (
    "SELECT observations.id, session_id, time_us, end_us, event, source, app, title"
    " FROM observations JOIN segments ON segments.id = segment_id"
)

_NUMBERS = "SELECT observations.id FROM observations JOIN segments ON segments.id = segment_id"
_OF_SESSIONS = "session_id IN (SELECT value FROM json_each(?))"


class SessionRow(msgspec.Struct, frozen=True):
    """One recording.

    Attributes:
        id: Its number.
        started: When it began.
        ended: When it ended; None while it goes on.
        cursor: Up to where its events are cut into segments and told; None before the first.
    """

    id: int
    started: datetime
    ended: datetime | None
    cursor: datetime | None = None


class LogRow(msgspec.Struct, frozen=True):
    """A sentence with its place: number, session, start, seconds, who told it, where."""

    id: int
    session: int
    time: datetime
    duration: float
    event: str
    source: str
    app: str | None
    title: str | None


def start_session(conn: Connection, time: datetime) -> int:
    """Begin a recording; returns its number."""
    cursor = conn.execute("INSERT INTO sessions (started_us) VALUES (?)", (to_us(time),))
    return _id(cursor.lastrowid)


def end_session(conn: Connection, session_id: int, time: datetime) -> None:
    """End a recording."""
    conn.execute("UPDATE sessions SET ended_us = ? WHERE id = ?", (to_us(time), session_id))


def set_cursor(conn: Connection, session_id: int, time: datetime) -> None:
    """Keep up to where a session's events are told."""
    conn.execute("UPDATE sessions SET cursor_us = ? WHERE id = ?", (to_us(time), session_id))


def sessions(conn: Connection) -> list[SessionRow]:
    """All recordings, oldest first."""
    return [_session(row) for row in conn.execute("SELECT * FROM sessions ORDER BY id")]


def open_session(conn: Connection) -> SessionRow | None:
    """The newest recording that was not ended, or None."""
    row = conn.execute(
        "SELECT * FROM sessions WHERE ended_us IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return _session(row) if row else None


def last_segment_end(conn: Connection) -> datetime | None:
    """Where the newest segment ended, or None."""
    row = conn.execute("SELECT max(end_us) FROM segments").fetchone()
    return from_us(row[0]) if row[0] is not None else None


def last_told(conn: Connection, after: datetime) -> int:
    """Number of the newest raw row of the segments that end after a moment; 0 when there is none."""
    row = conn.execute(
        "SELECT max(event_id) FROM segment_events JOIN segments ON segments.id = segment_id"
        " WHERE end_us > ?",
        (to_us(after),),
    ).fetchone()
    return int(row[0] or 0)


def add_segment(conn: Connection, session_id: int, segment: Segment) -> int:
    """Keep a segment and which raw rows it was made from; returns its number."""
    cursor = conn.execute(
        "INSERT INTO segments (session_id, time_us, end_us, app, title, facts)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            session_id,
            to_us(segment.start),
            to_us(segment.end),
            segment.app,
            segment.title,
            msgspec.json.encode(segment).decode(),
        ),
    )
    number = _id(cursor.lastrowid)
    conn.executemany(
        "INSERT OR IGNORE INTO segment_events SELECT ?, id FROM events WHERE id = ?",
        [(number, event_id) for event_id in segment.event_ids],
    )
    return number


def add_observation(
    conn: Connection, segment_id: int, observation: Observation, source: str
) -> int:
    """Keep a segment's sentence and who told it (``rules`` or ``llm:MODEL``); returns its number."""
    cursor = conn.execute(
        "INSERT INTO observations (segment_id, time, event, source) VALUES (?, ?, ?, ?)",
        (segment_id, observation.time, observation.event, source),
    )
    number = _id(cursor.lastrowid)
    words.add(conn, number, observation.event)
    return number


def set_embedding(conn: Connection, observation_id: int, model: str, vector: bytes) -> None:
    """Keep a sentence's vector, made by the encoder named `model`."""
    conn.execute(
        "UPDATE observations SET embedding = ?, embedding_model = ? WHERE id = ?",
        (vector, model, observation_id),
    )


def history(
    conn: Connection, session_id: int | None, limit: int = -1, since: datetime | None = None
) -> list[Moment]:
    """The newest moments of a session (None: of all), oldest first.

    Args:
        conn: The store.
        session_id: Its number.
        limit: At most so many; below zero means all.
        since: Only segments that begin then or later.
    """
    tests = {"session_id = ?": session_id, "time_us >= ?": to_us(since) if since else None}
    rows = conn.execute(*_newest(_MOMENT, tests, limit)).fetchall()
    return [_moment(row) for row in reversed(rows)]


def past(
    conn: Connection, since: datetime | None, until: datetime, limit: int = -1
) -> tuple[list[Moment], list[bytes | None]]:
    """The newest moments of all sessions, oldest first, and their sentences' vectors.

    Args:
        conn: The store.
        since: Only segments that begin then or later; None for ever.
        until: Only segments that began before.
        limit: At most so many; below zero means all.

    Returns:
        The moments, and of each the vector by the encoder that made the newest one; None without one.
    """
    rows = conn.execute(
        "SELECT observations.id, observations.time, event, facts, embedding, embedding_model"
        " FROM segments JOIN observations ON segments.id = segment_id"
        " WHERE time_us >= ? AND time_us < ? ORDER BY time_us DESC, observations.id DESC LIMIT ?",
        (to_us(since) if since else 0, to_us(until), limit),
    ).fetchall()
    encoder = next((row["embedding_model"] for row in rows if row["embedding_model"]), None)
    rows.reverse()
    vectors = [row["embedding"] if row["embedding_model"] == encoder else None for row in rows]
    return [_moment(row) for row in rows], vectors


def observations(
    conn: Connection, session_id: int, *, but: str = ""
) -> Iterator[tuple[int, Observation]]:
    """A session's sentences with their numbers, oldest first, without what they were told from.

    Args:
        conn: The store.
        session_id: Its number.
        but: Leave out segments of this status.
    """
    rows = conn.execute(
        "SELECT observations.id, observations.time, event FROM observations"
        " JOIN segments ON segments.id = segment_id WHERE session_id = ?"
        " AND (?2 = '' OR facts ->> 'status' <> ?2) ORDER BY observations.id",
        (session_id, but),
    )
    return ((row[0], Observation(row[1], row[2])) for row in rows)


def segment_ids(conn: Connection, session_id: int) -> list[int]:
    """Numbers of a session's segments, oldest first."""
    rows = conn.execute("SELECT id FROM segments WHERE session_id = ? ORDER BY id", (session_id,))
    return [row[0] for row in rows]


def newest(conn: Connection, session_ids: Sequence[int], limit: int = -1) -> tuple[int | None, int]:
    """The number of the oldest of the newest sentences of some sessions (none: of all), and how many they are."""
    query, values = _newest(_NUMBERS, {_OF_SESSIONS: _listed(session_ids)}, limit)
    row = conn.execute(f"SELECT min(id), count(*) FROM ({query})", values).fetchone()  # noqa: S608 - constants
    return row[0], row[1]


def log_from(conn: Connection, session_ids: Sequence[int], first: int = 0) -> Iterator[LogRow]:
    """The sentences of some sessions (none: of all) from a number on, in their order, each read as it is taken."""
    listed = _listed(session_ids)
    where = f"{_LOG} WHERE observations.id >= ?" + (f" AND {_OF_SESSIONS}" if listed else "")
    values = (first, listed) if listed else (first,)
    yield from map(_log_row, conn.execute(f"{where} ORDER BY observations.id", values))


def log(
    conn: Connection, session_ids: Sequence[int] | None = None, limit: int = -1
) -> list[LogRow]:
    """The newest sentences of some sessions (None: of all), oldest first."""
    first, _ = newest(conn, session_ids or (), limit)
    return list(log_from(conn, session_ids or (), first)) if first is not None else []


def search(conn: Connection, wanted: Sequence[str], limit: int = -1) -> list[LogRow]:
    """The newest sentences that hold all that is wanted (`words.find`), oldest first."""
    among = "observations.id IN (SELECT value FROM json_each(?))"
    found = msgspec.json.encode(words.find(conn, wanted, limit)).decode()
    rows = conn.execute(*_newest(_LOG, {among: found}, -1)).fetchall()
    return [_log_row(row) for row in reversed(rows)]


def _listed(numbers: Sequence[int]) -> str | None:
    return msgspec.json.encode(list(numbers)).decode() if numbers else None


def _newest(
    select: str, tests: Mapping[str, int | str | None], limit: int
) -> tuple[str, tuple[int | str, ...]]:
    """A query for the newest rows; a test without a value does not stand in it, so that an index is used."""
    given = {test: value for test, value in tests.items() if value is not None}
    where = f" WHERE {' AND '.join(given)}" if given else ""
    order = (
        "+observations.id" if "time_us >= ?" in given else "observations.id"
    )  # sorted, not walked
    return f"{select}{where} ORDER BY {order} DESC LIMIT ?", (*given.values(), limit)


def _id(number: int | None) -> int:
    if number is None:
        raise RuntimeError("the row was not inserted")
    return number


def _session(row: Row) -> SessionRow:
    def time(name: str) -> datetime | None:
        return from_us(row[name]) if row[name] is not None else None

    return SessionRow(row["id"], from_us(row["started_us"]), time("ended_us"), time("cursor_us"))


def _moment(row: Row) -> Moment:
    return Moment(
        row["id"],
        msgspec.json.decode(row["facts"], type=Segment),
        Observation(row["time"], row["event"]),
    )


def _log_row(row: Row) -> LogRow:
    return LogRow(
        id=row["id"],
        session=row["session_id"],
        time=from_us(row["time_us"]),
        duration=(row["end_us"] - row["time_us"]) / 1_000_000,
        event=row["event"],
        source=row["source"],
        app=row["app"],
        title=row["title"],
    )
