"""Masks what a note says so that a model can reword it without seeing or changing a single name.

"The user runs 'pytest -q' in XTerm." becomes "The user runs 'T1' in APP."; the
model rewords that, and the names are put back to the letter. So text from the
screen never reaches the model as words, equal notes have equal answers, and an
invented name shows: only words of the note and a few that link may stand there.
"""

import re

import msgspec

from models.check import END
from models.facts import Facts
from models.faithful import between
from models.masked import Signs, stands
from models.telling import tell

# What a reworded note may say beyond its own words: nothing that claims an act or names a thing.
_LINKS = frozenset((
    "the", "user", "a", "an", "and", "it", "its", "in", "into", "to", "from", "with", "on", "of",
    "at", "also", "that", "which", "while", "using", "both",
))  # fmt: skip
_ACTS = (
    "search", "open", "run", "typ", "edit", "cop", "past", "sav", "scroll", "click", "look",
    "stay", "switch", "fail", "error", "succe", "interrupt", "suspend", "renam", "moves",
)  # fmt: skip
_TEXT = re.compile(r"'T\d+'")
_TOKEN = re.compile(r"'T\d+'|[\w+]+")
_AT = frozenset(("page", "on", "from", "in", "into", "through", "at", "of", "project", "file"))
_WORD = re.compile(r"[\w+]+")
STEM = 3  # letters: runs and running, types and typing
GROWTH, LONGEST = 1.25, 15


def mask(facts: Facts) -> tuple[str, dict[str, str]]:
    """The rules' sentence with its names masked, and what each mask stands for."""
    signs = Signs()
    told = tell(_masked(facts, signs))
    order = {sign: f"'T{n}'" for n, sign in enumerate(dict.fromkeys(_TEXT.findall(told)), start=1)}
    names = {
        order.get(sign, sign): name for sign, name in signs.names.items() if stands(sign, told)
    }
    return _replaced(told, order), names


def _masked(facts: Facts, signs: Signs) -> Facts:
    """Facts whose texts are signs."""

    def text(said: str) -> str:
        return signs.text(said)[1:-1]  # the quotes come with the telling

    def maybe(said: str | None) -> str | None:
        return text(said) if said else said

    replace = msgspec.structs.replace
    return replace(
        facts,
        app=signs.word("APP", facts.app) if facts.app else None,
        site=signs.word("SITE", facts.site) if facts.site else None,
        engine=signs.word("ENGINE", facts.engine) if facts.engine else None,
        title=maybe(facts.title),
        file=maybe(facts.file),
        project=maybe(facts.project),
        query=maybe(facts.query),
        results=maybe(facts.results),
        address=maybe(facts.address),
        typed=tuple(text(said) for said in facts.typed),
        copied=tuple(text(said) for said in facts.copied),
        files=tuple(text(said) for said in facts.files),
        failure=facts.failure and replace(facts.failure, line=text(facts.failure.said)),
        commands=tuple(replace(item, text=text(item.text)) for item in facts.commands),
        documents=tuple(
            replace(
                item,
                name=maybe(item.name),
                was=maybe(item.was),
                folder=item.folder and signs.word("FOLDER", item.folder),
                left=item.left and signs.word("FOLDER", item.left),
            )
            for item in facts.documents
        ),
    )


def bare(reworded: str) -> str:
    """The sentence with its texts' signs left out: what the model itself says."""
    return _TEXT.sub("it", reworded)


def unmask(reworded: str, names: dict[str, str]) -> str:
    """The sentence with its names."""
    return _replaced(reworded, names)


def keeps(reworded: str, note: str, names: dict[str, str]) -> bool:
    """Whether it is one sentence that tells what the note tells: every name, every act, nothing more."""
    plain = reworded.startswith("The user ") and reworded.endswith(".") and "\n" not in reworded
    short = len(reworded) <= LONGEST + GROWTH * len(note)
    every = all(1 <= stands(sign, reworded) <= stands(sign, note) for sign in names)
    return (
        plain
        and short
        and every
        and not _strange(reworded, note)
        and _acts_stand(reworded, note)
        and _roles(reworded) <= _roles(note) | _edited(note)
        and _ends(reworded) == _ends(note)
    )


def _replaced(text: str, table: dict[str, str]) -> str:
    """All replacements in one pass: what was put in is not looked at again."""
    longest = sorted(table, key=len, reverse=True)
    pattern = "|".join(re.escape(part) for part in longest) or "(?!)"
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda match: table[match[0]], text)


def _strange(reworded: str, note: str) -> list[str]:
    known = {word.casefold()[:STEM] for word in _WORD.findall(note)}
    return [
        word
        for word in _WORD.findall(reworded)
        if word.casefold() not in _LINKS and word.casefold()[:STEM] not in known
    ]


def _acts_stand(reworded: str, note: str) -> bool:
    """Acts neither lost nor won; who types into a file edits it."""
    lost = [act for act in _ACTS if act in note.casefold() and act not in reworded.casefold()]
    return not lost or (lost == ["edit"] and "typ" in note)


def _roles(sentence: str) -> set[tuple[str, str, bool]]:
    """For each sign the act that it stands with, and whether it is the place where that was done."""
    roles, act, before = set(), "", ""
    for word in _TOKEN.findall(sentence):
        if _TEXT.match(word):
            roles.add((word, act, before in _AT))
        act = next((act for act in _ACTS if word.casefold().startswith(act)), act)
        before = word.casefold() if not _TEXT.match(word) or before not in _AT else "and"
    return roles


def _edited(note: str) -> set[tuple[str, str, bool]]:
    """Who edits a file, typing, types into it."""
    return {(sign, "typ", True) for sign, act, _ in _roles(note) if act == "edit"}


def _ends(sentence: str) -> dict[str, set[str]]:
    """How each command ends."""
    ends: dict[str, set[str]] = {}
    for sign, after in between(sentence):
        if said := {match[0] for match in END.finditer(after)}:
            ends[sign] = ends.get(sign, set()) | said
    return ends
