"""Holds told sentences against scripted sessions: what is told, what is invented, where the cuts are.

Shares no code with `models.check`, which it judges: it knows the script's rows and the sentence alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.lab.bench.scripted.script import Script
from models.lab.bench.scripted.stretch import Fact, Stretch, words_of

NEAR_S = 1.5  # a cut so near to the scripted one is that one
SHOWN = 60  # letters of a long text that must be told
_PLAIN = {"outcome", "absence", "picture"}  # told in words of our own, never in a quote
_NAMES = {"app", "engine"}  # told as whole words
_MARKS = {"'": "'", '"': '"', "“": "”", "‘": "’", "`": "`", "«": "»", "「": "」"}  # noqa: RUF001
_AFTER_QUOTE = re.compile(r"[\s.,;:!?)]|$")
_DOTTED = re.compile(r"\w[\w-]*(?:\.[\w-]+)+(?::\d+)?(?:/\S*[\w/])?")
_CAPITAL = re.compile(r"(?<!\w)[^\W\d_a-z]\w*(?:\+\w+)*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")
_CLAIMS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.I), set(acts.split()))
    for words, acts in (
        (r"search(?:es|ed|ing)?(?! results)|looks? up|quer(?:y|ies|ied)", "search"),
        (r"cop(?:y|ies|ied|ying)", "copy"),
        (r"past(?:es|ed|ing)", "paste"),
        (r"sav(?:es|ed|ing)", "save"),
        (r"runs?|ran|running|execut\w+|launch\w+", "run"),
        (r"types?|typed|typing|writ(?:es|ing)|wrote|enters|entered|entering", "type"),
        (r"edit(?:s|ed|ing)", "type paste save"),
        (r"scroll(?:s|ed|ing)?", "scroll"),
        (r"click(?:s|ed|ing)?", "click"),
        (r"drag(?:s|ged|ging)?", "drag"),
        (r"press(?:es|ed|ing)?", "press"),
        (r"fail(?:s|ed|ing)?", "fail"),
        (r"succe(?:eds?|eded|ssful|ssfully)", "succeed"),
        (r"interrupt(?:s|ed|ing)?", "interrupt"),
        (r"renam(?:es|ed|ing)", "rename"),
        (r"download(?:s|ed|ing)", "download"),
        (r"sends?|sent|sending", "send"),
        (r"clos(?:es|ed|ing)|delet\w+|remov\w+|install(?:s|ed|ing)|upload\w+", ""),
        (r"fix(?:es|ed|ing)|solv\w+|print(?:s|ed|ing)|creat(?:es|ed|ing)|buil(?:ds|t|ding)", ""),
    )
)  # fmt: skip


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
    """The stretch that a segment lies in for the most part."""
    return max(script.stretches, key=lambda stretch: _overlap_s(stretch, item))


def untold(stretch: Stretch, sentences: Sequence[str]) -> list[Fact]:
    """The main facts of a stretch that none of its sentences tells."""
    whole = _flat(" ".join(sentences))
    plain = _flat(" ".join(without_quotes(sentence, stretch) for sentence in sentences))
    return [
        fact for fact in stretch.facts if not _tells(fact, plain if fact.name in _PLAIN else whole)
    ]


def invented(script: Script, item: Told) -> list[str]:
    """Names, quotes, files, addresses and numbers of a sentence that do not stand in the rows of its stretches."""
    near = [stretch for stretch in script.stretches if _overlap_s(stretch, item) > NEAR_S]
    near = near or [belongs(script, item)]
    seen = _seen(near)
    quoted, outside = _split(item.sentence, seen)
    strange = [text for text in quoted if not _stands(text, seen)]
    squeezed = seen.replace(" ", "")
    for pattern in (_DOTTED, _CAPITAL):
        strange += [
            name
            for name in pattern.findall(outside)
            if name.casefold() not in squeezed and name != "The"
        ]
    known = _numbers(near)
    strange += [n for n in _NUMBER.findall(outside) if n not in known and n not in seen]
    return strange + list(_wrong_site(script, quoted, outside))


def claimed(script: Script, item: Told) -> list[str]:
    """Acts of a sentence that were not done in its stretches."""
    near = [stretch for stretch in script.stretches if _overlap_s(stretch, item) >= 0]
    done = set().union(*(stretch.acts for stretch in near))
    _, outside = _split(item.sentence, _seen(near))
    folders = re.sub(r"\bin Downloads\b", "", outside)
    return [
        match[0]
        for pattern, acts in _CLAIMS
        if (match := pattern.search(folders)) and not acts & done
    ]


def without_quotes(sentence: str, stretch: Stretch) -> str:
    """The sentence's own words."""
    return _split(sentence, _seen([stretch]))[1]


def quoted_in(sentence: str, stretch: Stretch) -> list[str]:
    """The texts that a sentence quotes, without their marks."""
    return _split(sentence, _seen([stretch]))[0]


def _split(sentence: str, seen: str) -> tuple[list[str], str]:
    """The quoted texts, and the sentence with each as ''. A quote that was seen may hold quotes itself."""
    quoted, outside, place = [], "", 0
    while place < len(sentence):
        letter = sentence[place]
        end = None
        if letter in _MARKS and (place == 0 or not sentence[place - 1].isalnum()):
            ends = [
                index
                for index in range(place + 1, len(sentence))
                if sentence[index] == _MARKS[letter] and _AFTER_QUOTE.match(sentence, index + 1)
            ]
            known = [index for index in ends if _stands(sentence[place + 1 : index], seen)]
            end = known[-1] if known else ends[0] if ends else None
        if end is None:
            outside += letter
            place += 1
        else:
            quoted.append(sentence[place + 1 : end])
            outside += "''"
            place = end + 1
    return quoted, outside


def _overlap_s(stretch: Stretch, item: Told) -> float:
    return min(stretch.end_s, item.end_s) - max(stretch.start_s, item.start_s)


def _tells(fact: Fact, said: str) -> bool:
    if fact.name in _NAMES:
        return any(
            re.search(rf"(?<!\w){re.escape(_flat(text))}(?!\w)", said) for text in fact.texts
        )
    return any(_flat(text)[:SHOWN].rstrip() in said for text in fact.texts)


def _seen(stretches: Sequence[Stretch]) -> str:
    return "\n".join(_flat(text) for stretch in stretches for text in words_of(stretch))


def _stands(text: str, seen: str) -> bool:
    return _flat(text).rstrip("…").removesuffix("...").rstrip() in seen


def _numbers(stretches: Sequence[Stretch]) -> set[str]:
    """Lengths in seconds and minutes, and how many rows there are of anything."""
    known: set[int] = set()
    for stretch in stretches:
        known |= set(range(len(stretch.rows) + 1))
        for length in (stretch.end_s - stretch.start_s, *(row.length_s for row in stretch.rows)):
            known |= {int(length), round(length), int(length / 60), round(length / 60)}
    return {str(number) for number in known}


def _wrong_site(script: Script, quoted: Sequence[str], outside: str) -> Iterator[str]:
    """A page that is told to be on another page's site."""
    pages = [page for stretch in script.stretches for page in stretch.sites.items()]
    hosts = {host for _, host in pages} & set(_DOTTED.findall(outside))
    for text in quoted:
        own = {host for title, host in pages if _flat(text) in _flat(title)}
        if own and hosts and not own & hosts:
            yield f"{text} on {', '.join(sorted(hosts))}"


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
