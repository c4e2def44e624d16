"""Random facts of every kind that a segment can have, as masked notes: what a trained segmenter reads.

No recorded session and no script of the bench goes in: each fact is drawn by itself, so combinations
come that no session of a day has, and `models.masked` takes all words away.
"""

import random
from collections.abc import Iterator
from typing import Any

from models.applications import Sort
from models.commands import Command
from models.documents import Change
from models.facts import Facts
from models.failure import Failure
from models.lab.generate.wording import worded
from models.masked import masked

_SORTS: tuple[Sort, ...] = ("browser", "editor", "terminal", "other")
_SHARES = (4, 3, 3, 3)
_SHORTCUTS = ("ctrl+z", "f5", "space", "ctrl+f", "tab", "escape", "down", "alt+left")
_TOOK = (None, 0.2, 1.0, 3.0, 12.0, 48.0, 200.0, 4000.0)
_KINDS = (None, "PDF", "image", "spreadsheet", "text file")


def examples(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Notes with a sentence each; a note that came before comes again half as often.

    Args:
        count: How many.
        seed: The same seed gives the same examples.
    """
    chance = random.Random(seed)  # noqa: S311 (training data)
    seen: set[str] = set()
    while count:
        note = masked(Drawn(chance).facts()).note
        if not tells(note) or (note in seen and chance.random() < 0.5):
            continue
        seen.add(note)
        count -= 1
        yield note, worded(note, chance)


def tells(note: str) -> bool:
    """Whether a note holds an act: an idle segment is told by rules."""
    places = ("app", "page", "site", "file", "window")
    return any(line.partition(":")[0] not in places for line in note.splitlines())


class Drawn:
    """One segment's facts, drawn by chance; each text is another."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._count = 0

    def facts(self) -> Facts:
        """The facts."""
        sort = self._chance.choices(_SORTS, _SHARES)[0]
        drawn: dict[str, Any] = {"sort": sort, "app": None if self._in(0.03) else "Program"}
        drawn |= getattr(self, f"_{sort}")()
        drawn |= self._copies(sort) | self._hand(sort)
        if self._in(0.09):
            drawn["documents"] = tuple(
                self._change() for _ in range(self._chance.choice((1, 1, 2)))
            )
        if self._in(0.04):  # the mode that keeps no words
            drawn |= {"typed": (), "copied": (), "commands": (), "failure": None}
            drawn |= {key: self._chance.choice((0, 0, 1, 7, 40)) for key in _COUNTED}
        return Facts(**drawn)

    def _browser(self) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        kind = self._chance.random()
        if kind < 0.22:
            drawn["query"] = self._text()
        elif kind < 0.34:
            drawn["results"] = self._text()
        elif kind < 0.96:
            drawn["title"] = self._text()
        if kind < 0.34 and self._in(0.75):
            drawn["engine"] = "Engine"
        if self._in(0.65):
            drawn["site"] = "site.example"
        if self._in(0.07):
            drawn["address"] = self._text()
        if self._in(0.28):
            drawn["typed"] = self._texts(1, 1, 1, 2, 3)
        return drawn

    def _editor(self) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        if self._in(0.9):
            drawn["file"] = self._text()
        if self._in(0.35):
            drawn["project"] = self._text()
        if self._in(0.62):
            drawn["typed"] = self._texts(1, 1, 1, 2, 2, 3, 4)
        if self._in(0.15):
            drawn["commands"] = (self._command(),)
        return drawn

    def _terminal(self) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        if self._in(0.92):
            ran = [self._command() for _ in range(self._chance.choice((1, 1, 1, 1, 2, 2, 3)))]
            if len(ran) > 1 and self._in(0.25):
                ran[1] = Command(ran[0].text, *self._ended())
            drawn["commands"] = tuple(ran)
        if self._in(0.09):
            drawn["typed"] = self._texts(1)
        if self._in(0.1):
            drawn["title"] = self._text()
        return drawn

    def _other(self) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        if self._in(0.75):
            drawn["title"] = self._text()
        if self._in(0.3):
            drawn["file"] = self._text()
        if self._in(0.45):
            drawn["typed"] = self._texts(1, 1, 2)
        return drawn

    def _copies(self, sort: Sort) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        if self._in(0.2):
            drawn["copied"] = self._texts(1, 1, 1, 2, 3, 4)
            if self._in(0.4 if sort == "terminal" else 0.12):
                drawn["failure"] = Failure("generic", self._text())
        if self._in(0.12 if sort == "other" else 0.01):
            drawn["files"] = self._texts(1, 1, 2, 3, 4)
        if self._in(0.02):
            drawn["pictures"] = self._chance.choice((1, 1, 3))
        return drawn

    def _hand(self, sort: Sort) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        drawn["pasted"] = self._in(0.1)
        drawn["saved"] = self._in(0.35 if sort == "editor" else 0.06)
        if self._in(0.16):
            drawn["keys"] = tuple(
                self._chance.sample(_SHORTCUTS, self._chance.choice((1, 1, 2, 3)))
            )
        if self._in(0.33):
            drawn["scrolls"] = 5
        if self._in(0.04):
            drawn["drags"] = 1
        if self._in(0.4):
            drawn["clicks"] = 3
        return drawn

    def _change(self) -> Change:
        action = self._chance.choice(("created", "created", "modified", "renamed"))
        folder, kind = "Folder", self._chance.choice(_KINDS)
        if self._in(0.15):
            return Change(action, None, folder, kind, count=self._chance.choice((2, 5)))
        name = self._text()
        if action == "renamed" and self._in(0.4):
            return Change(action, name, folder, kind, was=name, left="Before")
        return Change(action, name, folder, kind, was=self._text() if action == "renamed" else None)

    def _command(self) -> Command:
        earlier = self._in(0.04)
        return Command(self._text(), *self._ended(), earlier=earlier)

    def _ended(self) -> tuple[bool, int | None, float | None]:
        status = self._chance.choice((None, None, 0, 0, 0, 1, 2, 101, 127, 130, 148))
        took = None if status is None else self._chance.choice(_TOOK)
        return status not in (None, 0, 130, 148), status, took

    def _texts(self, *counts: int) -> tuple[str, ...]:
        return tuple(self._text() for _ in range(self._chance.choice(counts)))

    def _text(self) -> str:
        self._count += 1
        return f"text {self._count}"

    def _in(self, share: float) -> bool:
        return self._chance.random() < share


_COUNTED = ("typed_length", "copies", "runs")
