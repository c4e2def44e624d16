"""Finds sentences by what stands in them: an FTS5 table of their texts, made plain, cut into threes of letters.

Threes (FTS5's trigram tokenizer) find any part of a word in any script, Chinese and Thai too, where words
begin and end nowhere. A pattern goes to it as LIKE, which has no syntax that could be wrong; one of fewer
than three letters reads the plain texts, 25 ms over a year. The numbers of rows are all that an entry
holds (`detail=none`): a third of the bytes of places, which LIKE does not need.

A text comes in with its sentence (`add`: SQL cannot make it plain) and goes by a trigger, however its
sentence goes. What stays of it in the index is a mark of deletion, until `merge` has written the index anew.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from sqlite3 import Connection

import msgspec

TABLE = "words"
SCHEMA = """
CREATE VIRTUAL TABLE words USING fts5(text, detail=none, columnsize=0, tokenize='trigram');
CREATE TRIGGER words_go AFTER DELETE ON observations BEGIN
    DELETE FROM words WHERE rowid = old.id; END
"""
SHORTEST = 3  # letters that the index can look up
INDEXED = "text LIKE ?"
MOST = 8  # patterns that the index is asked for; the others are looked for in what it finds
LONGEST = 200  # letters of one of them
PAGES = 64  # written in a step of merging: some 20 ms
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_WILD = re.compile("[%_]")
_PARTS = re.compile(r'"([^"]+)"|(\S+)')


def plain(text: str) -> str:
    """A text without what a search passes over: case, accents, width, the number of blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = unicodedata.normalize("NFC", text.translate(_ACCENTS))
    return " ".join(
        text.lower().replace("\0", " ").split()
    )  # FTS5 dies of a pattern that ends in it


def add(conn: Connection, number: int, text: str) -> None:
    """Let a sentence be found."""
    conn.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, plain(text)))


def fill(conn: Connection) -> None:
    """Let all sentences be found that were there before the table."""
    rows = conn.execute("SELECT id, event FROM observations ORDER BY id")
    conn.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)", ((row[0], plain(row[1])) for row in rows)
    )


def find(conn: Connection, wanted: Sequence[str], limit: int = -1) -> list[int]:
    """Numbers of the newest sentences that hold all that is wanted, oldest first.

    Args:
        conn: The store.
        wanted: Words or parts of them; what has blanks in it, or stands in quotes, is looked for as it is.
        limit: At most so many; below zero means all.
    """
    parts = sorted(set(_parts(wanted)), key=lambda part: (-len(part), part))
    tests = [test for part in parts[:MOST] for test in _tests(part)]
    if more := parts[MOST:]:
        listed = msgspec.json.encode(more).decode()
        tests.append(
            ("NOT EXISTS (SELECT 1 FROM json_each(?) WHERE NOT instr(text, value))", listed)
        )
    where = f"WHERE {' AND '.join(test for test, _ in tests)}" if tests else ""
    asked = any(test == INDEXED for test, _ in tests)
    texts = (
        "words" if asked else "(SELECT id AS rowid, c0 AS text FROM words_content)"
    )  # as they lie
    rows = conn.execute(
        f"SELECT rowid FROM {texts} {where} ORDER BY rowid DESC LIMIT ?",  # noqa: S608 - constants
        (*(value for _, value in tests), limit),
    ).fetchall()
    return [row[0] for row in reversed(rows)]


def merge(conn: Connection) -> int:
    """Write a part of the index anew without what was deleted; 0 when nothing is left to do."""
    before = conn.total_changes
    conn.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-PAGES,))
    changed = conn.total_changes - before
    return (
        changed if changed > 1 else 0
    )  # one is the command itself (sqlite.org/fts5.html, "merge")


def clean(conn: Connection) -> None:
    """Write the whole index anew without what was deleted."""
    conn.execute("INSERT INTO words (words) VALUES ('optimize')")


def _parts(wanted: Sequence[str]) -> Iterator[str]:
    for word in wanted:
        sayable = word.encode("utf-8", "replace").decode()
        quoted = _PARTS.findall(sayable) if '"' in sayable else [(sayable, "")]
        yield from filter(None, (plain(phrase or single) for phrase, single in quoted))


def _tests(part: str) -> Iterator[tuple[str, str]]:
    """What a text has to pass to hold a part, in SQL.

    The index is asked for letters alone, three at least: with fewer, SQLite 3.40 finds nothing, or dies
    (it counts bytes). The plus keeps it from being asked.
    """
    run = max(_WILD.split(part), key=len)[:LONGEST]
    if len(run) >= SHORTEST:
        yield INDEXED, f"%{run}%"
    if run != part:
        yield "instr(text, ?)", part
    elif len(run) < SHORTEST:
        yield "+text LIKE ?", f"%{run}%"
