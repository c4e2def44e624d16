"""Plain numbers of a moment, named and in groups: kinds of event, words, searches, time, places, likeness.

Pure and without state; training and the worker call the same functions. Only what was observed goes
in: neither labels nor later events, and never how many candidates a moment has.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors
from models.observation import Observation
from models.reading import Reading
from models.sentences import CHINESE, FILE, KINDS, PLACES, QUESTION, likeness, told
from models.trace import seconds

Numbers = dict[str, float]
Floats = NDArray[np.float64]

LONGEST_PAUSE_S = 3600.0
LATELY = 5  # events before the newest that count as recent
COUNTED = ("search", "error", "edit", "read", "switch", "idle", "chat", "type", "paste")
NEAR = 0.8  # cosine from which two sentences tell nearly the same


def moment_numbers(reading: Reading) -> Numbers:
    """All plain numbers of a moment, in the order in which heads read them."""
    sentences = [item.event for item in reading.history]
    pauses = _pauses(reading.history)
    return {
        **_kinds(sentences),
        **_words(sentences),
        **_searches(sentences),
        **_times(pauses),
        **_places(sentences, pauses),
        **_likeness(sentences, reading.vectors),
    }


def values(numbers: Numbers) -> Floats:
    """As they are computed with, shape [len(numbers)]."""
    return np.fromiter(numbers.values(), float, len(numbers))


def _kinds(sentences: Sequence[str]) -> Numbers:
    now = told(sentences[-1]).kinds
    before = told(sentences[-2]).kinds if len(sentences) > 1 else frozenset()
    recent = [told(sentence).kinds for sentence in sentences[-1 - LATELY : -1]]
    numbers = {f"is {name}": float(name in now) for name in KINDS}
    numbers |= {f"was {name}": float(name in before) for name in KINDS}
    return numbers | {
        f"lately {name}": sum(name in kinds for kinds in recent) / LATELY for name in COUNTED
    }


def _words(sentences: Sequence[str]) -> Numbers:
    newest = sentences[-1]
    now, before = told(newest), [told(sentence).words for sentence in sentences[:-1]]
    seen = frozenset[str]().union(*before)
    return {
        "words": math.log1p(len(now.words)),
        "letters": math.log1p(len(newest)) / 5,
        "quotes": float(bool(now.quoted)),
        "words quoted": math.log1p(len(now.quoted.split())),
        "asks": float(bool(QUESTION.search(now.quoted or newest))),
        "names a file": float(bool(FILE.search(newest))),
        "chinese": float(bool(CHINESE.search(newest))),
        "address": float("http" in newest),
        "says nothing": float(not now.words),
        "new words": math.log1p(len(now.words - seen)),
        "share of new words": len(now.words - seen) / max(len(now.words), 1),
        "known words": math.log1p(len(now.words & seen)),
        "words of the last": likeness(now.words, before[-1]) if before else 0.0,
    }


def _searches(sentences: Sequence[str]) -> Numbers:
    newest = len(sentences) - 1
    places = [i for i, sentence in enumerate(sentences) if "search" in told(sentence).kinds]
    older = [i for i in places if i < newest]
    searches = newest in places
    again = 0.0
    if searches and older:
        again = likeness(told(sentences[-1]).words, told(sentences[older[-1]]).words)
    return {
        "searches": math.log1p(len(places)),
        "since a search": min(newest - places[-1], 10) / 10 if places else 1.0,
        "searches again": again,
        "first search": float(searches and not older),
    }


def _pauses(history: Sequence[Observation]) -> list[float]:
    """Seconds between observations; a clock that steps back, or is none, counts as no time."""
    times = [seconds(item.time) for item in history]
    return [
        0.0 if now is None or before is None else min(max(now - before, 0.0), LONGEST_PAUSE_S)
        for before, now in pairwise(times)
    ]


def _times(pauses: Sequence[float]) -> Numbers:
    last = _log(pauses[-1]) if pauses else 0.0
    recent = pauses[-LATELY:]
    return {
        "pause": last,
        "pause before": _log(pauses[-2]) if len(pauses) > 1 else 0.0,
        "pause beside the usual": last - (_log(float(np.median(pauses))) if pauses else 0.0),
        "pace": _log(sum(recent) / len(recent)) if pauses else 0.0,
    }


def _places(sentences: Sequence[str], pauses: Sequence[float]) -> Numbers:
    places = [told(sentence).place for sentence in sentences]
    count, here = len(places), places[-1]
    stay = next((n for n, place in enumerate(reversed(places)) if place != here), count)
    recent = places[-1 - LATELY :]
    numbers = {
        "stay": math.log1p(stay),
        "dwell": _log(sum(pauses[count - stay :] if stay < count else pauses)),
        "switched": float(count > 1 and here != places[-2]),
        "switches": sum(a != b for a, b in pairwise(recent)) / LATELY,
        "first time here": float(here not in places[:-1]),
    }
    numbers |= {f"in {place}": float(here == place) for place in PLACES}
    return numbers | {
        "events": math.log(count) / 3,
        "first event": float(count == 1),
        "early": float(count <= 3),
    }


def _likeness(sentences: Sequence[str], vectors: Vectors) -> Numbers:
    count = len(sentences)
    near = vectors[:-1] @ vectors[-1]  # empty at a first event
    nearest = float(near.max()) if count > 1 else 0.0
    drift = float(vectors[-4:].mean(0) @ vectors[-8:-4].mean(0)) if count > 4 else 0.0
    return {
        "like the last": float(near[-1]) if count > 1 else 0.0,
        "like the last four": float(near[-4:].mean()) if count > 1 else 0.0,
        "like the likest": nearest,
        "like all": float(near.mean()) if count > 1 else 0.0,
        "unlike all": 1 - nearest,
        "the same again": float(sentences[-1] in sentences[:-1]),
        "nearly the same": float(bool((near > NEAR).any())),
        "drift": drift,
    }


def _log(duration: float) -> float:
    """Seconds on a scale from 0 to about 1."""
    return math.log1p(duration) / 8
