"""Whether a sentence over masked lines (`models.masked`) tells what they tell: all of it, and nothing more.

Knows which words a line allows, and which act each sign belongs to: "copies 'T1'" where 'T1' was
typed is refused like a name that nobody saw. Pure; the sentence still has its signs.
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from models.masked import stands

LONGEST_WORDS = 80

# What each line is told with: verbs, the first of which claims the act, and the words around them.
_VERBS = {
    "search": "searches searching looks",
    "results": "looks scrolls scrolling goes going clicks clicking views",
    "address": "opens opening goes going visits visiting",
    "ran": "runs running executes executing",
    "typed": "types typing writes writing enters entering",
    "copied": "copies copying",
    "copied error": "copies copying",
    "copied files": "copies copying",
    "document": "saves saving renames renaming moves moving",
    "pasted": "pastes pasting",
    "saved": "saves saving",
    "scrolled": "scrolls scrolling goes going",
    "dragged": "drags dragging",
    "pressed": "presses pressing",
    "clicked": "clicks clicking",
    "meanwhile": "while",
}
_AROUND = {
    "page": "page is looks at", "site": "site page is looks at", "file": "file is looks at working it edits editing",
    "window": "window is looks at", "app": "is there", "search": "for up results", "results": "for results",
    "ran": "which again command commands then",
    "copied error": "error", "copied files": "file files", "pasted": "clipboard", "saved": "it",
    "dragged": "mouse", "document": "new file files",
}  # fmt: skip
_LINKS = frozenset((
    "the", "user", "a", "an", "and", "in", "into", "to", "from", "with", "on", "of", "at", "through", "it",
    "while", "using",
))  # fmt: skip
_PLACES = frozenset(("page", "site", "file", "window"))
# What may stand right before the place; a verb there would be done to it.
_BEFORE_PLACE = frozenset((
    "on", "from", "in", "into", "through", "at", "of", "page", "file", "window", "project", "site",
    "edits", "editing", "saves",
))  # fmt: skip
_ALL_VERBS = frozenset(" ".join(_VERBS.values()).split()) - {"while"} | {"edits", "editing"}
_ACT = re.compile(rf"\b(?:{'|'.join(sorted(_ALL_VERBS))})\b")
_TOKEN = re.compile(r"'T\d+'|[\w+]+")
_SIGN = re.compile(r"'T\d+'|\b(?:[ND]\d+|KEYS)\b")
_TEXT = re.compile(r"'T\d+'")
_PICTURE = re.compile(r"\bpictures? 'T")  # a picture has no words
_KIND, _FOLDER = re.compile(r"\bKIND\d*\b"), re.compile(r"\bFOLDER\d*\b")
_ENDS = re.compile(r"\b(?:fails|succeeds|ends|interrupted|suspended)\b")
_THEN = re.compile(r"\bthen (?!'T\d+'|fails\b|succeeds\b|ends\b|is (?:interrupted|suspended)\b)")


class _Line(NamedTuple):
    key: str
    value: str

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(_VERBS.get(self.key, "").split())


def faithful(sentence: str, note: str, names: dict[str, str]) -> bool:
    """Whether it is one sentence that tells every line of the note, each with its own signs, and no more."""
    lines = [_Line(*line.split(": ", 1)) for line in note.splitlines()]
    words = _TOKEN.findall(sentence)
    plain = sentence.startswith("The user ") and sentence.endswith(".") and "\n" not in sentence
    once = all(1 <= stands(sign, sentence) <= stands(sign, note) for sign in names)
    short = len(words) <= LONGEST_WORDS
    unsaid = _THEN.search(sentence) or _PICTURE.search(sentence)
    return (
        plain
        and once
        and short
        and not unsaid
        and set(words) <= _allowed(lines, names)
        and all(_told(line, sentence, words) for line in lines)
        and _repeated(words)
        and _saved(lines, words)
        and _ends_stand(sentence, lines)
        and all(_document(line.value, sentence) for line in lines if line.key == "document")
    )


def _allowed(lines: list[_Line], names: dict[str, str]) -> set[str]:
    """All words that the lines allow; none of another act is among them."""
    words = {*_LINKS, *names, "The"}
    for line in lines:
        words |= {*line.verbs, *_AROUND.get(line.key, "").split(), *_TOKEN.findall(line.value)}
    return words


def _told(line: _Line, sentence: str, words: list[str]) -> bool:
    """Whether a line stands there: its act, and with it its own signs."""
    if line.key in _PLACES:
        first = _TEXT.search(line.value)
        return first is None or _before(first[0], words) <= _BEFORE_PLACE
    if line.key == "app":
        return True
    signs = [
        sign
        for sign in _SIGN.findall(
            line.value.partition(", ")[0] if line.key == "ran" else line.value
        )
    ]
    if line.key == "meanwhile":
        return bool(re.search(rf"\bwhile {re.escape(line.value.replace(', ', ' ', 1))}", sentence))
    if not signs:
        return bool(line.verbs & set(words))
    return all(_verb(sign, words) & line.verbs for sign in signs)


def _repeated(words: list[str]) -> bool:
    """Whether only what stood there before is done again."""
    return all(
        place > 0 and _TEXT.match(words[place - 1]) and words[place - 1] in words[: place - 1]
        for place, word in enumerate(words)
        if word == "again"
    )


def _saved(lines: list[_Line], words: list[str]) -> bool:
    """Whether a place is saved only where that was seen."""
    if any(line.key == "saved" for line in lines):
        return True
    changed = {
        sign for line in lines if line.key == "document" for sign in _TEXT.findall(line.value)
    }
    places = {sign for line in lines if line.key in _PLACES for sign in _TEXT.findall(line.value)}
    return all("saves" not in _before(sign, words) for sign in places - changed)


def _before(sign: str, words: list[str]) -> set[str]:
    """The word before each place of a sign."""
    return {before for before, word in pairwise(words) if word == sign}


def _verb(sign: str, words: list[str]) -> set[str]:
    """The last act that is told before each place of a sign."""
    found, verb = set(), ""
    for word in words:
        if word in _ALL_VERBS:
            verb = word
        elif word == sign:
            found.add(verb)
    return found


def _ends_stand(sentence: str, lines: list[_Line]) -> bool:
    """Whether each command ends as its lines say, and no other text ends at all."""
    ends: dict[str, list[str]] = {}
    for line in lines:
        if line.key in ("ran", "meanwhile") and (sign := _TEXT.match(line.value)):
            ends.setdefault(sign[0], []).extend(filter(None, [line.value[sign.end() + 2 :]]))
    places = {sign for line in lines if line.key in _PLACES for sign in _TEXT.findall(line.value)}
    said: dict[str, str] = {}
    for text, after in between(sentence, places):
        said[text] = f"{said.get(text, '')} {after}"
    return ends.keys() <= said.keys() and all(
        len(_ENDS.findall(after)) == len(_ENDS.findall(" ".join(ends.get(sign, []))))
        and all(end in after for end in ends.get(sign, []))
        for sign, after in said.items()
    )


def _document(value: str, sentence: str) -> bool:
    """Whether a document keeps its new name, its folder and its kind."""
    *_, last = _TEXT.findall(value) or [None]
    if last is None:
        return value in sentence
    renamed = re.search(r"'T\d+' to 'T\d+'", value)
    if renamed and renamed[0] not in sentence:
        return False
    kind, folders = _KIND.findall(value), _FOLDER.findall(value)
    for match in re.finditer(re.escape(last), sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        clause = f"{_ACT.split(before)[-1]} {_ACT.split(after)[0]}"
        if _FOLDER.findall(clause) == folders and _KIND.findall(clause) == kind:
            return True
    return False


def between(sentence: str, places: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Each text's sign with what stands between it and the next one that is no place's."""
    signs = [sign for sign in _TEXT.finditer(sentence) if sign[0] not in places]
    stops = [*(sign.start() for sign in signs), len(sentence)][1:]
    for sign, stop in zip(signs, stops, strict=True):
        yield sign[0], sentence[sign.end() : stop]
