"""Made-up things to be seen, for the bench: sentences as long as a day's, and segments no two of which ask the same."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from models.facts import facts
from models.masked import masked
from models.observation import Observation
from models.segment import BucketEvent, Segment
from watchers.event import Event

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
APART_S = 30.0
SENTENCES = (
    "The user searches for 'ruby split string by comma {n}' on Google in Chromium.",
    "The user switches to Visual Studio Code and opens the file 'report_{n}.py'.",
    "The user types 'def total(rows, rate={n}):' into 'report.py' in Visual Studio Code.",
    "The user runs 'pytest -q tests/test_report.py -k case_{n}' in XTerm.",
    "The user copies the error \"TypeError: unsupported operand type(s) for +: 'int' and 'str'\""
    " of line {n} in XTerm.",
    "The user scrolls through the page 'How do I read a large CSV file in pieces? ({n} answers)' in"
    " Chromium.",
    "The user clicks on the link 'pandas.read_csv, pandas {n} documentation' in Chromium.",
    "The user saves 'report.py'.",
)
WINDOWS = (
    ("Mousepad", "notes_{n}.txt - Mousepad"),
    ("Code", "report_{n}.py - work - Visual Studio Code"),
    ("Chromium", "Reading files in pieces ({n}) - Chromium"),
)
Input = dict[str, Any]


def _typed(number: int, words: str = "row {n} of the table") -> Input:
    return {"from": "keyboard", "type": "input", "data": words.format(n=number)}


def _key(name: str) -> Input:
    return {"from": "keyboard", "data": {"type": "pressAndRelease", "key": name}}


def _mouse(kind: str) -> Input:
    return {"from": "mouse", "data": {"type": kind, "button": "left"}}


ACTS = (
    lambda number: [_typed(number)],
    lambda number: [_mouse("scroll")],
    lambda number: [_mouse("click"), _mouse("click")],
    lambda number: [_key("ctrl+s")],
    lambda number: [_key("ctrl+z")],
    lambda number: [_typed(number, "total of {n}"), _key("enter")],
)


def history(number: int, context: int) -> list[Observation]:
    """The newest observations at an event, half a minute apart; the first has number -context."""
    return [
        Observation(
            f"{1_700_000_000 + APART_S * at:.3f}", SENTENCES[at % len(SENTENCES)].format(n=at + 99)
        )
        for at in range(max(-context, number - context + 1), number + 1)
    ]


def segments() -> Iterator[Segment]:
    """Segments in which other things are done each time: a model is asked about equal ones but once."""
    known: set[str] = set()
    for segment in _all():
        note = masked(facts(segment)).note
        if note and note not in known:
            known.add(note)
            yield segment


def _all() -> Iterator[Segment]:
    done = [acts for count in range(4) for acts in itertools.permutations(ACTS, count)]
    for number, (acts, copied, (app, title)) in enumerate(
        itertools.product(done, (False, True), WINDOWS)
    ):
        start = START + timedelta(seconds=APART_S * number)
        inputs = tuple(item for act in acts for item in act(number))
        text = {"type": "text", "text": f"line {number} of what was read"}
        copies = (BucketEvent("clipboard", Event(start, 0.0, text)),) if copied else ()
        if inputs or copies:
            yield Segment(
                start, 20.0, app, title.format(n=number), user_input=inputs, events=copies
            )
