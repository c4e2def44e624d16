"""Finds what is kept and quotes what goes: a sentence names the window before it, a task what was typed.

Works on the temporary tables of `daemon.store.forgetting`.
"""

import itertools
from collections import deque
from collections.abc import Iterator
from sqlite3 import Connection, Row
from typing import Any

import msgspec

REACH = 16  # sentences: as far as the models look back (daemon.stages.CONTEXT)
DAY_US = 86_400_000_000  # a summary looks back over a day
SHORTEST = 6  # shorter words are nobody's
LONGEST = 24  # sentences cut what they quote
OWN = frozenset(("type", "from", "status", "source", "cause", "action", "kind", "format"))

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


def mark_quoting(conn: Connection) -> None:
    """Mark sentences and tasks that quote what is marked already."""
    if not conn.execute("SELECT 1 FROM temp.gone_segments LIMIT 1").fetchone():
        return
    segments, predictions = _quoting(conn)
    conn.executemany("INSERT OR IGNORE INTO temp.gone_segments VALUES (?)", segments)
    conn.executemany("INSERT OR IGNORE INTO temp.gone_predictions VALUES (?)", predictions)


def _quoting(conn: Connection) -> tuple[list[tuple[int]], list[tuple[int]]]:
    segments: list[tuple[int]] = []
    predictions: list[tuple[int]] = []
    gone: deque[tuple[int, int, frozenset[str]]] = (
        deque()
    )  # place, time, what it could be quoted by
    for place, row in enumerate(conn.execute(_TOLD)):
        while gone and row["time_us"] - gone[0][1] > DAY_US:
            gone.popleft()
        if row["gone"]:
            gone.append((place, row["time_us"], _quotable(row)))
            continue
        if not gone:
            continue
        own = f"{row['facts']} {row['app']}".casefold()
        latest = itertools.takewhile(lambda item: place - item[0] <= REACH, reversed(gone))  # noqa: B023 - used at once
        near = [words for _, _, words in latest]
        if _quotes(row["event"], near, own):
            segments.append((row["segment_id"],))
            continue
        every = [words for _, _, words in gone]
        predictions += [
            (task["id"],)
            for task in conn.execute(_TASKS, (row["id"],)).fetchall()
            if _quotes(" ".join(str(part) for part in tuple(task)[1:]), every, own)
        ]
    return segments, predictions


def _quotes(text: str, removed: list[frozenset[str]], own: str) -> bool:
    """Whether a text has words of what was removed that its own segment does not have."""
    folded = text.casefold()
    return any(word in folded and word not in own for words in removed for word in words)


def _quotable(row: Row) -> frozenset[str]:
    facts = msgspec.json.decode(row["facts"])
    inputs = (item.get("data") for item in facts["user_input"])
    seen = (text for item in facts["events"] for text in said(item["event"]["data"]))
    texts = [row["app"], row["title"], facts["url"], facts["file"], *seen]
    texts += [text for text in inputs if isinstance(text, str)]
    found = (text.strip().casefold()[:LONGEST].strip() for text in texts if text)
    return frozenset(text for text in found if len(text) >= SHORTEST)


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
