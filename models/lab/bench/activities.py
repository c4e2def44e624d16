"""Boundaries of activities on scripted days: `hunch bench activities`.

Scored are days of pieces of work that no weight was fitted to (`activity_days.toml`, `held`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from models.activities import activities
from models.encoder import Encoder, pack
from models.lab.bench.activity_days import Day, boundaries_of, days, of_one_work
from models.lab.bench.metrics import Figures
from models.lab.bench.table import Row, Section, Table
from models.pieces import pieces

DAYS = 40
DRAWS = 1000
PAUSE_S = 60.0
DATA = "{days} scripted days of {works} pieces of work, {moments} moments (models/lab/bench/activity_days.toml)"
NOTES = (
    "A boundary counts as found at the very moment with which another piece of work begins; under ±1 also"
    " one moment beside it. The days are scripts: they hold asides, pauses within a piece of work, pages of"
    " one site and documents of one program in different ones, but real days hold more of everything.",
)

Cut = Callable[[Day], list[int]]


class Count(NamedTuple):
    """Of one day: boundaries found, told and true; and found within one moment."""

    found: int
    told: int
    true: int
    near: int


def bench_activities(encoder: Encoder, count: int = DAYS, seed: int = 1) -> Table:
    """Score ways to cut days into activities.

    Args:
        encoder: Makes the sentences' vectors.
        count: Days.
        seed: Of the scripts.
    """
    scored, vectors = days("held", count, seed), _Vectors(encoder)
    ways: dict[str, Cut] = {
        "every switch of program": _switches,
        "a pause of a minute": _pauses,
        "hunch, without vectors": lambda day: _ours(day, []),
        "hunch": lambda day: _ours(day, vectors.of(day)),
    }
    single = of_one_work("held", seed)
    cuts = sum(len(_ours(day, vectors.of(day))) for day in single)
    alone = (
        f"On {len(single)} days of one piece of work, {sum(len(day.moments) for day in single)} moments,"
        f" hunch begins anew {cuts} times; right is never."
    )
    together = _together(scored, vectors)
    return Table(
        name="activities",
        data=DATA.format(
            days=count, works=len(single), moments=sum(len(day.moments) for day in scored)
        ),
        columns=("precision", "recall", "f1", "near_f1"),
        rows=[_row(name, [_count(day, cut(day)) for day in scored]) for name, cut in ways.items()],
        notes=(*NOTES, alone, together),
        sections=(Section("", bounded=("f1",), over="95 % over days"),),
    )


class _Vectors:
    """Sentences' vectors, each made once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, bytes] = {}

    def of(self, day: Day) -> list[bytes | None]:
        texts = [moment.observation.event for moment in day.moments]
        for text in texts:
            if text not in self._known:
                self._known[text] = pack(self._encoder.encode([text])[0])
        return [self._known[text] for text in texts]


def _together(scored: Sequence[Day], vectors: _Vectors) -> str:
    """How well activities that lie apart are put together, over pairs of one day."""
    right = told = true = 0
    for day in scored:
        found = activities(day.moments, vectors.of(day))
        at = {moment.id: visit for moment, visit in zip(day.moments, day.visits, strict=True)}
        of = {
            item.start: _work(day, [at[number] for number in item.observations]) for item in found
        }
        one = [{part.start for part in piece.parts} for piece in pieces(found)]
        for first, second in combinations(found, 2):
            same = of[first.start] == of[second.start]
            joined = any({first.start, second.start} <= starts for starts in one)
            right, told, true = right + (same and joined), told + joined, true + same
    return (
        f"Of {true} pairs of activities that are one piece of work, {right} are told as one ({right / true:.0%});"
        f" of {told} pairs told as one, {right / told:.0%} are."
    )


def _work(day: Day, visits: Sequence[int | None]) -> int:
    """The piece of work that most of an activity's moments belong to."""
    most = Counter(visit for visit in visits if visit is not None).most_common(1)[0][0]
    return day.works[most]


def _ours(day: Day, vectors: Sequence[bytes | None]) -> list[int]:
    begins = {item.observations[0] for item in activities(day.moments, vectors)}
    return [place for place, moment in enumerate(day.moments) if moment.id in begins][1:]


def _switches(day: Day) -> list[int]:
    return [
        later
        for earlier, later in _neighbours(day)
        if day.moments[earlier].segment.app != day.moments[later].segment.app
    ]


def _pauses(day: Day) -> list[int]:
    def pause_s(earlier: int, later: int) -> float:
        begin, end = day.moments[later].segment.start, day.moments[earlier].segment.end
        return (begin - end).total_seconds()

    return [later for earlier, later in _neighbours(day) if pause_s(earlier, later) >= PAUSE_S]


def _neighbours(day: Day) -> list[tuple[int, int]]:
    """Moments at work, each with the next."""
    return list(pairwise(place for place, visit in enumerate(day.visits) if visit is not None))


def _count(day: Day, told: Sequence[int]) -> Count:
    true = list(boundaries_of(day))
    return Count(len({*told} & {*true}), len(told), len(true), _near(told, true))


def _near(told: Sequence[int], true: Sequence[int]) -> int:
    """How many true boundaries have one told beside or upon them, each told one counted once."""
    left, near = set(told), 0
    for place in true:
        beside = [other for other in (place, place - 1, place + 1) if other in left]
        left -= set(beside[:1])
        near += bool(beside)
    return near


def _row(name: str, counts: Sequence[Count]) -> Row:
    """A row, with its F1's interval over days drawn again."""
    every = np.array(counts)
    drawn = np.random.default_rng(0).integers(len(every), size=(DRAWS, len(every)))
    f1s = [_f1(every[draw].sum(axis=0)) for draw in drawn]
    found, told, true, near = (int(total) for total in every.sum(axis=0))
    low, high = (float(edge) for edge in np.quantile(f1s, (0.025, 0.975)))
    figures: Figures = {
        "precision": found / told if told else None,
        "recall": found / true,
        "f1": 2 * found / (told + true),
        "f1_low": low,
        "f1_high": high,
        "near_f1": 2 * near / (told + true),
    }
    return Row(name, "none", true, figures)


def _f1(sums: "np.ndarray[tuple[int], np.dtype[np.int_]]") -> float:
    return float(2 * sums[0] / (sums[1] + sums[2]))
