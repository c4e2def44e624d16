"""Are others looking at the screen? Then no popup is raised, and one that stands is withdrawn.

A sink between the window watcher and the recorder: of what passes it keeps one fact, in memory
alone, whether the window in front fills the screen.
"""

from watchers.event import Bucket, Event
from watchers.sink import Sink

WINDOW = "currentwindow"


class Audience:
    """Passes on what watchers see, and remembers whether it is shown to others.

    Args:
        sink: Takes all events.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._fullscreen = False
        self._shared = False

    @property
    def present(self) -> bool:
        """Whether a window fills the screen, or the screen is shared."""
        return self._fullscreen or self._shared

    def share(self, shared: bool) -> None:
        """The screen is shared with others, or is no more."""
        self._shared = shared

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Take a state that still holds."""
        if bucket.type == WINDOW:
            self._fullscreen = bool(event.data.get("fullscreen"))
        self._sink.heartbeat(bucket, event, pulsetime_s)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Take an event that stands by itself."""
        self._sink.insert(bucket, event)
