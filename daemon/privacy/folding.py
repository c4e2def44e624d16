"""A text as its reader sees it, for rules that look at signs: without what is not seen, in plain letters.

Dropped are signs of no width (a page may put them into what is copied) and the backslashes that stand
before quotes and slashes in JSON within a text; full-width letters and the digits of other scripts become
ASCII's. What rules find there is told by its place in the text as it was.
"""

import re
import unicodedata
from typing import NamedTuple

_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f"
_DROPPED = re.compile(rf"[{_UNSEEN}]+|\\+(?=[\"'/])")
_ODD = re.compile(rf"[{_UNSEEN}\uff01-\uff5e]|(?![0-9])\d|\\[\"'/]")


class Folded(NamedTuple):
    """A text made plain.

    Attributes:
        text: It.
        places: Where each of its characters stood.
    """

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of it, in the text as it was."""
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded | None:
    """A text made plain; None for one that is plain."""
    if (text.isascii() and "\\" not in text) or _ODD.search(text) is None:
        return None
    places: list[int] = []
    last = 0
    for match in _DROPPED.finditer(text):
        places += range(last, match.start())
        last = match.end()
    places += range(last, len(text))
    return Folded("".join(map(_plain, map(text.__getitem__, places))), places)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)
