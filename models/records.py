"""A segment's form on disk: the raw record of the paper (appendix E.1), read and written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from models.aligned import aligned
from models.applications import WEB
from models.commands import SHELL
from models.front import EDITOR, TAB, WINDOW, Front, after, file_holds, tab, title_of
from models.segment import BucketEvent, Segment
from watchers.event import Event


class RawRecord(msgspec.Struct, frozen=True):
    """A segment before it is told (paper, appendix E.1).

    Attributes:
        timestamp: Start, epoch seconds.
        duration: Seconds.
        user_input: Typed runs, keys, clicks and scrolls in order.
        status: ``not-afk`` or ``afk``.
        app: The application; ``web`` for a browser in the released records.
        events: Other events: ``{"type", "timestamp", "duration", "data"}``.
    """

    timestamp: float
    duration: float = 0.0
    user_input: list[dict[str, Any]] = []
    status: str = "not-afk"
    app: str | None = None
    events: list[dict[str, Any]] = []


def segment_to_record(segment: Segment) -> RawRecord:
    """A segment's form on disk."""
    return RawRecord(
        timestamp=segment.start.timestamp(),
        duration=segment.duration,
        user_input=list(segment.user_input),
        status=segment.status,
        app=segment.app,
        events=[_event_out(item) for item in _context(segment)],
    )


def record_to_segment(record: RawRecord) -> Segment:
    """A record as a segment; its page, file and title come from its events."""
    start = datetime.fromtimestamp(record.timestamp, UTC)
    events = tuple(_event_in(item, start) for item in record.events)
    shown, given = _in_front(events, None if record.app == WEB else record.app)
    app = shown.app or record.app
    shown = shown._replace(app=app)
    when = max([item.event.timestamp for item in events], default=start)
    page = tab(shown, when)
    edits = file_holds(shown, when)
    return Segment(
        start=start,
        duration=max(record.duration, 0.0),
        app=app,
        title=title_of(shown, when),
        url=given.get("url") or (page.url if page else None),
        query=given.get("query") or (page.query if page else None),
        file=given.get("file") or (shown.file if edits else None),
        project=given.get("project") or (shown.project if edits else None),
        status=record.status,
        user_input=tuple(record.user_input),
        events=tuple(item for item in events if item.type != WINDOW),
    )


def _in_front(events: tuple[BucketEvent, ...], app: str | None) -> tuple[Front, dict[str, Any]]:
    """What the events leave in front, and what the last window's row itself tells of its page or file."""
    state, given = Front(app=app), {}
    for item in aligned(events):
        if item.type in (WINDOW, TAB, EDITOR):
            state = after(state, item)
        if item.type == WINDOW:
            state, given = state._replace(app=app or state.app), item.event.data
    names = ("url", "query", "file", "project")
    return state, {name: given[name] for name in names if isinstance(given.get(name), str)}


def _context(segment: Segment) -> Iterator[BucketEvent]:
    """The segment's events, and its window as one of them."""
    if segment.title or segment.url or segment.file:
        data = {"app": segment.app, "title": segment.title}
        names = ("url", "query", "file", "project")
        data |= {key: value for key in names if (value := getattr(segment, key))}
        yield BucketEvent("currentwindow", Event(segment.start, segment.duration, data))
    yield from segment.events


def _event_out(item: BucketEvent) -> dict[str, Any]:
    event = item.event
    return {
        "type": item.type,
        "timestamp": event.timestamp.timestamp(),
        "duration": event.duration,
        "data": event.data,
    }


def _event_in(item: dict[str, Any], start: datetime) -> BucketEvent:
    said = item.get("data", {})
    data: dict[str, Any] = said if isinstance(said, dict) else {}
    time = item.get("timestamp", start.timestamp())
    when = datetime.fromtimestamp(time, UTC) if isinstance(time, int | float) else start
    length = item.get("duration", 0.0)
    seconds = float(length) if isinstance(length, int | float) else 0.0
    return BucketEvent(_kind(item, data), Event(when, seconds, data))


def _kind(item: dict[str, Any], data: dict[str, Any]) -> str:
    """An event's type; where a record tells none, what its keys tell."""
    if isinstance(item.get("type"), str):
        return str(item["type"])
    return next((kind for key, kind in _KEYS.items() if key in data), "")


_KEYS = {"url": TAB, "file": EDITOR, "command": SHELL, "app": WINDOW, "text": "clipboard"}
