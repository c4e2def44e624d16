"""Takes a told sentence apart: what it quotes, and what it says in words of its own."""

import re
from collections.abc import Sequence

from models.lab.bench.scripted.stretch import Stretch, words_of

_MARKS = {"'": "'", '"': '"', "“": "”", "‘": "’", "`": "`", "«": "»", "「": "」"}  # noqa: RUF001
_AFTER = re.compile(r"[\s.,;:!?)]|$")


def split(sentence: str, seen: str) -> tuple[list[str], str]:
    """The quoted texts, and the sentence with each as ''.

    Args:
        sentence: What was told.
        seen: As `seen_in` gives it: a quote of what was seen may hold quotes itself.
    """
    quoted, outside, place = [], "", 0
    while place < len(sentence):
        letter = sentence[place]
        end = None
        if letter in _MARKS and (place == 0 or not sentence[place - 1].isalnum()):
            ends = [
                index
                for index in range(place + 1, len(sentence))
                if sentence[index] == _MARKS[letter] and _AFTER.match(sentence, index + 1)
            ]
            known = [index for index in ends if stands(sentence[place + 1 : index], seen)]
            end = known[-1] if known else ends[0] if ends else None
        if end is None:
            outside += letter
            place += 1
        else:
            quoted.append(sentence[place + 1 : end])
            outside += "''"
            place = end + 1
    return quoted, outside


def seen_in(stretches: Sequence[Stretch]) -> str:
    """All that may be quoted of stretches, a line each."""
    return "\n".join(flat(text) for stretch in stretches for text in words_of(stretch))


def stands(text: str, seen: str) -> bool:
    """Whether a text, shortened or not, is a part of what was seen."""
    return flat(text).rstrip("…").removesuffix("...").rstrip() in seen


def line(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def flat(text: str) -> str:
    """On one line, small and capital letters alike."""
    return line(text).casefold()
