"""What a fault test counts, the same for all: acknowledged, found, lost; and how often a fault is made.

`make test` makes few faults, `make soak` (`HUNCH_SOAK=1`) many.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

LONG = os.environ.get("HUNCH_SOAK") == "1"
Say = Callable[[str], None]


def times(short: int, long: int) -> int:
    """How often, in the form that runs."""
    return long if LONG else short


def integrity(path: Path) -> str:
    """What `PRAGMA integrity_check` says of a database that nobody uses."""
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


def numbers(path: Path, bucket: str) -> list[int]:
    """The numbers that the events of a bucket carry, as often as they are there."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT json_extract(data, '$.number') FROM events WHERE bucket_id = ?", (bucket,)
        )
        return [row[0] for row in rows]


def balance(acknowledged: Iterable[int], found: Iterable[int]) -> str:
    """One line for a person."""
    promised, there = set(acknowledged), list(found)
    lost, doubled = promised - set(there), len(there) - len(set(there))
    return (
        f"{len(promised):,} acknowledged, {len(promised & set(there)):,} found, "
        f"{len(lost):,} lost, {doubled:,} doubled"
    )
