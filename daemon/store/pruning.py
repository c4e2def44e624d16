"""Deletes what is old, a little at a time: each function is one small transaction.

When a segment's raw rows go, its facts lose what was typed and seen in it; the sentence, the title
and the place stay, as long as sentences do.
"""

from sqlite3 import Connection

from daemon.store import words

# The facts of a segment whose raw rows are gone; in a text of the user's these quotes are escaped.
THIN = '"user_input":[],"events":[],"event_ids":[]'
THICK = f"instr(facts, '{THIN}') = 0"
SCHEMA = f"CREATE INDEX segments_thick ON segments(end_us) WHERE {THICK}"


def raw(conn: Connection, before_us: int, limit: int) -> int:
    """Delete the raw rows that ended before, those that began first; returns how many."""
    of_each = (
        "SELECT id FROM events AS old WHERE old.bucket_id = buckets.id AND old.time_us < ?1"
        " AND old.end_us < ?1 ORDER BY old.time_us LIMIT ?2"
    )
    return conn.execute(
        "DELETE FROM events WHERE id IN (SELECT events.id FROM buckets"  # noqa: S608 - constants
        f" CROSS JOIN events ON events.id IN ({of_each}) ORDER BY time_us LIMIT ?2)",
        (before_us, limit),
    ).rowcount


def facts(conn: Connection, before_us: int, limit: int) -> int:
    """Take what was typed and seen out of the oldest segments that ended before; returns how many."""
    return conn.execute(
        "UPDATE segments SET facts = json_set(facts, '$.user_input', json('[]'),"  # noqa: S608 - constants
        " '$.events', json('[]'), '$.event_ids', json('[]')) WHERE id IN"
        f" (SELECT id FROM segments WHERE end_us < ? AND {THICK} ORDER BY end_us LIMIT ?)",
        (before_us, limit),
    ).rowcount


def steps_back(conn: Connection, before_us: int) -> int:
    """What a task changed so long ago is not taken back any more: its old clipboard goes."""
    return conn.execute(
        "UPDATE executions SET undo = '[]' WHERE undo != '[]' AND ended_us < ?", (before_us,)
    ).rowcount


def local_ledger(conn: Connection, before_us: int, limit: int) -> int:
    """Delete ledger rows of what never left the machine; returns how many."""
    return conn.execute(
        "DELETE FROM egress WHERE id IN"
        " (SELECT id FROM egress WHERE time_us < ? AND text IS NULL ORDER BY id LIMIT ?)",
        (before_us, limit),
    ).rowcount


def story(conn: Connection, before_us: int, limit: int) -> int:
    """Delete the oldest segments that ended before, with sentences, proposals and answers."""
    return conn.execute(
        "DELETE FROM segments WHERE id IN"
        " (SELECT id FROM segments WHERE end_us < ? ORDER BY id LIMIT ?)",
        (before_us, limit),
    ).rowcount


def rest(conn: Connection, before_us: int) -> int:
    """Delete recordings of which nothing is left, and the whole ledger of that time."""
    conn.execute("DELETE FROM egress WHERE time_us < ?", (before_us,))
    return conn.execute(
        "DELETE FROM sessions WHERE ended_us < ? AND id NOT IN (SELECT session_id FROM segments)",
        (before_us,),
    ).rowcount


def words_left(conn: Connection) -> int:
    """Take the words of deleted sentences out of a part of the index; 0 when none is left in it."""
    return words.merge(conn)
