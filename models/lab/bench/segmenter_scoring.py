"""Holds told sentences against scripted sessions: what is told, what is invented, where the cuts are.

Shares no code with `models.check`, which it judges: it knows the script's rows and the sentence alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Fact, Stretch
from models.lab.bench.segmenter_quotes import flat, line, seen_in, split, stands

NEAR_S = 1.5  # a cut so near to the scripted one is that one
SHOWN = 60  # letters of a long text that must be told
_PLAIN = {"outcome", "absence", "picture"}  # told in words of our own, never in a quote
_NAMES = {"app", "engine"}  # as whole words, in capitals or not; all else is told to the letter
_DOTTED = re.compile(r"\w[\w-]*(?:\.[\w-]+)+(?::\d+)?(?:/\S*[\w/])?")
_ON_SITE = re.compile(r"''(?: on (\w[\w-]*(?:\.[\w-]+)+))?")
_CAPITAL = re.compile(r"(?<!\w)[^\W\d_a-z]\w*(?:\+\w+)*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")


class Told(NamedTuple):
    """A segment as it was cut and told.

    Attributes:
        start_s: When it begins, in seconds of its session.
        end_s: When it ends.
        sentence: What was told.
    """

    start_s: float
    end_s: float
    sentence: str


class Cuts(NamedTuple):
    """How the cuts compare with the script's."""

    found: int
    wrong: int
    missed: int


def cuts(script: Script, told: Sequence[Told]) -> Cuts:
    """Compare where segments begin; the first one's begin is no cut."""
    ours = [item.start_s for item in told[1:]]
    found = 0
    for stretch in script.stretches[1:]:
        near = [cut for cut in ours if abs(cut - stretch.start_s) < NEAR_S]
        if near:
            ours.remove(min(near, key=lambda cut: abs(cut - stretch.start_s)))
            found += 1
    either = [moment for stretch in script.stretches for moment in stretch.either_s]
    wrong = sum(all(abs(cut - moment) >= NEAR_S for moment in either) for cut in ours)
    return Cuts(found, wrong, len(script.stretches) - 1 - found)


def belongs(script: Script, item: Told) -> Stretch:
    """The stretch that a segment lies in for the most part; of two that are equal the later."""
    return max(script.stretches, key=lambda stretch: (overlap_s(stretch, item), stretch.start_s))


def stretches_of(script: Script, item: Told) -> list[Stretch]:
    """The stretches whose words a segment may tell.

    Those in which it lies for longer than a cut may be off; of a short one also that in which it begins: a window
    that is looked at once a second stays for a moment after it was left.
    """
    short = item.end_s - item.start_s < 2 * NEAR_S
    own = belongs(script, item)
    return [
        stretch
        for stretch in script.stretches
        if overlap_s(stretch, item) > NEAR_S
        or stretch is own
        or (short and stretch.start_s <= item.start_s < stretch.end_s)
    ]


def untold(stretch: Stretch, sentences: Sequence[str]) -> list[Fact]:
    """The main facts of a stretch that none of its sentences tells."""
    seen = seen_in([stretch])
    whole = line(" ".join(sentences))
    plain = flat(" ".join(split(sentence, seen)[1] for sentence in sentences))
    return [
        fact for fact in stretch.facts if not _tells(fact, plain if fact.name in _PLAIN else whole)
    ]


def invented(script: Script, item: Told) -> list[str]:
    """Names, quotes, files, addresses and numbers of a sentence that do not stand in the rows of its stretches.

    A secret that is told counts as one: it is worse.
    """
    near = stretches_of(script, item)
    seen = seen_in(near)
    quoted, outside = split(item.sentence, seen)
    strange = [text for text in quoted if not stands(text, seen)]
    strange += [text for stretch in near for text in stretch.secrets if text in item.sentence]
    squeezed = seen.replace(" ", "")
    first = outside.split(maxsplit=1)[0] if outside else ""
    for pattern in (_DOTTED, _CAPITAL):
        strange += [
            name
            for name in pattern.findall(outside)
            if name.casefold() not in squeezed and name != first
        ]
    known = _numbers(near)
    strange += [n for n in _NUMBER.findall(outside) if n not in known and n not in seen]
    return strange + list(_wrong_site(script, quoted, outside))


def overlap_s(stretch: Stretch, item: Told) -> float:
    """For how many seconds a segment lies in a stretch, to the millisecond; below zero where it does not."""
    return round(min(stretch.end_s, item.end_s) - max(stretch.start_s, item.start_s), 3)


def _tells(fact: Fact, said: str) -> bool:
    if fact.name in _NAMES:
        return any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said, re.I) for text in fact.texts)
    return any(line(text)[:SHOWN].rstrip() in said for text in fact.texts)


def _numbers(stretches: Sequence[Stretch]) -> set[str]:
    """Lengths in seconds and minutes, and how many rows there are of anything."""
    known: set[int] = set()
    for stretch in stretches:
        known |= set(range(len(stretch.rows) + 1))
        for length in (stretch.end_s - stretch.start_s, *(row.length_s for row in stretch.rows)):
            known |= {int(length), round(length), int(length / 60), round(length / 60)}
    return {str(number) for number in known}


def _wrong_site(script: Script, quoted: Sequence[str], outside: str) -> Iterator[str]:
    """A page that is told to be on another page's site: 'Title' on host."""
    pages = [page for stretch in script.stretches for page in stretch.sites.items()]
    for text, match in zip(quoted, _ON_SITE.finditer(outside), strict=False):
        own = {host for title, host in pages if flat(text) in flat(title)}
        if match[1] and own and match[1] not in own:
            yield f"{text} on {match[1]}"
