"""A sink that keeps what the daemon would: nothing that overlaps a hidden stretch, told when it may."""

from datetime import datetime
from typing import Any

from watchers.coverage import HIDING, Cause
from watchers.event import Bucket, Event


class Keeping:
    """Coverage and sink in one.

    Attributes:
        gaps: Every stretch: source, cause, begin, end; the end is None while it lasts.
    """

    def __init__(self) -> None:
        self.gaps: list[tuple[str, Cause, datetime, datetime | None]] = []
        self.events: list[tuple[Bucket, Event]] = []

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        known = [gap for gap in self.gaps if (*gap[:2], gap[3]) == (source, cause, None)]
        earliest = min([since, *(begin for _, _, begin, _ in known)])
        self.gaps = [gap for gap in self.gaps if gap not in known]
        self.gaps.append((source, cause, earliest, None))

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        self.gaps = [
            (s, c, begin, at if (s, c, end) == (source, cause, None) else end)
            for s, c, begin, end in self.gaps
        ]

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        self.insert(bucket, event)

    def insert(self, bucket: Bucket, event: Event) -> None:
        hidden = any(
            begin <= event.end and (end is None or event.timestamp <= end)
            for _, cause, begin, end in self.gaps
            if cause in HIDING
        )
        if not hidden:
            self.events.append((bucket, event))

    @property
    def is_hidden(self) -> bool:
        return any(end is None and cause in HIDING for _, cause, _, end in self.gaps)

    def causes(self) -> list[Cause]:
        return [cause for _, cause, _, _ in self.gaps]

    def typed(self) -> list[Any]:
        """What of the keyboard is kept: texts and names of keys."""
        kept = []
        for _, event in self.events:
            if event.data.get("from") == "keyboard":
                data = event.data["data"]
                kept.append(data if isinstance(data, str) else data["key"])
        return kept
