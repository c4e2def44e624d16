"""Texts by which a forgetting is proved: some of what goes, and whether what is kept holds them as well."""

import itertools
from collections.abc import Iterator
from sqlite3 import Connection

import msgspec

from daemon.selection import Needle, Selection
from daemon.store import forgetting
from daemon.store.quoting import said

SAMPLES = 12
ROWS = 300  # from which they are taken
SHORTEST = 10
LONGEST = 60


def sample(conn: Connection, selection: Selection) -> list[str]:
    """Distinctive texts of what a selection takes; nothing is changed."""
    conn.execute("BEGIN")
    try:
        if not selection.is_all:
            forgetting.mark(conn, selection)
        texts = sorted(set(_texts(conn, selection)), key=lambda text: (-len(text), text))
    finally:
        conn.execute("ROLLBACK")
    step = max(len(texts) // SAMPLES, 1)
    return texts[::step][:SAMPLES]


def _texts(conn: Connection, selection: Selection) -> Iterator[str]:
    for table, column in (("events", "data"), ("segments", "facts"), ("predictions", "response")):
        chosen = "" if selection.is_all else f"WHERE id IN (SELECT id FROM temp.gone_{table})"  # noqa: S608 - as listed
        rows = conn.execute(
            f"SELECT {column} FROM {table} {chosen} ORDER BY random() LIMIT {ROWS}"  # noqa: S608 - as listed
        )
        for (value,) in map(tuple, rows.fetchall()):
            data = msgspec.json.decode(value) if column != "response" else value
            if column == "facts":
                data = [
                    data["title"],
                    data["url"],
                    *(item["event"]["data"] for item in data["events"]),
                ]
            for text in itertools.islice(said(data), 8):
                if len(text.strip()) >= SHORTEST:
                    yield text.strip()[:LONGEST].strip()


def kept_anyway(conn: Connection, text: str) -> bool:
    """Whether something that is kept holds a text, too."""
    return where(conn, Needle(text)) is not None


def where(conn: Connection, needle: Needle) -> str | None:
    """The table and column that hold a text, in words; None when none does."""
    conn.create_function("holds", 1, lambda value: int(needle.is_in(value)), deterministic=True)
    for table, column in forgetting.columns(conn):
        found = conn.execute(
            f'SELECT 1 FROM "{table}" WHERE holds("{column}") LIMIT 1'  # noqa: S608 - names from the schema
        ).fetchone()
        if found:
            return f"{table}.{column}"
    return None
