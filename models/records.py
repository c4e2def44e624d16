"""A segment's form on disk: the raw record of the paper (appendix E.1), read and written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

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
    data: dict[str, Any] = {}
    for item in events:
        data |= {key: value for key, value in item.event.data.items() if value}
    return Segment(
        start=start,
        duration=max(record.duration, 0.0),
        app=record.app,
        title=data.get("title"),
        url=data.get("url"),
        query=data.get("query"),
        file=data.get("file"),
        project=data.get("project"),
        status=record.status,
        user_input=tuple(record.user_input),
        events=tuple(item for item in events if item.type != "currentwindow"),
    )


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
    data = item.get("data", {})
    time = item.get("timestamp", start.timestamp())
    when = datetime.fromtimestamp(time, UTC) if isinstance(time, int | float) else start
    kind = str(item.get("type", item.get("bucket", "")))
    length = item.get("duration", 0.0)
    return BucketEvent(
        kind,
        Event(when, float(length) if isinstance(length, int | float) else 0.0,
              data if isinstance(data, dict) else {}),
    )  # fmt: skip
