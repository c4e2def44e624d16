"""The newest event of each bucket, kept in memory for the next heartbeat, which most often makes it longer.

Used in the writer's thread alone. What is kept counts as long as nobody else has changed any row, through this
connection or another, as SQLite counts both.
"""

from collections.abc import Callable
from sqlite3 import Connection

from daemon.store import capture
from watchers.event import Event, merge_heartbeat

MOST = 256  # buckets


class Newest:
    """Writes heartbeats; one for a connection.

    Args:
        undone: How often something that was written has been taken back (`Store.undone`).
    """

    def __init__(self, undone: Callable[[], int]) -> None:
        self._undone = undone
        self._events: dict[str, Event] = {}
        self._seen = (-1, -1, -1)

    def heartbeat(
        self, conn: Connection, bucket_id: str, event: Event, pulsetime_s: float
    ) -> Event:
        """Merge a heartbeat into the bucket's newest event, or add it; returns the row's event."""
        last = self._newest(conn, bucket_id)
        merged = merge_heartbeat(last, event, pulsetime_s) if last is not None else None
        if merged is None:
            return self._add(conn, bucket_id, event, last)
        capture.lengthen(conn, bucket_id, merged)
        self._keep(conn, bucket_id, merged)
        return merged

    def insert(self, conn: Connection, bucket_id: str, event: Event) -> Event:
        """Add an event, whatever stands before it."""
        return self._add(conn, bucket_id, event, self._newest(conn, bucket_id))

    def _newest(self, conn: Connection, bucket_id: str) -> Event | None:
        state = self._state(conn)
        if state != self._seen:
            self._events.clear()
            self._seen = state
        return self._events.get(bucket_id) or capture.newest(conn, bucket_id)

    def _add(self, conn: Connection, bucket_id: str, event: Event, last: Event | None) -> Event:
        added = capture.insert(conn, bucket_id, [event])[0]
        late = last is not None and event.timestamp < last.timestamp
        self._keep(conn, bucket_id, last if last is not None and late else added)
        return added

    def _keep(self, conn: Connection, bucket_id: str, event: Event) -> None:
        if len(self._events) >= MOST:
            self._events.clear()
        self._events[bucket_id] = event
        self._seen = (
            conn.total_changes,
            *self._seen[1:],
        )  # others wait for the end of the transaction

    def _state(self, conn: Connection) -> tuple[int, int, int]:
        """Changes through this connection, through others, and how often one was taken back."""
        others: int = conn.execute("PRAGMA data_version").fetchone()[0]
        return conn.total_changes, others, self._undone()
