"""What is in front, for those who must know it at once: remembered as the window's events pass.

A sink before the sink. Of what passes it keeps the newest window's application, its process, and
whether it fills the screen, in memory alone; while windows are not seen it knows none.
"""

from collections.abc import Callable

from watchers.event import Bucket, Event
from watchers.sink import Sink

WINDOW = "currentwindow"


class InFront:
    """Passes on what watchers see, and remembers the window.

    Args:
        sink: Takes all events.
        blind: Whether windows are not seen now; asked from any thread.
    """

    def __init__(self, sink: Sink, blind: Callable[[], bool]) -> None:
        self._sink, self._blind = sink, blind
        self._app: str | None = None
        self._pid: int | None = None
        self._fullscreen = False

    def app(self) -> str | None:
        """The application in front; None when it is not known."""
        return None if self._blind() else self._app

    def pid(self) -> int | None:
        """Its process; None when it is not known."""
        return None if self._blind() else self._pid

    def fullscreen(self) -> bool:
        """Whether it fills the screen, as a presentation or a film does."""
        return self._fullscreen and not self._blind()

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Pass on a state that still holds."""
        if bucket.type == WINDOW:
            app, pid = event.data.get("app"), event.data.get("pid")
            self._app = app if isinstance(app, str) and app else None
            self._pid = pid if isinstance(pid, int) else None
            self._fullscreen = event.data.get("fullscreen") is True
        self._sink.heartbeat(bucket, event, pulsetime_s)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Pass on an event that stands by itself."""
        self._sink.insert(bucket, event)
