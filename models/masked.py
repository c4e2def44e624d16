"""The facts of a segment as lines without a single name: what a trained model tells in a sentence.

    app: APP
    file: 'T1' in the project 'T2'
    typed: 'T3'
    ran: 'T4', fails with exit status N1 after D1

Every text, name and figure stands for itself in `names` alone, so the model reads no word of the
screen, many segments share one note, and what it writes can be put back to the letter. Lines say
what was done, in no order of time: the facts hold none. Pure; `models.masks` puts the names back.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from models.commands import Command, brief
from models.documents import Change
from models.facts import Facts
from models.wording import changed, ending, quote, shortcuts

FORM = "1"  # a trained model knows the lines as they are here: count on when they change
ACTS = 5  # lines about what was done; more is no sentence
LIST = 3  # texts in one line
DOCUMENTS = 2


class Masked(NamedTuple):
    """A note, and what its signs stand for.

    Attributes:
        note: Lines; empty when there is nothing to tell.
        names: ``{"'T1'": "'pytest -q'", "APP": "XTerm", "N1": "2", "D1": "12 s"}``.
    """

    note: str
    names: dict[str, str]


def masked(facts: Facts) -> Masked:
    """The note of a segment; of an absence or a time in which nothing was seen there is none."""
    if facts.away_s is not None or facts.unseen_s is not None:
        return Masked("", {})
    signs = Signs()
    place = list(_place(facts, signs))
    acts = list(islice(_acts(facts, signs), ACTS))
    note = "\n".join([*place, *acts])
    return Masked(note, {sign: name for sign, name in signs.names.items() if stands(sign, note)})


def stands(sign: str, text: str) -> int:
    """How often a sign stands in a text: N1 does not stand in N10."""
    return len(re.findall(rf"(?<!\w){re.escape(sign)}(?!\w)", text))


class Signs:
    """Gives each text, name and figure its sign."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._given: dict[tuple[str, str], str] = {}

    def text(self, text: str) -> str:
        """A quote: 'T1', 'T2'; equal texts have one sign."""
        return self._sign("T", quote(text), "'T{}'")

    def number(self, count: int) -> str:
        """A figure: N1."""
        return self._sign("N", str(count), "N{}")

    def length(self, seconds: float) -> str:
        """How long a command took: D1."""
        return self._sign("D", brief(seconds), "D{}")

    def word(self, sign: str, name: str) -> str:
        """A name that the sentence has once: APP, SITE; a second of its sort is SITE2."""
        return self._sign(sign, name, f"{sign}{{}}", first=sign)

    def listed(self, texts: tuple[str, ...]) -> str:
        """The first few quotes: "'T1', 'T2' and more"."""
        shown = [self.text(text) for text in texts[:LIST]]
        if len(texts) > LIST:
            shown.append("more")
        return f"{', '.join(shown[:-1])} and {shown[-1]}" if shown[1:] else shown[0]

    def _sign(self, sort: str, name: str, form: str, first: str | None = None) -> str:
        if (sort, name) not in self._given:
            count = 1 + sum(known == sort for known, _ in self._given)
            sign = first if first and count == 1 else form.format(count)
            self._given[sort, name] = sign
            self.names[sign] = name
        return self._given[sort, name]


def _place(facts: Facts, signs: Signs) -> Iterator[str]:
    """Where it was done."""
    if facts.app:
        yield f"app: {signs.word('APP', facts.app)}"
    if facts.query or facts.results:
        return  # the page is the list of results
    if facts.sort == "browser" and (facts.title or facts.site):
        site = f" on {signs.word('SITE', facts.site)}" if facts.site else ""
        yield (
            f"page: {signs.text(facts.title)}{site}"
            if facts.title
            else f"site: {signs.word('SITE', facts.site or '')}"
        )
    elif facts.file:
        file = signs.text(facts.file)
        yield f"file: {file}" + (
            f" in the project {signs.text(facts.project)}" if facts.project else ""
        )
    elif facts.title and facts.sort == "other":
        yield f"window: {signs.text(facts.title)}"


def _acts(facts: Facts, signs: Signs) -> Iterator[str]:
    """What was done, the main things first."""
    engine = f" on {signs.word('ENGINE', facts.engine)}" if facts.engine else ""
    if facts.query:
        yield f"search: {signs.text(facts.query)}{engine}"
    elif facts.results:
        yield f"results: {signs.text(facts.results)}{engine}"
    if facts.address:
        yield f"address: {signs.text(facts.address)}"
    for item in [item for item in facts.commands if not item.earlier][:LIST]:
        yield f"ran: {_ended(item, signs)}"
    if facts.runs:
        yield f"ran: {_number(facts.runs, 'command', signs)}"
    yield from _texts("typed", facts.typed, facts.typed_length, "character", signs)
    yield from _copied(facts, signs)
    for change in facts.documents[:DOCUMENTS]:
        yield f"document: {_change(change, signs)}"
    yield from _hand(facts, signs)
    if ended := [item for item in facts.commands if item.earlier]:
        yield f"meanwhile: {_ended(ended[0], signs, 'ends')}"


def _copied(facts: Facts, signs: Signs) -> Iterator[str]:
    if facts.failure is not None:
        yield f"copied error: {signs.text(facts.failure.said)}"
    else:
        yield from _texts("copied", facts.copied, facts.copies, "text", signs)
    if facts.files:
        yield f"copied files: {signs.listed(facts.files)}"
    if facts.pictures:
        yield f"copied: {_number(facts.pictures, 'picture', signs)}"


def _hand(facts: Facts, signs: Signs) -> Iterator[str]:
    """What was done with keys and mouse; of clicks and keys only where nothing else was done."""
    if facts.pasted:
        yield "pasted: yes"
    if facts.saved:
        yield "saved: with Ctrl+S"
    if facts.scrolls:
        yield "scrolled: yes"
    elif facts.drags:
        yield "dragged: yes"
    if facts.busy:
        return
    if facts.keys and not facts.saved and not facts.pasted:
        yield f"pressed: {signs.word('KEYS', shortcuts(facts.keys))}"
    elif facts.clicks and not (facts.scrolls or facts.drags):
        yield "clicked: yes"


def _texts(act: str, texts: tuple[str, ...], count: int, what: str, signs: Signs) -> Iterator[str]:
    """Texts; where they were not kept, how much of them there was."""
    if texts:
        yield f"{act}: {signs.listed(texts)}"
    elif count:
        yield f"{act}: {_number(count, what, signs)}"


def _number(count: int, what: str, signs: Signs) -> str:
    return f"{signs.number(count)} {what}s" if count > 1 else f"a {what}"


def _ended(command: Command, signs: Signs, otherwise: str = "") -> str:
    """A command and how it ended, in the words of the rules."""
    end = ending(command) or otherwise
    if command.status and f"status {command.status}" in end:
        end = end.replace(f"status {command.status}", f"status {signs.number(command.status)}")
    if command.took_s is not None and f"after {brief(command.took_s)}" in end:
        end = end.replace(f"after {brief(command.took_s)}", f"after {signs.length(command.took_s)}")
    return f"{signs.text(command.text)}, {end}" if end else signs.text(command.text)


def _change(change: Change, signs: Signs) -> str:
    """What happened to a document, in the words of the rules; of several only how many."""
    moved = change.left and change.was == change.name
    told = msgspec.structs.replace(
        change,
        folder=signs.word("FOLDER", change.folder) if change.folder else "",
        left=signs.word("FOLDER", change.left or "") if moved else None,
        kind=signs.word("KIND", change.kind) if change.kind and change.name else None,
    )
    words = changed(told, quoted=signs.text)
    if change.count > 1:
        words = words.replace(f" {change.count} ", f" {signs.number(change.count)} ", 1)
    return words
