"""What a rule of redaction is: a kind of secret, and where in a text one stands.

Knows no kind. What a pattern repeats before its first certain sign is bounded, or begins at one place
of a run only: else a long text takes the square of its length. No pattern takes `MARKED` for a gap, so
that what was redacted before joins nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

Span = tuple[int, int]

DIGITS = tuple("0123456789")  # hints of a rule that finds numbers
MARKED = "\x1e"  # stands for a mark while rules look at a text


class Rule(NamedTuple):
    """One kind of secret.

    Attributes:
        kind: As the mark names it.
        find: Where such secrets stand in a text.
        hints: One of these stands, in lower case, in every text in which it finds something; a text
            without them is not looked at. Empty for every text.
        needs: A pattern of which the same is true, of the text in lower case: most often the beginning
            of the rule's own. Empty where the hints say enough. By both `daemon.privacy.screen` passes
            most texts without trying a rule; one with neither is tried on every text.
        pattern: What it is made of, if it is a pattern's; tests draw texts from it.
    """

    kind: str
    find: Callable[[str], Iterable[Span]]
    hints: tuple[str, ...] = ()
    needs: str = ""
    pattern: re.Pattern[str] | None = None


def shape(
    kind: str,
    pattern: str,
    *hints: str,
    flags: int = 0,
    holds: Callable[[re.Match[str]], bool] = bool,
    needs: str = "",
) -> Rule:
    """A rule from a pattern; of its named groups the first that matched is the secret, else all of it.

    A group whose name begins with ``_`` is for `holds` alone.
    """
    regex = re.compile(pattern, flags)
    names = tuple(name for name in regex.groupindex if not name.startswith("_"))

    def find(text: str) -> Iterator[Span]:
        for match in regex.finditer(text):
            if holds(match):
                yield span_of(match, names)

    return Rule(kind, find, hints, needs, regex)


def named(
    kind: str,
    pattern: str,
    *names: str,
    holds: Callable[[re.Match[str]], bool] = bool,
    hints: tuple[str, ...] = (),
    needs: str = "",
) -> Rule:
    """A rule whose pattern begins with one of some names, in lower case: it is tried there alone.

    Its hints are the names where none are given.
    """
    regex = re.compile(pattern)
    groups = tuple(name for name in regex.groupindex if not name.startswith("_"))

    def find(text: str) -> Iterator[Span]:
        end = 0
        for start in sorted(_starts(lowered(text), names)):
            if start >= end and (match := regex.match(text, start)) is not None and holds(match):
                end = match.end()
                yield span_of(match, groups)

    return Rule(kind, find, hints or names, needs, regex)


def _starts(low: str, names: Iterable[str]) -> Iterator[int]:
    for name in names:
        at = low.find(name)
        while at >= 0:
            yield at
            at = low.find(name, at + 1)


def lowered(text: str) -> str:
    """A text in lower case, no longer and no shorter, as `re` compares letters where it ignores case."""
    if text.isascii():
        return text.lower()
    for letter, plain in _FOLDED:
        text = text.replace(letter, plain)
    return text.lower()


# Letters that `re` takes for others' capitals, while `str.lower` leaves them or makes two of them.
_FOLDED = (("\u0130", "I"), ("\u0131", "i"), ("\u017f", "s"), ("\u1c82", "\u043e"))


def span_of(match: re.Match[str], names: Iterable[str]) -> Span:
    """Where the secret of a match stands."""
    for name in names:
        if match.start(name) >= 0:
            return match.span(name)
    return match.span()


def mixed(text: str) -> bool:
    """Whether letters and digits stand together, as in a token and in no word."""
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def spaced(text: str) -> str:
    """A text in which a space is one in an address, too; no longer and no shorter."""
    return text.replace("%20", "   ") if "%20" in text else text
