"""Finds and deletes the rows that a selection takes, with all that was made from them.

A raw row goes when it falls under the selection; a state that held across its border (a window, a page)
is shortened to what lies outside. A segment goes with its sentence when it falls under the selection
itself, when one of its rows goes, or when it quotes what goes; with a sentence go its predictions,
judgements, proposals, answers and executions. One transaction, which the caller begins and ends.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from sqlite3 import Connection

import msgspec

from daemon.selection import Needle, Selection
from daemon.store import habits
from daemon.store.capture import to_us
from daemon.store.quoting import mark_quoting, said

STATES = ("currentwindow", "afkstatus", "coverage.gap", "web.tab.current", "app.editor.activity")
APART = (
    "currentwindow",
    "afkstatus",
    "coverage.gap",
)  # tell of an application by themselves or not at all
SLACK_US = 2_000_000  # a row may be told a little before the window that it belongs to
LATEST_US = 2**62
KINDS = {
    "raw rows": "events",
    "sentences": "observations",
    "predictions": "predictions",
    "proposals": "proposals",
    "answers": "answers",
    "marks": "marks",
    "executions": "executions",
    "ledger rows": "egress",
    "profile lines": "profile",
}
_MARKS = ("gone_events", "gone_segments", "gone_predictions", "gone_egress")
_states = ", ".join(f"'{name}'" for name in STATES)
_apart = ", ".join(f"'{name}'" for name in APART)


def delete(conn: Connection, selection: Selection, now: datetime) -> dict[str, int]:
    """Delete what a selection takes; returns how many rows of each kind went."""
    before = counts(conn)
    if selection.is_all:
        _delete_all(conn, now)
    else:
        mark(conn, selection)
        _delete_marked(conn)
        _shorten(conn, selection)
        _delete_lines(conn, selection)
        _delete_elsewhere(conn, selection)
        _delete_sessions(conn, selection, now)
    after = counts(conn)
    return {kind: before[kind] - after[kind] for kind in before}


def counts(conn: Connection) -> dict[str, int]:
    """How many rows of each kind there are."""
    return {
        kind: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - of KINDS
        for kind, table in KINDS.items()
    }


def mark(conn: Connection, selection: Selection) -> None:
    """Write the numbers of all that a selection takes into temporary tables."""
    for table in _MARKS:
        conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
        conn.execute(f"DELETE FROM temp.{table}")  # noqa: S608 - of _MARKS
    if selection.text is not None:
        _mark_text(conn, Needle(selection.text))
    elif selection.app is not None:
        _mark_app(conn, selection.app.casefold())
    else:
        _mark_time(conn, *_span(selection))
    _mark_made_from_gone(conn)
    if selection.text is None:
        mark_quoting(conn, apps=selection.app is not None)


def columns(conn: Connection) -> Iterator[tuple[str, str]]:
    """Every table's columns of text, but for the list of migrations."""
    names = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '_sqlite_%'"
    ).fetchall()
    for (table,) in names:
        for row in conn.execute(f'PRAGMA table_xinfo("{table}")').fetchall():
            if row[2].upper() in ("TEXT", "ANY"):
                yield table, row[1]


def _span(selection: Selection) -> tuple[int, int]:
    since = to_us(selection.since) if selection.since else -LATEST_US
    return since, to_us(selection.before) if selection.before else LATEST_US


def _mark_time(conn: Connection, since: int, until: int) -> None:
    span = {"since": since, "until": until}
    conn.execute(
        "INSERT INTO temp.gone_events SELECT events.id FROM events"  # noqa: S608 - constants
        " JOIN buckets ON buckets.id = bucket_id"
        " WHERE end_us >= :since AND time_us < :until AND NOT (type IN"
        f" ({_states}) AND (time_us < :since OR end_us > :until))",
        span,
    )
    conn.execute(
        "INSERT INTO temp.gone_segments SELECT id FROM segments"
        " WHERE end_us >= :since AND time_us < :until",
        span,
    )
    conn.execute(
        "INSERT INTO temp.gone_egress SELECT id FROM egress"
        " WHERE (last_us >= :since AND first_us < :until) OR time_us BETWEEN :since AND :until",
        span,
    )


def _shorten(conn: Connection, selection: Selection) -> None:
    """Of a state that began before, or goes on after, keep what lies outside of the stretch."""
    since, until = _span(selection)
    of_states = f"bucket_id IN (SELECT id FROM buckets WHERE type IN ({_states}))"  # noqa: S608 - constants
    if selection.since is not None:
        conn.execute(
            f"UPDATE events SET duration_us = ?1 - time_us WHERE end_us >= ?1 AND {of_states}",  # noqa: S608 - constants
            (since,),
        )
    if selection.before is not None:
        conn.execute(
            "UPDATE events SET duration_us = end_us - ?1, time_us = ?1"  # noqa: S608 - constants
            f" WHERE time_us < ?1 AND {of_states}",
            (until,),
        )


def _mark_text(conn: Connection, needle: Needle) -> None:
    _function(conn, needle.is_in)
    conn.create_function("says", 1, lambda data: int(_says(needle, data)), deterministic=True)
    conn.execute("INSERT INTO temp.gone_events SELECT id FROM events WHERE says(data)")
    conn.execute(
        "INSERT INTO temp.gone_segments SELECT id FROM segments"
        " WHERE says(facts) OR holds(title) OR holds(app) UNION"
        " SELECT segment_id FROM observations JOIN words ON words.rowid = observations.id"
        " WHERE holds(event) OR holds(words.text)"
    )
    conn.execute(
        "INSERT INTO temp.gone_predictions SELECT id FROM predictions WHERE holds(task)"
        " OR holds(purpose) OR holds(thoughts) OR holds(response) OR says(arguments) UNION"
        " SELECT prediction_id FROM judgements WHERE holds(thought) UNION"
        " SELECT prediction_id FROM proposals JOIN executions ON proposal_id = proposals.id"
        " WHERE holds(result) OR says(undo)"
    )
    conn.execute("INSERT INTO temp.gone_egress SELECT id FROM egress WHERE holds(text)")


def _says(needle: Needle, data: str) -> bool:
    """Whether JSON holds it in what was seen, and not as a word of Hunch's own."""
    return needle.is_in(data) and any(
        needle.is_in(text) for text in said(msgspec.json.decode(data))
    )


def _mark_app(conn: Connection, part: str) -> None:
    _function(conn, lambda name: isinstance(name, str) and part in name.casefold())
    conn.execute(
        "INSERT INTO temp.gone_events SELECT id FROM events"
        " WHERE holds(json_extract(data, '$.app'))"
    )
    conn.execute("INSERT INTO temp.gone_segments SELECT id FROM segments WHERE holds(app)")
    stretches = conn.execute(
        "SELECT time_us, end_us FROM events JOIN temp.gone_events USING (id)"
        " JOIN buckets ON buckets.id = bucket_id WHERE type = 'currentwindow'"
        " UNION SELECT time_us, end_us FROM segments JOIN temp.gone_segments USING (id)"
    ).fetchall()
    others = conn.execute(
        f"SELECT id FROM buckets WHERE type NOT IN ({_apart})"  # noqa: S608 - constants
    ).fetchall()
    conn.executemany(
        "INSERT OR IGNORE INTO temp.gone_events SELECT id FROM events"
        " WHERE bucket_id = ? AND time_us BETWEEN ? AND ?",
        (
            (bucket, start - SLACK_US, end)
            for start, end in map(tuple, stretches)
            for (bucket,) in others
        ),
    )
    conn.execute(
        "INSERT INTO temp.gone_egress SELECT DISTINCT egress.id FROM egress"
        " JOIN segments ON first_us <= end_us AND last_us >= segments.time_us"
        " JOIN temp.gone_segments ON gone_segments.id = segments.id WHERE text IS NOT NULL"
    )


def _mark_made_from_gone(conn: Connection) -> None:
    """Segments of which a raw row goes; a state counts where it shows in the segment's own facts."""
    conn.execute(
        "INSERT OR IGNORE INTO temp.gone_segments SELECT segment_id FROM segment_events"  # noqa: S608 - constants
        " JOIN temp.gone_events ON gone_events.id = event_id JOIN events ON events.id = event_id"
        " JOIN buckets ON buckets.id = bucket_id JOIN segments ON segments.id = segment_id"
        f" WHERE type NOT IN ({_states})"
        " OR (events.time_us <= segments.end_us AND events.end_us >= segments.time_us AND"
        " coalesce(json_extract(data, '$.title'), json_extract(data, '$.file'))"
        " IN (segments.title, json_extract(facts, '$.file')))"
    )


def _delete_marked(conn: Connection) -> None:
    for table in ("events", "segments", "predictions", "egress"):
        conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM temp.gone_{table})"  # noqa: S608 - as listed
        )
    for table in _MARKS:
        conn.execute(f"DELETE FROM temp.{table}")  # noqa: S608 - of _MARKS


def _delete_lines(conn: Connection, selection: Selection) -> None:
    """Of the profile, what was said in that time or holds the text; and what nothing says any more."""
    since, until = _span(selection)
    needle = Needle(selection.text or selection.app or "")
    for line in habits.lines(conn):
        if selection.text is None and selection.app is None:
            gone = since <= to_us(line.time) < until
        else:
            gone = needle.is_in(line.text)
        if gone:
            habits.delete_line(conn, line.id)
    habits.delete_groundless(conn)


def _delete_elsewhere(conn: Connection, selection: Selection) -> None:
    """A text goes from every table that is not listed here as well."""
    if selection.text is None:
        return
    for table, column in columns(conn):
        if table not in (
            *KINDS.values(),
            "buckets",
            "sessions",
            "segments",
            "judgements",
            "forwarded",
        ):
            conn.execute(f'DELETE FROM "{table}" WHERE holds("{column}")')  # noqa: S608 - names from the schema


def _delete_sessions(conn: Connection, selection: Selection, now: datetime) -> None:
    """Recordings of which nothing is left; one that goes on begins now."""
    since, until = _span(selection)
    if selection.since is None and selection.before is None:
        return
    empty = "id NOT IN (SELECT session_id FROM segments)"
    conn.execute(
        f"DELETE FROM sessions WHERE {empty} AND started_us >= ? AND ended_us < ?",  # noqa: S608 - constants
        (since, until),
    )
    conn.execute(
        f"UPDATE sessions SET started_us = ?1 WHERE ended_us IS NULL AND {empty}"  # noqa: S608 - constants
        " AND started_us BETWEEN ?2 AND ?1",
        (to_us(now), since),
    )


def _delete_all(conn: Connection, now: datetime) -> None:
    for table in dict.fromkeys(table for table, _ in columns(conn)):
        if table != "buckets":
            conn.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names from the schema
    conn.execute("DELETE FROM sessions WHERE ended_us IS NOT NULL")
    conn.execute("UPDATE sessions SET started_us = ?1, cursor_us = ?1", (to_us(now),))


def _function(conn: Connection, test: Callable[[object], bool]) -> None:
    conn.create_function("holds", 1, lambda value: int(test(value)), deterministic=True)
