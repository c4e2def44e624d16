"""The shape of the store, as numbered steps: appended, never edited.

sqlite-utils' `Migrations` keeps the list of those applied in the file itself.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.errors import HunchError
from daemon.store import pruning, spans, words

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

# Each step, and something that a file has only after it.
MARKS = {
    "0001_first": "buckets",
    "0002_egress": "egress",
    "0003_words": "words",
    "0004_times": "events_long",
    "0005_forwarded": "forwarded",
    "0006_learning": "marks",
    "0007_profile": "profile",
}
NAMES = tuple(MARKS)

FIRST = """
CREATE TABLE buckets (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    client TEXT NOT NULL,
    hostname TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    bucket_id TEXT NOT NULL REFERENCES buckets(id) ON DELETE CASCADE,
    time_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL CHECK (duration_us >= 0),
    end_us INTEGER NOT NULL GENERATED ALWAYS AS (time_us + duration_us) VIRTUAL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events(bucket_id, time_us);
CREATE INDEX events_by_end ON events(end_us);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    started_us INTEGER NOT NULL,
    ended_us INTEGER,
    cursor_us INTEGER
) STRICT;
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    time_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    app TEXT,
    title TEXT,
    facts TEXT NOT NULL
) STRICT;
CREATE INDEX segments_by_session ON segments(session_id, time_us);
CREATE TABLE segment_events (
    segment_id INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    event_id INTEGER NOT NULL REFERENCES events(id) ON DELETE CASCADE,
    PRIMARY KEY (segment_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_events_by_event ON segment_events(event_id);
CREATE TABLE observations (
    id INTEGER PRIMARY KEY,
    segment_id INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    time TEXT NOT NULL,
    event TEXT NOT NULL,
    source TEXT NOT NULL,
    embedding BLOB,
    embedding_model TEXT
) STRICT;
CREATE INDEX observations_by_segment ON observations(segment_id);
CREATE TABLE predictions (
    id INTEGER PRIMARY KEY,
    observation_id INTEGER NOT NULL REFERENCES observations(id) ON DELETE CASCADE,
    task TEXT,
    purpose TEXT NOT NULL,
    thoughts TEXT NOT NULL,
    response TEXT NOT NULL,
    source TEXT NOT NULL,
    skill TEXT,
    arguments TEXT NOT NULL,
    evidence REAL NOT NULL,
    need REAL NOT NULL,
    need_threshold REAL NOT NULL,
    need_model TEXT NOT NULL
) STRICT;
CREATE INDEX predictions_by_observation ON predictions(observation_id);
CREATE TABLE judgements (
    id INTEGER PRIMARY KEY,
    prediction_id INTEGER NOT NULL REFERENCES predictions(id) ON DELETE CASCADE,
    probability REAL NOT NULL,
    threshold REAL NOT NULL,
    model TEXT NOT NULL,
    thought TEXT NOT NULL
) STRICT;
CREATE INDEX judgements_by_prediction ON judgements(prediction_id);
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY,
    prediction_id INTEGER NOT NULL REFERENCES predictions(id) ON DELETE CASCADE,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'shown', 'accepted', 'rejected', 'ignored', 'withdrawn')),
    created_us INTEGER NOT NULL,
    shown_us INTEGER,
    ended_us INTEGER
) STRICT;
CREATE INDEX proposals_by_prediction ON proposals(prediction_id);
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    proposal_id INTEGER NOT NULL REFERENCES proposals(id) ON DELETE CASCADE,
    answer TEXT NOT NULL CHECK (answer IN ('accept', 'reject', 'ignore')),
    via TEXT NOT NULL,
    time_us INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_by_proposal ON answers(proposal_id);
CREATE TABLE executions (
    id INTEGER PRIMARY KEY,
    proposal_id INTEGER NOT NULL REFERENCES proposals(id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'undone')),
    started_us INTEGER NOT NULL,
    ended_us INTEGER,
    result TEXT,
    undo TEXT NOT NULL
) STRICT;
CREATE INDEX executions_by_proposal ON executions(proposal_id);
"""

EGRESS = """
CREATE TABLE egress (
    id INTEGER PRIMARY KEY,
    time_us INTEGER NOT NULL,
    destination TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL,
    text TEXT
) STRICT;
CREATE INDEX egress_by_time ON egress(time_us);
"""

TIMES = """
CREATE INDEX segments_by_time ON segments(time_us);
CREATE INDEX segments_by_end ON segments(end_us);
"""

FORWARDED = (
    """CREATE TABLE forwarded (
    bucket_id TEXT PRIMARY KEY,
    event_id INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    contact_us INTEGER NOT NULL
) STRICT""",
    """CREATE TRIGGER forwarded_back AFTER DELETE ON events BEGIN
    UPDATE forwarded SET duration_us = 9000000000000000000, event_id = coalesce(
        (SELECT id FROM events WHERE +bucket_id = OLD.bucket_id AND id < OLD.id
            ORDER BY id DESC LIMIT 1), 0)
    WHERE bucket_id = OLD.bucket_id AND event_id = OLD.id;
END""",
)

# `shipped` is what the models said before the user's own answers moved it; `vector` a task's
# embedding; `history` the numbers of the observations that were read, as JSON: which they were cannot
# be told from the numbers alone once some of them are forgotten; `prompt` the hash of the template by
# which a language model was asked; `shadow` a proposal that was kept for `hunch review` and never shown.
LEARNING = """
ALTER TABLE predictions ADD COLUMN shipped_need REAL;
ALTER TABLE predictions ADD COLUMN prompt TEXT;
ALTER TABLE predictions ADD COLUMN history TEXT;
ALTER TABLE predictions ADD COLUMN vector BLOB;
ALTER TABLE predictions ADD COLUMN vector_model TEXT;
ALTER TABLE judgements ADD COLUMN shipped REAL;
ALTER TABLE proposals ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0 CHECK (shadow IN (0, 1));
ALTER TABLE proposals ADD COLUMN reason TEXT;
CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    observation_id INTEGER NOT NULL REFERENCES observations(id) ON DELETE CASCADE,
    needed INTEGER NOT NULL CHECK (needed IN (0, 1)),
    via TEXT NOT NULL,
    time_us INTEGER NOT NULL
) STRICT;
CREATE INDEX marks_by_observation ON marks(observation_id);
"""

# Lines that the user wrote of themselves; `hidden`: the key of a learnt habit that is not to be told.
PROFILE = """
CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    time_us INTEGER NOT NULL
) STRICT;
"""


def apply_migrations(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to this program's shape.

    Raises:
        HunchError: A newer program wrote it.
    """
    applied = _applied(connection)
    if unknown := applied - set(NAMES):
        raise HunchError(
            "Newer database",
            f"The database {path} was written by a newer Hunch ({', '.join(sorted(unknown))}): "
            "update this one.",
        )
    if applied == set(NAMES):
        return
    from sqlite_utils import Database  # 20 MB with numpy: only when there is something to do

    _migrations().apply(Database(connection))


def claim(connection: sqlite3.Connection) -> None:
    """Of a recovered file whose list of steps could not be read: those whose marks it has were applied."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if "_sqlite_migrations" in there and not _applied(connection):
        connection.executemany(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hunch', ?, '')",
            [(name,) for name, mark in MARKS.items() if mark in there],
        )


def _applied(connection: sqlite3.Connection) -> set[str]:
    there = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()
    if there is None:
        return set()
    return {row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations")}


def _migrations() -> "Migrations":
    from sqlite_utils import Migrations

    migrations = Migrations("hunch")

    @migrations(name=NAMES[0])
    def first(db: "Database") -> None:
        _execute(db, FIRST)

    @migrations(name=NAMES[1])
    def egress(db: "Database") -> None:
        _execute(db, EGRESS)

    @migrations(name=NAMES[2])
    def sentences(db: "Database") -> None:
        _execute(db, words.SCHEMA)
        words.fill(db.conn)

    @migrations(name=NAMES[3])
    def times(db: "Database") -> None:
        _execute(db, TIMES)
        _execute(db, spans.SCHEMA)
        _execute(db, pruning.SCHEMA)

    @migrations(name=NAMES[4])
    def forwarded(db: "Database") -> None:
        for statement in FORWARDED:  # a trigger has semicolons of its own
            db.conn.execute(statement)

    @migrations(name=NAMES[5])
    def learning(db: "Database") -> None:
        _execute(db, LEARNING)

    @migrations(name=NAMES[6])
    def profile(db: "Database") -> None:
        _execute(db, PROFILE)

    return migrations


def _execute(db: "Database", script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
