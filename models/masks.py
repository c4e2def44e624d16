"""Masks what a note says so that a model can reword it without seeing or changing a single name.

"The user runs 'pytest -q' in XTerm." becomes "The user runs 'T1' in APP."; the
model rewords that, and the names are put back to the letter. So text from the
screen never reaches the model as words, equal notes have equal answers, and an
invented name shows: only words of the note and a few that link may stand there.
"""

import re

from models.check import quotes
from models.facts import Facts

# What a reworded note may say beyond its own words: nothing that claims an act or names a thing.
_LINKS = frozenset((
    "the", "user", "a", "an", "and", "then", "it", "its", "in", "into", "to", "from", "with", "on", "of",
    "at", "also", "after", "that", "which", "while", "using", "first", "next", "finally", "before", "both",
))  # fmt: skip
_ACTS = (
    "search", "open", "run", "typ", "edit", "cop", "past", "sav", "scroll", "click", "look",
    "stay", "switch", "fail", "error", "succe", "interrupt", "suspend", "renam", "moves",
)  # fmt: skip
_WORD = re.compile(r"[\w+]+")
STEM = 3  # letters: runs and running, types and typing
GROWTH, LONGEST = 1.25, 15


def mask(told: str, facts: Facts) -> tuple[str, dict[str, str]]:
    """The note with its names masked, and what each mask stands for."""
    signs = {text: f"'T{n}'" for n, text in enumerate(dict.fromkeys(quotes(told)), start=1)}
    note = _replaced(told, signs)
    names = {sign: text for text, sign in signs.items()}
    for sign, name in (("SITE", facts.site), ("ENGINE", facts.engine), ("APP", facts.app)):
        if name and not name.startswith("the ") and f" {name}" in note:
            names[sign] = name
            note = note.replace(f" {name}", f" {sign}")
    return note, names


def unmask(reworded: str, names: dict[str, str]) -> str:
    """The sentence with its names."""
    return _replaced(reworded, names)


def keeps(reworded: str, note: str, names: dict[str, str]) -> bool:
    """Whether it is one sentence that tells what the note tells: every name, every act, nothing more."""
    plain = reworded.startswith("The user ") and reworded.endswith(".") and "\n" not in reworded
    short = len(reworded) <= LONGEST + GROWTH * len(note)
    every = all(1 <= reworded.count(sign) <= note.count(sign) for sign in names)
    return (
        plain and short and every and not _strange(reworded, note) and _acts_stand(reworded, note)
    )


def _replaced(text: str, table: dict[str, str]) -> str:
    """All replacements in one pass: what was put in is not looked at again."""
    longest = sorted(table, key=len, reverse=True)
    pattern = "|".join(re.escape(part) for part in longest) or "(?!)"
    return re.sub(pattern, lambda match: table[match[0]], text)


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
