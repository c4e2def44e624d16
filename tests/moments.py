"""Segments and moments by hand, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.skills.base import Told
from models.facts import facts
from models.observation import Observation
from models.segment import BucketEvent, Moment, Segment
from models.telling import tell
from watchers.event import Event

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def event(kind: str, second: float, length: float = 0.0, /, **data: Any) -> BucketEvent:
    return BucketEvent(kind, Event(at(second), length, data))


def window(second: float, length: float, app: str, title: str) -> BucketEvent:
    return event("currentwindow", second, length, app=app, title=title)


def copied(second: float, text: str) -> BucketEvent:
    return BucketEvent("clipboard", Event(at(second), 0.0, {"type": "text", "text": text}))


def keyboard(text: str) -> dict[str, Any]:
    return {"from": "keyboard", "type": "input", "data": text}


def key(name: str) -> dict[str, Any]:
    return {"from": "keyboard", "data": {"type": "pressAndRelease", "key": name}}


def typed(second: float, text: str, length: float = 1.0) -> BucketEvent:
    return BucketEvent("os.hid.input", Event(at(second), length, keyboard(text)))


def pressed(second: float, name: str) -> BucketEvent:
    return BucketEvent("os.hid.input", Event(at(second), 0.0, key(name)))


def moment(second: float, app: str, title: str, *inputs: dict[str, Any], **more: Any) -> Moment:
    segment = Segment(at(second), more.pop("duration", 10.0), app, title, user_input=inputs, **more)
    return Moment(0, segment, Observation(str(second), tell(facts(segment))))


class Remembered:
    """What was told before, in memory."""

    def __init__(self, moments: Sequence[Moment] = ()) -> None:
        self.moments = moments
        self.asked: list[datetime] = []

    def day(self, time: datetime) -> Told:
        self.asked.append(time)
        return Told([item for item in self.moments if item.segment.start <= time])

    def before(self, time: datetime) -> Told:
        return Told([item for item in self.moments if item.segment.start < time])
