"""How well a told sentence reads: eight questions with yes or no, the same for every teller.

Written down before any trained sentence existed, so that none could be flattered. The questions
ask about form alone; what is told and what is invented is counted in `segmenter_scoring`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb
from typing import NamedTuple

from models.lab.bench.scripted.stretch import Stretch, texts_of
from models.lab.bench.segmenter_quotes import flat, seen_in, split

QUESTIONS = {
    "form": "one sentence with a full stop, that begins with \"The user\" where somebody was seen",
    "short": "at most 22 words beside its quotes",
    "once": "no quote, program or site is named twice",
    "flow": "no clause is cut off from its place by a comma (\"typing 'x', in Vim\")",
    "few": "at most three clauses",
    "order": "quotes come in the order in which they were typed, run and copied",
    "object": "it says of what: a quote or a site, not \"scrolls in Vim\" alone",
    "sense": "it says what was done, not which keys were pressed for it",
}  # fmt: skip
SHORT = 22
CLAUSES = 3
CHANCE = 0.05  # of a two-sided sign test, below which one teller is preferred

_CUT_OFF = re.compile(r",\s+(?:in|on|from)\s")
_JOINT = re.compile(r",(?:\s+(?:and|then))?|\s(?:and|then|while)\s")
_LIST = re.compile(r"''(?:,\s+'')*(?:,?\s+and\s+'')")
_KEYS = re.compile(r"\bpress\w*\b|\b(?:Ctrl|Alt|Shift|Super)\+|\bwith the mouse\b", re.I)
_HOST = re.compile(r"\w[\w-]*(?:\.[\w-]+)+")
_DONE = ("os.hid.input", "clipboard", "app.shell.command", "os.file.change")


class Reading(NamedTuple):
    """A sentence, and which questions it is answered with no."""

    sentence: str
    failed: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the questions answered with yes."""
        return 1 - len(self.failed) / len(QUESTIONS)


class Preference(NamedTuple):
    """Two tellers side by side: in how many kinds of activity one reads better, and the chance of that by luck."""

    better: int
    worse: int
    chance: float

    @property
    def preferred(self) -> bool:
        """Whether the first reads better, and not by luck."""
        return self.better > self.worse and self.chance < CHANCE


def read(sentence: str, stretch: Stretch) -> Reading:
    """Answer all questions of a sentence about a stretch."""
    answers = _answers(sentence, stretch)
    return Reading(sentence, tuple(name for name in QUESTIONS if not answers[name]))


def compare(ours: Sequence[Reading], theirs: Sequence[Reading], kinds: Sequence[str]) -> Preference:
    """Sentences of the same segments, pair by pair; a sign test over the kinds of activity that differ.

    Over kinds, for segments of one kind are often told in the same words: they are no trials of their own.
    """
    points: Counter[str] = Counter()
    for one, other, kind in zip(ours, theirs, kinds, strict=True):
        points[kind] += len(other.failed) - len(one.failed)
    better = sum(gained > 0 for gained in points.values())
    worse = sum(gained < 0 for gained in points.values())
    return Preference(better, worse, sign_test(better, worse))


def sign_test(better: int, worse: int) -> float:
    """Two-sided: the chance of a split at least so uneven where both are alike."""
    n = better + worse
    tail = sum(comb(n, k) for k in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / float(2**n))


def _answers(sentence: str, stretch: Stretch) -> dict[str, bool]:
    texts, plain = split(sentence, seen_in([stretch]))
    quoted = [flat(text) for text in texts]
    sites = _HOST.findall(plain)
    begins = sentence.startswith("The user ") or "hide" in stretch.acts
    programs = [name for name in stretch.spoken if _times(name, plain) > 1]
    return {
        "form": begins and plain.endswith(".") and not re.search(r"[.!?]\s", plain),
        "short": len(plain.replace("''", " x ").split()) - plain.count("''") <= SHORT,
        "once": len({*quoted}) == len(quoted) and len({*sites}) == len(sites) and not programs,
        "flow": not _CUT_OFF.search(plain),
        "few": len(_JOINT.findall(_LIST.sub("''", plain))) < CLAUSES,
        "order": _in_order(list(_moments(quoted, stretch))),
        "object": bool(quoted or sites) or not stretch.rows or _nothing_to_name(stretch),
        "sense": not _KEYS.search(plain),
    }  # fmt: skip


def _nothing_to_name(stretch: Stretch) -> bool:
    """Whether a program is all that there is to tell."""
    return all(fact.name in ("app", "absence") for fact in stretch.facts)


def _moments(quoted: Sequence[str], stretch: Stretch) -> Iterator[float]:
    """When each quote was typed, run or copied, as far as it was."""
    rows = [row for row in stretch.rows if row.type in _DONE]
    for text in quoted:
        head = text.rstrip("…").strip()
        if found := [
            row.at_s for row in rows if head and head in flat(" ".join(texts_of(row.data)))
        ]:
            yield found[0]


def _in_order(moments: Sequence[float]) -> bool:
    return list(moments) == sorted(moments)


def _times(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))
