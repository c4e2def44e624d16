"""What Hunch itself does at the desktop, so that it is not taken for the user's doing.

Knows copies and clicks, no screen: those who do them tell it, and a watcher's event is held against
it. Clicks are told about a second after they were made.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from watchers.event import Bucket, Event

REMEMBERED = 4
CLICK_S = 0.8  # from the button to the API


class OwnHand:
    """Remembers the newest copies and clicks of Hunch's own.

    Args:
        clock: Gives the time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._copies: deque[str] = deque(maxlen=REMEMBERED)
        self._clicks: deque[datetime] = deque(maxlen=REMEMBERED)

    def copied(self, text: str) -> None:
        """Hunch puts a text on the clipboard."""
        self._copies.append(text)

    def clicked(self) -> None:
        """A button of Hunch's own was pressed just now."""
        self._clicks.append(self._clock())

    def did(self, bucket: Bucket, event: Event) -> bool:
        """Whether Hunch itself is what a watcher saw."""
        if bucket.type == "clipboard":
            return event.data.get("text") in self._copies
        data = event.data.get("data")
        if not isinstance(data, dict) or data.get("type") != "click":
            return False
        return any(
            abs((time - event.timestamp).total_seconds()) <= CLICK_S for time in self._clicks
        )
