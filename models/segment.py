"""A segment: the raw events of one stretch of one activity (paper, section 3.3).

Knows the shape only; `models.segmenter` cuts the stream into segments and
tells them as sentences. `RawRecord`, in `models.trace`, is a segment's form on disk.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from models.observation import Observation
from watchers.event import Event

UNSEEN = "unseen"  # the status of a segment in which nothing could be seen


class BucketEvent(msgspec.Struct, frozen=True):
    """An event together with the type of its bucket, such as ``currentwindow`` or ``clipboard``."""

    type: str
    event: Event


class Segment(msgspec.Struct, frozen=True):
    """One stretch of one activity: same app and document, no long pause.

    Attributes:
        start: Aware, UTC.
        duration: Seconds.
        app: The application as the system names it ("Code", "Chromium", "XTerm"); None when no window was known.
        title: The window's title.
        url: The page, where a browser told it.
        query: The words searched for, where a browser's extension told them.
        file: The document or source file, with its folders where an editor told them.
        status: ``not-afk``, ``afk``, or ``unseen``: nothing could be seen, so nobody knows.
        user_input: Typed runs, keys, clicks and scrolls in order, as in the paper's appendix E.1:
            ``{"from": "keyboard", "type": "input", "data": "swift ui"}``.
        events: The other events inside it in order: clipboard, shell, browser, editor; of an
            unseen one its gaps.
        event_ids: Numbers of all raw rows it was made from, in order.
        project: The project or folder that the editor has open.
    """

    start: datetime
    duration: float
    app: str | None = None
    title: str | None = None
    url: str | None = None
    query: str | None = None
    file: str | None = None
    status: str = "not-afk"
    user_input: tuple[dict[str, Any], ...] = ()
    events: tuple[BucketEvent, ...] = ()
    event_ids: tuple[int, ...] = ()
    project: str | None = None

    @property
    def end(self) -> datetime:
        """The moment at which it ended."""
        return self.start + timedelta(seconds=self.duration)


class Moment(msgspec.Struct, frozen=True):
    """A segment and the sentence that tells it: what skills look at, newest last.

    Attributes:
        id: Number of the observation in the store; 0 before it is stored.
        segment: The facts.
        observation: The sentence.
    """

    id: int
    segment: Segment
    observation: Observation
