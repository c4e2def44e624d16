"""Activities: the same piece of work across programs, pages and documents, cut out of the day's moments.

The third level: events, segments, activities. Pure, and no numpy. A boundary lies where document and
topic change (`models.related`) or a long time passes, not where another program comes to the front;
what is done for a moment in between and left again belongs to the work around it.
"""

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import NamedTuple, TypeVar

import msgspec

from models.about import about
from models.facts import Facts, facts
from models.related import RULE, Rule, Traits, related, traits
from models.segment import UNSEEN, Moment, Segment

T = TypeVar("T", bound=Hashable)

REST_S = 15 * 60.0  # an absence, or a time of which there is no word, that ends an activity
LONGEST_GAP_S = 300.0  # between two segments, reading without input counts as work up to so long
REACH = 10  # moments that each is compared with, back from it
TITLE = 60  # characters of a title in the line of what was done earlier
GLANCE_S = 15.0  # what was in front for less is told only where nothing was for longer
LONGEST = 400  # moments of an activity: 500 a day take a tenth of a second, longer ones are cut
PAUSE_S = 300.0  # from here on a pause makes a boundary no likelier


class Page(msgspec.Struct, frozen=True):
    """A page that was open: its title, and its address where a browser told it."""

    title: str
    url: str | None = None


class Activity(msgspec.Struct, frozen=True):
    """A piece of work.

    Attributes:
        start: When its first segment began; aware, UTC.
        end: When its last one ended.
        active_s: Seconds of it that were spent at work, reading without input included.
        title: What it was about, in some words: "report.py (sales)".
        apps: Programs by their names in sentences; as all that follow, what took longest first.
        files: Names of documents.
        paths: The documents' places, of those that an editor told whole.
        pages: Pages, without those of results.
        windows: Titles in other programs that name no document: a mail, a channel.
        queries: Words searched for, in order.
        commands: Command lines, in order.
        observations: Numbers of its sentences, oldest first.
    """

    start: datetime
    end: datetime
    active_s: float
    title: str
    apps: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    windows: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    observations: tuple[int, ...] = ()


class Seen(NamedTuple):
    """A moment at work, read."""

    moment: Moment
    facts: Facts
    traits: Traits
    spent_s: float
    pause_s: float


def activities(moments: Sequence[Moment], vectors: Sequence[bytes | None] = ()) -> list[Activity]:
    """Cut moments into activities.

    Args:
        moments: Oldest first, absences and what was not seen among them; of one day, say.
        vectors: Of each moment its sentence's vector, as `models.encoder.pack` makes it, all of one
            encoder; None where none is known. Without any, documents and words decide.

    Returns:
        Oldest first; none overlaps another.
    """
    found: list[Activity] = []
    for stretch in stretches(moments, vectors):
        edges = boundaries([item.traits for item in stretch], [item.pause_s for item in stretch])
        found += [_made(stretch[first:last]) for first, last in pairwise([0, *edges, len(stretch)])]
    return found


def earlier(found: Sequence[Activity], room: int) -> str:
    """One line of what was done before the newest activity, for a model that reads only that one.

    Args:
        found: Activities of the day, oldest first.
        room: At most so many bytes in UTF-8: the newest that fit, whole.

    Returns:
        "09:10-10:02 report.py (sales); 10:05-10:20 Trains to Basel", in local time; empty for nothing.
    """
    parts: list[str] = []
    for item in reversed(found[:-1]):
        start, end = item.start.astimezone(), item.end.astimezone()
        title = item.title if len(item.title) <= TITLE else f"{item.title[:TITLE].rstrip()}…"
        parts.insert(0, f"{start:%H:%M}-{end:%H:%M} {title}")
        if len("; ".join(parts).encode(errors="replace")) > room:
            return "; ".join(parts[1:])
    return "; ".join(parts)


def boundaries(rows: Sequence[Traits], pauses_s: Sequence[float], rule: Rule = RULE) -> list[int]:
    """Where, in one stretch of work, an activity begins anew: numbers of rows, without the first.

    Of all ways to cut the rows, that in which what is kept together speaks most for it: the sum over
    pairs at most `REACH` apart, near ones counting more, less what each cut costs (correlation
    clustering, on a line).

    Args:
        rows: A stretch's moments.
        pauses_s: Seconds between each and the one before it.
        rule: What speaks for keeping together, and what a cut costs.
    """
    near = [
        [
            related(rows[at - back], row, rule) / math.sqrt(back)
            for back in range(1, min(at, REACH) + 1)
        ]
        for at, row in enumerate(rows)
    ]
    costs = [rule.turn - rule.paused * min(pause_s / PAUSE_S, 1.0) for pause_s in pauses_s]
    ahead = [_ahead(near, place, len(rows)) for place in range(len(rows))]
    best, begins = [0.0], list[int]()
    for end in range(1, len(rows) + 1):
        kept, most, first = 0.0, -math.inf, end - 1
        for begin in range(end - 1, max(end - 1 - LONGEST, -1), -1):
            kept += ahead[begin] if begin + REACH < end else _ahead(near, begin, end)
            value = best[begin] + kept - costs[begin]
            if value > most:
                most, first = value, begin
        best.append(most)
        begins.append(first)
    edges: list[int] = []
    at = len(rows)
    while at > 0:
        at = begins[at - 1]
        edges.append(at)
    return edges[::-1][1:]


def _ahead(near: Sequence[Sequence[float]], place: int, end: int) -> float:
    """What keeps a row together with those behind it, up to `end`."""
    return sum(
        near[later][later - place - 1] for later in range(place + 1, min(end, place + REACH + 1))
    )


def spent(moments: Sequence[Moment]) -> Iterator[tuple[Moment, float]]:
    """The moments at work, each with its seconds; reading on without input counts, up to a while."""
    for moment, following in zip_longest(moments, moments[1:]):
        segment = moment.segment
        if segment.status not in ("afk", UNSEEN):
            gap_s = (following.segment.start - segment.end).total_seconds() if following else 0.0
            yield moment, segment.duration + min(max(gap_s, 0.0), LONGEST_GAP_S)


def stretches(moments: Sequence[Moment], vectors: Sequence[bytes | None]) -> Iterator[list[Seen]]:
    """Work without a long rest in it; absences and what was not seen are no part of it."""
    known = {id(moment): vector for moment, vector in zip(moments, vectors, strict=False)}
    stretch: list[Seen] = []
    before: Segment | None = None
    for moment, spent_s in spent(moments):
        segment = moment.segment
        pause_s = (segment.start - before.end).total_seconds() if before else 0.0
        if stretch and pause_s >= REST_S:
            yield stretch
            stretch, before = [], None
        seen = facts(segment, before)
        read = traits(seen, known.get(id(moment)))
        stretch.append(Seen(moment, seen, read, spent_s, max(pause_s, 0.0)))
        before = segment
    if stretch:
        yield stretch


def _made(part: Sequence[Seen]) -> Activity:
    """The activity of some moments."""
    return Activity(
        start=part[0].moment.segment.start,
        end=part[-1].moment.segment.end,
        active_s=round(sum(item.spent_s for item in part), 3),
        title=about([(item.facts, item.spent_s) for item in part]),
        apps=_ranked((item.facts.app, item.spent_s) for item in part if item.facts.app),
        files=_ranked((item.facts.file, item.spent_s) for item in part if item.facts.file),
        paths=_ranked((path, item.spent_s) for item in part if (path := _path(item))),
        pages=_ranked((page, item.spent_s) for item in part if (page := _page(item.facts))),
        windows=_ranked((name, item.spent_s) for item in part if (name := _window(item.facts))),
        queries=_each(item.facts.query or item.facts.results for item in part),
        commands=_each(run.text for item in part for run in item.facts.commands if not run.earlier),
        observations=tuple(item.moment.id for item in part),
    )


def _page(seen: Facts) -> Page | None:
    if seen.sort != "browser" or not seen.title or seen.query or seen.results:
        return None
    return Page(seen.title, seen.url)


def _window(seen: Facts) -> str | None:
    told = seen.sort in ("browser", "terminal") or seen.file
    return None if told or not seen.title else " ".join(seen.title.split())


def _path(item: Seen) -> str | None:
    """A document's whole place."""
    path = item.moment.segment.file
    return path if path and ("/" in path or "\\" in path) else None


def _ranked(spent: Iterable[tuple[T, float]]) -> tuple[T, ...]:
    """Each once, what took longest first; without what was only glanced at."""
    counts: dict[T, float] = {}
    for item, seconds in spent:
        counts[item] = counts.get(item, 0.0) + seconds
    least_s = min(GLANCE_S, max(counts.values(), default=0.0))
    ranked = sorted(counts, key=lambda item: -counts[item])
    return tuple(item for item in ranked if counts[item] >= least_s)


def _each(items: Iterable[str | None]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(item for item in items if item))
