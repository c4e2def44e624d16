"""Finds what is kept and quotes what goes: a sentence names the window before it, a task what was typed.

Works on the temporary tables of `daemon.store.forgetting`.
"""

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from sqlite3 import Connection, Row
from typing import Any, NamedTuple

import msgspec

REACH = 16  # sentences: as far as the models look back (daemon.stages.CONTEXT)
# A summary looks back over a day, `daemon.skills.resume` over four; what these said, the model is told for
# another day (`daemon.recall.LATELY`).
BACK_US = 5 * 86_400_000_000
SHORTEST = 6  # shorter words are nobody's
LONGEST = 24  # sentences cut what they quote
OWN = frozenset(("type", "from", "status", "source", "cause", "action", "kind", "format"))
_BETWEEN = re.compile(r"\W+")

_TOLD = (
    "SELECT observations.id, segment_id, segments.time_us, event, app, title, facts,"
    " segment_id IN (SELECT id FROM temp.gone_segments) AS gone"
    " FROM observations JOIN segments ON segments.id = segment_id ORDER BY observations.id"
)
_TASKS = (
    "SELECT predictions.id, task, purpose, thoughts, response, arguments,"
    " (SELECT group_concat(result || undo) FROM executions"
    "  JOIN proposals ON proposals.id = proposal_id WHERE prediction_id = predictions.id) AS done"
    " FROM predictions WHERE observation_id = ? AND task IS NOT NULL"
)


class _Gone(NamedTuple):
    """A segment that goes: its place in the row of sentences, its time, what it could be quoted by."""

    place: int
    time_us: int
    words: frozenset[str]


def mark_quoting(conn: Connection, *, apps: bool) -> None:
    """Mark sentences and tasks that quote what is marked already.

    Args:
        conn: The store, in the transaction that marked it.
        apps: A quoted application's name counts as well.
    """
    if not conn.execute("SELECT 1 FROM temp.gone_segments LIMIT 1").fetchone():
        return
    segments: list[int] = []
    predictions: list[int] = []
    gone: deque[_Gone] = deque()
    for place, row in enumerate(conn.execute(_TOLD)):
        while gone and row["time_us"] - gone[0].time_us > BACK_US:
            gone.popleft()
        if row["gone"]:
            gone.append(_Gone(place, row["time_us"], _quotable(row, apps=apps)))
        elif gone:
            own = _plain(f"{row['facts']} {row['app']}")
            if _quotes(row["event"], _near(gone, place), own):
                segments.append(row["segment_id"])
            else:
                predictions += _tasks(conn, row["id"], gone, own)
    _mark(conn, "gone_segments", segments)
    _mark(conn, "gone_predictions", predictions)


def _mark(conn: Connection, table: str, numbers: list[int]) -> None:
    rows = ((number,) for number in numbers)
    conn.executemany(f"INSERT OR IGNORE INTO temp.{table} VALUES (?)", rows)  # noqa: S608 - as above


def _near(gone: deque[_Gone], place: int) -> list[_Gone]:
    """What went shortly before a place."""
    return list(itertools.takewhile(lambda item: place - item.place <= REACH, reversed(gone)))


def _tasks(conn: Connection, observation: int, gone: Iterable[_Gone], own: str) -> list[int]:
    """Tasks after a sentence that is kept which quote what went within some days."""
    rows = conn.execute(_TASKS, (observation,)).fetchall()
    words = [(row["id"], " ".join(str(part) for part in tuple(row)[1:])) for row in rows]
    return [number for number, text in words if _quotes(text, gone, own)]


def _quotes(text: str, gone: Iterable[_Gone], own: str) -> bool:
    """Whether a text has words of what was removed that its own segment does not have."""
    plain = _plain(text)
    return any(word in plain and word not in own for item in gone for word in item.words)


def _quotable(row: Row, *, apps: bool) -> frozenset[str]:
    facts = msgspec.json.decode(row["facts"])
    inputs = (item.get("data") for item in facts["user_input"])
    seen = (text for item in facts["events"] for text in said(item["event"]["data"]))
    texts = [row["title"], facts["url"], facts["file"], *seen]
    texts += [text for text in inputs if isinstance(text, str)]
    found = (_plain(text).strip()[:LONGEST].strip() for text in texts if text)
    words = frozenset(text for text in found if len(text) >= SHORTEST)
    return words | {_plain(row["app"])} if apps and row["app"] else words


def _plain(text: str) -> str:
    """Its words in lower case, a space around each: so a short name is found as a word alone."""
    return f" {_BETWEEN.sub(' ', text.casefold())} "


def said(data: Any) -> Iterator[str]:
    """The texts of an event's data, without the words that Hunch itself uses in it."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, part in data.items():
            if key not in OWN:
                yield from said(part)
    elif isinstance(data, list):
        for part in data:
            yield from said(part)
