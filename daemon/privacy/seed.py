"""Recovery phrases of wallets: twelve or more words of BIP-39's English list in a row.

The list is kept as the first four letters of each word, which tell it from all others (BIP-39,
"Wordlist"). The checksum is not asked for: it would let through Electrum's phrases (same words, another
check), one with a typing mistake, and one of which the first word is missing. Prose does not hold twelve
of these words in a row: "the", "of", "is" and their like are not among them.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from daemon.privacy.rule import Rule, Span, spaced

LEAST = 12
_WORD = re.compile(r"[A-Za-z]+")
# Between two words: spaces, line breaks, commas, quotes, and the number that a wallet shows before each.
_BETWEEN = re.compile(r"[\s,;|\"'\]\[_/+-]{0,6}(?:#?\d{1,2}[.):\s-]{1,3})?[\s\"']{0,3}\Z")
_BETWEEN_LONGEST = 14
LEAST_LENGTH = 12 * 3 + 11
_NEEDS = rf"(?<![a-z])[a-z]{{3,}}+(?:[^a-z]{{1,{_BETWEEN_LONGEST}}}+[a-z]{{3,8}}){{{LEAST - 1}}}"


@cache
def _prefixes() -> frozenset[str]:
    table = (Path(__file__).parent / "seed_words.txt").read_text(encoding="ascii").replace("\n", "")
    return frozenset(table[i : i + 4].rstrip("_") for i in range(0, len(table), 4))


def _phrases(text: str) -> Iterator[Span]:
    if len(text) < LEAST_LENGTH:
        return
    text, prefixes = spaced(text), _prefixes()
    run: list[Span] = []
    for match in _WORD.finditer(text):
        word = match[0]
        listed = 3 <= len(word) <= 8 and word[:4].lower() in prefixes
        if run and not (listed and _joins(text[run[-1][1] : match.start()])):
            yield from _phrase(text, run)
            run = []
        if listed:
            run.append(match.span())
    yield from _phrase(text, run)


def _joins(gap: str) -> bool:
    return gap == " " or (len(gap) <= _BETWEEN_LONGEST and _BETWEEN.match(gap) is not None)


def _phrase(text: str, run: list[Span]) -> Iterator[Span]:
    """The run, if it is long enough and no piece of a word list, which stands in its order."""
    if len(run) < LEAST:
        return
    words = [text[start:end].lower() for start, end in run]
    if words != sorted(words):
        yield run[0][0], run[-1][1]


SEEDS: tuple[Rule, ...] = (Rule("seed phrase", _phrases, needs=_NEEDS),)
