"""The event of ActivityWatch, and its one rule: equal heartbeats merge.

Knows the words bucket, event and heartbeat as ActivityWatch means them
(docs.activitywatch.net, "Buckets and Events"); knows no store and no clock.
The merge is aw-core's `aw_transform.heartbeat_merge`, over values that do not
change; that function is the oracle of the property test.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

ROUNDED_S = 1e-5


class Bucket(msgspec.Struct, frozen=True):
    """Where events of one kind from one client on one host are kept.

    Attributes:
        id: Unique name, such as ``aw-watcher-window_myhost``.
        type: Kind of its events, such as ``currentwindow``.
        client: Name of the program that writes it.
        hostname: Host on which it was written.
    """

    id: str
    type: str
    client: str
    hostname: str


class Event(msgspec.Struct, frozen=True):
    """One thing that happened.

    Attributes:
        timestamp: Start, aware, in UTC.
        duration: Length in seconds, never negative.
        data: What happened; its keys depend on the bucket's type.
        id: Number in the store; None before it is stored.
    """

    timestamp: datetime
    duration: float = 0.0
    data: dict[str, Any] = {}
    id: int | None = None

    @property
    def end(self) -> datetime:
        """The moment at which it ended."""
        return self.timestamp + timedelta(seconds=self.duration)


def merge_heartbeat(last: Event, heartbeat: Event, pulsetime_s: float) -> Event | None:
    """Merge a heartbeat into the event before it, if both are one.

    Args:
        last: The newest event of the bucket.
        heartbeat: The event that arrived.
        pulsetime_s: Longest gap, in seconds, between the end of `last` and the heartbeat.

    Returns:
        `last`, made as long as both together, or None when they differ or lie too far apart.
    """
    if last.data != heartbeat.data or last.duration < 0:
        return None
    late = (heartbeat.timestamp - last.timestamp).total_seconds()
    if late < 0:
        return None
    # exact where it is close: aw-core rounds both to microseconds
    if (
        late > last.duration + pulsetime_s - ROUNDED_S
        and heartbeat.timestamp > last.end + timedelta(seconds=pulsetime_s)
    ):
        return None
    return Event(last.timestamp, max(last.duration, late + heartbeat.duration), last.data, last.id)
