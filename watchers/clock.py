"""When something happened by the X server's own clock, as a moment in UTC.

Events wait: in a socket, for a busy interpreter, for their turn on the loop; their server time does
not. So keys and the switch of the window that they came with can be put in their true order, though
they are heard in different threads. The server counts milliseconds from an unknown start (X11
protocol, "TIMESTAMP"); the smallest delay seen is taken for no delay.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JUMP_MS = 2000.0  # the machine slept, or the counter began anew
DRIFT_MS = 1.0  # an event; follows a clock that is set forward a little


class ServerClock:
    """Turns server times into moments. One for each connection, in one thread."""

    def __init__(self) -> None:
        self._ahead_ms: float | None = None

    def at(self, server_ms: int, now: datetime | None = None) -> datetime:
        """The moment of an event that was just heard; never later than now."""
        now = now or datetime.now(UTC)
        now_ms = (now - EPOCH) / timedelta(milliseconds=1)
        ahead_ms = now_ms - server_ms
        known = self._ahead_ms
        jumped = known is None or ahead_ms - known > JUMP_MS
        self._ahead_ms = ahead_ms if known is None or jumped else min(ahead_ms, known + DRIFT_MS)
        return min(now, EPOCH + timedelta(milliseconds=server_ms + self._ahead_ms))
