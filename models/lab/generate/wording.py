"""Words a masked note as a person would: what the segmenter's adapter learns to write.

Reads the lines of `models.masked` and nothing else: every sign of the note stands in the sentence, and
nothing that the note does not hold. Place and program are told once, at the first act that takes them;
what follows says "it". Several wordings of each act, drawn by chance. This is training text: the daemon
never tells a sentence from here.
"""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"(?P<key>[a-z ]+): (?P<value>.+)")
_PLACES = ("page", "site", "file", "window")
_NEW = re.compile(r"saves a new (?P<kind>\S+) (?P<name>'T\d+')(?P<where> in \S+)?")
_LISTED = re.compile(r", | and ")
# How an act and the place that it is done in go together: "types 'T1' into …".
_INTO = {"page": "on", "site": "on", "file": "into", "window": "in"}
_WITHIN = {"page": "on", "site": "on", "file": "in", "window": "in"}
_OUT_OF = {"page": "from", "site": "from", "file": "from", "window": "from"}
Lines = list[tuple[str, str]]


class Clause(NamedTuple):
    """One act: the program's name goes between its words and what follows them."""

    words: str
    follows: str = ""


def worded(note: str, chance: random.Random) -> str:
    """A sentence over the signs of a note."""
    lines = [
        (match["key"], match["value"]) for line in note.splitlines() if (match := _LINE.match(line))
    ]
    return _Wording(lines, chance).sentence()


class _Wording:
    """One sentence in the making: which place it is about, and whether that is told already."""

    def __init__(self, lines: Lines, chance: random.Random) -> None:
        self._lines = lines
        self._chance = chance
        self._app = dict(lines).get("app")
        self._place, thing = next(
            ((key, value) for key, value in lines if key in _PLACES), ("", "")
        )
        self._thing = thing.replace(" in the project ", " of the project ")
        self._told = not thing

    def sentence(self) -> str:
        clauses = list(self._clauses())
        if not self._told:
            clauses.insert(0, Clause(f"{self._one(['is on', 'looks at'])} {self._tell()}"))
        elif not clauses:
            clauses = [Clause("is there" if self._app is None else "is")]
        if self._app:
            clauses[0] = Clause(f"{clauses[0].words} in {self._app}", clauses[0].follows)
        return f"The user {_joined(clauses)}{self._meanwhile()}."

    def _clauses(self) -> Iterator[Clause]:
        """The acts; what the note holds in no order of time is told in none."""
        yield from self._led()
        yield from self._ran()
        yield from self._typed()
        yield from self._copied()
        yield from self._hand()
        yield from self._documents()

    def _led(self) -> Iterator[Clause]:
        """What led to the page in front: a search, its results, an address."""
        for value in self._all("search"):
            words, on = _split(value, " on ")
            forms = [f"searches for {words}{on}", f"looks up {words}{on}"]
            if on:
                forms.append(f"searches {on.removeprefix(' on ')} for {words}")
            yield Clause(self._one(forms))
        for value in self._all("results"):
            verb = "looks at"
            if self._take("scrolled"):
                verb = self._one(["scrolls through", "goes through"])
            elif self._take("clicked"):
                verb = "clicks in"
            yield Clause(f"{verb} the results for {value}")
        for value in self._all("address"):
            yield Clause(self._one([f"opens {value}", f"goes to {value}"]))

    def _ran(self) -> Iterator[Clause]:
        runs = [_split(value, ", ") for value in self._all("ran")]
        if not runs:
            return
        told = ""
        for place, (command, end) in enumerate(runs):
            before = runs[place - 1] if place else ("", "")
            if command == before[0] and end and before[1]:
                told = f"{told.rstrip(',')} and then {end[2:]},"  # a second time, with another end
                continue
            link = ", then " if place else ""
            again = " again" if command == before[0] else ""
            ended = f", which {end[2:]}," if end else ""
            told = f"{told.rstrip(',') if link else told}{link}{command}{again}{ended}"
        words, comma, follows = f"runs {told}".partition(", which ")
        if self._place == "file" and not self._told:
            yield Clause(f"runs {told} while working on {self._tell()}")
        elif len(runs) > 1:
            yield Clause(f"runs {told}{self._at(_WITHIN)}")
        else:
            yield Clause(f"{words}{self._at(_WITHIN)}", f"{comma}{follows}")

    def _typed(self) -> Iterator[Clause]:
        for value in self._all("typed"):
            if self._place == "file" and not self._told and self._draw(2):
                pasted = " and pasting from the clipboard" if self._take("pasted") else ""
                yield Clause(f"edits {self._tell()}", f", typing {value}{pasted},")
            else:
                verb = "writes" if "'" in value and not self._draw(4) else "types"
                yield Clause(f"{verb} {value}{self._at(_INTO)}")

    def _copied(self) -> Iterator[Clause]:
        things = [f"the error {value}" for value in self._all("copied error")]
        things += self._all("copied")
        for value in self._all("copied files"):
            several = "s" if _LISTED.search(value) else ""
            things.append(f"the file{several} {value}")
        if not things:
            return
        if self._place and not self._told and self._take("scrolled"):
            yield Clause(f"scrolls through {self._tell()}")
            yield Clause(f"copies {_and(things)} from it")
        else:
            yield Clause(f"copies {_and(things)}{self._at(_OUT_OF)}")

    def _hand(self) -> Iterator[Clause]:
        """What was done with keys and mouse beside the rest."""
        if self._take("pasted"):
            yield Clause(f"pastes from the clipboard{self._at(_INTO)}")
        if self._take("saved"):
            told = f" {self._tell()}" if not self._told and self._place == "file" else ""
            it = " it" if self._place == "file" and not told else told
            yield Clause(f"saves{it} with Ctrl+S")
        if self._take("scrolled"):
            yield Clause(self._scrolled())
        if self._take("dragged"):
            yield Clause(f"drags with the mouse{self._at(_WITHIN)}")
        for keys in self._all("pressed"):
            yield Clause(f"presses {keys}{self._at(_WITHIN)}")
        if self._take("clicked"):
            yield Clause(f"clicks{self._at(_WITHIN)}")

    def _scrolled(self) -> str:
        if self._all("search"):
            return "scrolls through the results"
        if not self._told:
            return f"{self._one(['scrolls through', 'scrolls through', 'goes through'])} {self._tell()}"
        return f"scrolls through the {self._place}" if self._place else "scrolls"

    def _documents(self) -> Iterator[Clause]:
        for value in self._all("document"):
            new = _NEW.fullmatch(value)
            if new and self._draw(2):
                yield Clause(f"saves {new['name']}, a new {new['kind']},{new['where'] or ''}")
            else:
                yield Clause(value)

    def _meanwhile(self) -> str:
        ended = [value.replace(", ", " ", 1) for value in self._all("meanwhile")]
        return f" while {_and(ended)}" if ended else ""

    def _tell(self) -> str:
        """The place as an object."""
        self._told = True
        sort = {"page": "the page ", "file": "the file "}.get(self._place, "")
        return f"{sort if self._draw(3) else ''}{self._thing}"

    def _at(self, prepositions: dict[str, str]) -> str:
        """The place, if it is not told yet."""
        return "" if self._told else f" {prepositions[self._place]} {self._tell()}"

    def _all(self, key: str) -> list[str]:
        return [value for found, value in self._lines if found == key]

    def _take(self, key: str) -> bool:
        """Whether there is such a line; it is told then, and gone."""
        there = bool(self._all(key))
        self._lines = [item for item in self._lines if item[0] != key]
        return there

    def _one(self, forms: list[str]) -> str:
        return self._chance.choice(forms)

    def _draw(self, size: int) -> int:
        return self._chance.randrange(size)


def _joined(clauses: list[Clause]) -> str:
    """Acts in a row; what follows an act keeps its comma before the last "and"."""
    parts = [clause.words + clause.follows for clause in clauses]
    first = ", ".join(part.rstrip(",") for part in parts[:-1])
    comma = "," if parts[1:] and parts[-2].endswith(",") else ""
    return f"{first}{comma}{' and ' if first else ''}{parts[-1].rstrip(',')}"


def _split(value: str, mark: str) -> tuple[str, str]:
    """What stands before a mark, and the rest with it."""
    first, found, rest = value.partition(mark)
    return first, found + rest


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
