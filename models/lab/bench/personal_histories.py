"""Real people's answers to a code assistant (coderec): what they were shown, and what became of it.

Reads `telemetry.jsonl.gz`, one row a state. A suggestion is answered by the next Accepted or
Rejected of its user. Numbers are those known when it was shown; `label`, which the person gave
afterwards, is left alone.
"""

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from models.trace import TraceError, read_lines

NAMES = ("telemetry.jsonl.gz", "telemetry.jsonl")
SUGGESTION, CONTEXT = 300, 150  # characters that are read of each


class State(msgspec.Struct, frozen=True):
    """One row of the telemetry."""

    user: int | str
    time: datetime
    state: str
    hidden: str = ""
    measurements: dict[str, float | None] | None = None
    suggestion: str = ""
    context: str = ""


class Shown(NamedTuple):
    """An answered suggestion.

    Attributes:
        user: Whose.
        numbers: Of the moment and the suggestion, by name.
        suggestion: Its first characters.
        context: The last characters before it.
        said: Whether it was accepted.
    """

    user: str
    numbers: dict[str, float]
    suggestion: str
    context: str
    said: bool


def histories(folder: Path) -> list[Shown]:
    """All answered suggestions, person by person, each person's in order.

    Raises:
        TraceError: There is no such file, it is not of its format, or nothing in it was answered.
    """
    path = find(folder)
    if path is None:
        raise TraceError(f"{folder} holds no accept and reject history: it should have {NAMES[0]}.")
    users: dict[str, list[State]] = {}
    for row in read_lines(path, State):
        users.setdefault(str(row.user), []).append(row)
    shown = [item for user, rows in users.items() for item in _answered(user, rows)]
    if len({item.user for item in shown}) < 2:
        raise TraceError(
            f"{path} has the answers of fewer than two people: there is no one to learn from."
        )
    return shown


def find(folder: Path) -> Path | None:
    """The file of histories in a folder, in its `coderec`, or in the `coderec` beside it."""
    places = (folder, folder / "coderec", folder.parent / "coderec")
    return next((file for place in places if (file := file_in(place))), None)


def file_in(folder: Path) -> Path | None:
    """The file of histories in this very folder."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def _answered(user: str, rows: Sequence[State]) -> Iterator[Shown]:
    open_row: State | None = None
    before: str | None = None
    last: float | None = None
    for row in rows:
        if row.state == "Shown":
            open_row = row
        elif row.state in ("Accepted", "Rejected") and open_row is not None:
            text = open_row.suggestion.strip('"')
            context = open_row.context.strip('"')
            numbers = _numbers(open_row, text, context, before, last)
            numbers["age"] = math.log1p(max(_since(open_row, rows[0]), 0.0)) / 8
            said = row.state == "Accepted"
            yield Shown(user, numbers, text[:SUGGESTION] or " ", context[-CONTEXT:] or " ", said)
            before, last, open_row = text, row.time.timestamp(), None


def _since(row: State, first: State) -> float:
    return (row.time - first.time).total_seconds()


def _numbers(
    row: State, text: str, context: str, before: str | None, last: float | None
) -> dict[str, float]:
    given = row.measurements or {}

    def known(name: str, default: float = 0.0) -> float:
        value = given.get(name)
        return default if value is None else float(value)

    lines = text.replace("\\n", "\n")
    gap = 0.5 if last is None else math.log1p(max(row.time.timestamp() - last, 0.0)) / 4
    same = difflib.SequenceMatcher(None, text[:120], before[:120]).ratio() if before else 0.0
    return {
        "confidence": known("confidence", 0.5),
        "log probability": max(known("meanLogProb", -0.5), -3.0),
        "tokens": math.log1p(known("numTokens")),
        "lines": math.log1p(known("numLines")),
        "characters": math.log1p(known("compCharLen", len(text))),
        "document": math.log1p(known("documentLength")) / 5,
        "issued": math.log1p(max(known("timeSinceIssuedMs"), 0.0)) / 5,
        "typing": float(row.hidden == "UserTyping"),
        "paused": float(row.hidden == "UserPaused"),
        "gap": gap,
        "comment": float(lines.lstrip().startswith(("#", '"""', "'"))),
        "prints": float("print" in text),
        "defines": float(any(word in text for word in ("def ", "class ", "import "))),
        "calls": float("(" in text),
        "many lines": float("\n" in lines.strip()),
        "after a line": float(context.rstrip(" ").endswith("\\n")),
        "after a comment": float("#" in context[-60:]),
        "inside a word": float(bool(re.search(r"[A-Za-z0-9_]$", context))),
        "like the last": same,
        "in the context": float(text[:25].strip() != "" and text[:25] in context),
    }
