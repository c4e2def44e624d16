"""Where a watcher puts what it saw: the daemon's recorder is one sink, a test's list another."""

from typing import Protocol

from watchers.event import Bucket, Event


class Sink(Protocol):
    """Takes events from watchers. Called on the event loop; never blocks and never raises."""

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Take a state that still holds: merges with an equal one at most `pulsetime_s` old."""
        ...

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Take an event that stands by itself."""
        ...
