"""Cuts the stream of raw events into segments: one stretch of one activity each (paper, section 3.3).

Pure: events in, segments out, and the cursor from which the next call goes on. A
segment ends with a switch of program or document, a pause, an absence, a gap in
what could be seen, or a length cap. Each input belongs to exactly one segment,
however the stream is chunked; only what can no longer change is handed out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from models.aligned import aligned
from models.commands import AT_ONCE_S, SHELL
from models.documents import FILES
from models.front import (
    AFK,
    CONTEXT_TYPES,
    EDITOR,
    SEEN,
    TAB,
    WINDOW,
    Front,
    after,
    changed,
    ended,
    file_holds,
    left,
    loads,
    tab,
    title_of,
)
from models.segment import UNSEEN, BucketEvent, Segment
from models.unseen import TOLD_S
from watchers.coverage import GAP
from watchers.event import Event

INPUT = "os.hid.input"

FLICKER_S = 1.0  # a window in front for less, in which nothing is done, is passed over
LIVE_S = 6.0  # a gap that ended so recently may still be growing (daemon.coverage.GROW_S)
BLANK_S = 5.0  # a browser shows an empty page for so long while it loads
_TICK = timedelta(microseconds=1)


class Limits(msgspec.Struct, frozen=True):
    """Where a segment ends at the latest, in seconds.

    Attributes:
        pause_s: Without input for longer, it ends with the last input.
        segment_s: Longest segment.
        settle_s: What is younger may still be joined by rows that arrive late.
    """

    pause_s: float = 30.0
    segment_s: float = 180.0
    settle_s: float = 2.5  # a typed run is told 2 s after its last key


def segment(
    events: Iterable[BucketEvent],
    *,
    now: datetime,
    since: datetime | None = None,
    limits: Limits | None = None,
    final: bool = False,
) -> tuple[list[Segment], datetime]:
    """Cut events into segments.

    Args:
        events: All that overlap [since - HOLD_S, now], in any order.
        now: The present moment.
        since: The cursor of the call before; None for the beginning.
        limits: Where segments end.
        final: Close what is open: no more events will come.

    Returns:
        The segments that are closed, in order, and the cursor for the next call.
    """
    limits = limits or Limits()
    live = now if final else now - timedelta(seconds=LIVE_S)
    items = sorted(aligned(_with_ends(events, live)), key=_order)
    start = since or (min(_when(item) for item in items) if items else now)
    horizon = now if final else now - timedelta(seconds=limits.settle_s)
    cutter = _Cutter(start, limits)
    for item in items:
        when = _moment(item, start)
        if when > horizon:
            continue
        if when < start:
            cutter.remember(item)
        else:
            cutter.take(item, when)
    return cutter.finish(max(horizon, start), final=final)


def _order(item: BucketEvent) -> tuple[datetime, int]:
    """By time; at one time what is in front comes before what is done in it, and an absence after the last input.

    What an extension tells comes before its window: an address tells more of a page than its title does.
    The end of a gap comes before all that was seen then, its begin after it.
    """
    return _when(item), _RANKS.get(item.type, 1)


_RANKS = {SEEN: -2, TAB: -1, EDITOR: -1, WINDOW: 0, AFK: 2, GAP: 3}


def _with_ends(events: Iterable[BucketEvent], live: datetime) -> Iterator[BucketEvent]:
    """The end of each gap besides, unless it may still grow; a gap without length is none."""
    for item in events:
        if item.type != GAP:
            yield item
        elif item.event.duration > 0:
            yield item
            if item.event.end <= live:
                yield BucketEvent(SEEN, Event(item.event.end, 0.0, item.event.data))


def _when(item: BucketEvent) -> datetime:
    """The moment that decides to which segment an event belongs.

    Typed runs, merged clicks and commands are written when they end, so their
    end decides; else a run that began before a cut would come too late for it.
    """
    ends = item.type == SHELL or (item.type == INPUT and not _is_move(item.event))
    return item.event.end if ends else item.event.timestamp


def _moment(item: BucketEvent, start: datetime) -> datetime:
    """As `_when`; an absence or a gap that began earlier and lasts begins with the cursor (its row comes late)."""
    event = item.event
    lasts = item.type == GAP or (item.type == AFK and event.data.get("status") == "afk")
    return start if lasts and event.timestamp < start < event.end else _when(item)


def _is_move(event: Event) -> bool:
    data = event.data.get("data")
    return isinstance(data, dict) and data.get("type") == "move"


class _Cutter:
    """Walks through the events in order and holds the one segment that is open."""

    def __init__(self, start: datetime, limits: Limits) -> None:
        self._cursor = start
        self._pause = timedelta(seconds=limits.pause_s)
        self._cap = timedelta(seconds=limits.segment_s)
        self._state = Front()
        self._context: list[BucketEvent] = []  # the events that say what is in front
        self._open: list[BucketEvent] | None = None  # what was done in the open segment
        self._start = start
        self._last = start
        self._shown = self._state
        self._closed: list[Segment] = []

    def remember(self, item: BucketEvent) -> None:
        """Take in what was in front before the cursor."""
        if item.type in CONTEXT_TYPES:
            self._state = after(self._state, item)
            self._note(item)

    def take(self, item: BucketEvent, when: datetime) -> None:
        """Take in the next event."""
        if item.type in CONTEXT_TYPES:
            self._turn(item, when)
        else:
            self._act(item, when)

    def finish(self, horizon: datetime, *, final: bool) -> tuple[list[Segment], datetime]:
        """Close what can no longer change; returns the segments and the cursor."""
        if self._open is not None and not self._lasting:
            quiet = horizon - self._last > self._pause
            full = bool(self._open) and horizon - self._start > self._cap
            if final or quiet or full:
                self._close(self._last)
        elif self._open is not None and final:
            self._close(horizon)
        return self._closed, self._start if self._open is not None else self._cursor

    def _turn(self, item: BucketEvent, when: datetime) -> None:
        """Something else may be in front now."""
        state = after(self._state, item)
        self._pass(when)
        turned = changed(self._state, state, when)
        if turned and self._open == [] and when == self._start and not self._lasting:
            self._open = None  # what is in front is told by several rows of one moment
        elif turned and self._open is not None:
            self._close(when)  # before the row is noted: it belongs to what comes
        self._state = state
        self._note(item)
        shows = item.type not in (GAP, SEEN)
        if turned:
            self._context = [item] if shows else []
        if turned and (shows or self._lasting):
            self._begin(max(when, self._cursor))
        elif self._open is not None:
            self._shown = state
            if state.blind and item.type == GAP:
                self._open.append(item)

    def _act(self, item: BucketEvent, when: datetime) -> None:
        """The user did something, or what they had started has ended: that brings nobody back."""
        if self._state.blind:
            return  # told by a clock that is late, or by another program
        if self._state.away and not _is_unattended(item):
            if self._open is not None:
                self._close(when)
            self._state = self._state._replace(away=False)
        self._pass(when)
        if self._open and ended(self._shown, self._start, self._state, when):
            self._close(self._last)
        if self._open is None:  # an input's row is written at its end
            self._begin(max(item.event.timestamp, self._cursor) if item.type == INPUT else when)
        if self._open is not None:
            self._open.append(item)
        self._last = when
        self._shown = self._state
        if item.type == SHELL:
            self._state = left(self._state)

    def _pass(self, when: datetime) -> None:
        """Time goes by: a pause or the cap may end the open segment before `when`."""
        if self._open is None or self._lasting:
            return
        if when - self._last > self._pause or (self._open and when - self._start > self._cap):
            self._close(self._last)

    def _begin(self, when: datetime) -> None:
        self._open, self._start, self._last, self._shown = [], when, when, self._state
        if self._state.blind:
            self._open = list(self._state.gaps)

    @property
    def _lasting(self) -> bool:
        """Whether the open segment lasts as long as its state: an absence, or a gap."""
        return self._state.away or self._state.blind

    def _close(self, end: datetime) -> None:
        done, self._open = self._open or [], None
        self._cursor = max(end + _TICK, self._cursor) if end == self._last else end
        length = (end - self._start).total_seconds()
        if self._shown.blind:
            told = length >= TOLD_S
        else:
            paused = end == self._last and not self._shown.away
            told = bool(done) or paused or length >= (BLANK_S if loads(self._shown) else FLICKER_S)
        if told:
            self._closed.append(self._made(done, end))

    def _made(self, done: list[BucketEvent], end: datetime) -> Segment:
        shown, page = self._shown, tab(self._shown, self._start)
        around = [*self._context, *done]
        nobody = shown.away or shown.blind
        edits = file_holds(shown, self._start) and not nobody
        return Segment(
            start=self._start,
            duration=max((end - self._start).total_seconds(), 0.0),
            app=None if nobody else shown.app,
            title=None if nobody else title_of(shown, self._start),
            url=page.url if page and not nobody else None,
            query=page.query if page and not nobody else None,
            file=shown.file if edits else None,
            status=UNSEEN if shown.blind else "afk" if shown.away else "not-afk",
            user_input=tuple(item.event.data for item in _inputs(done)),
            events=tuple(item for item in done if item.type != INPUT),
            event_ids=tuple(dict.fromkeys(_ids(around))),
            project=shown.project if edits else None,
        )

    def _note(self, item: BucketEvent) -> None:
        """Keep of each type the newest event that says what is in front."""
        if item.type in (GAP, SEEN):
            return
        self._context = [kept for kept in self._context if kept.type != item.type] + [item]


def _is_unattended(item: BucketEvent) -> bool:
    """Whether it happens without its user: a long command ends, a file is written."""
    return item.type == FILES or (item.type == SHELL and item.event.duration >= AT_ONCE_S)


def _inputs(done: Iterable[BucketEvent]) -> Iterator[BucketEvent]:
    return (item for item in done if item.type == INPUT and not _is_move(item.event))


def _ids(items: Iterable[BucketEvent]) -> Iterator[int]:
    return (item.event.id for item in items if item.event.id is not None)
