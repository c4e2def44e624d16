"""What was told before, of all sessions, with the vectors that are known; and the activities in it.

Knows the store's queries; `models.activities` cuts.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from daemon.learning import Read
from daemon.skills.base import Told
from daemon.store import story
from models.activities import Activity, activities

LATELY = 300  # moments: half a day of work, and more than any one activity has


class Past:
    """The store's moments, asked for by time."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def day(self, time: datetime) -> Told:
        """The day that a time lies in, from the local midnight up to it."""
        start = time.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return self._between(start, time)

    def before(self, time: datetime) -> Told:
        """The last moments that began before a time."""
        return self._between(None, time, LATELY)

    def activities(self, limit: int) -> list[Activity]:
        """The newest activities, oldest first; none goes on over a midnight."""
        found: deque[Activity] = deque()
        for told in self._days_back():
            found.extendleft(reversed(activities(*told)))
            if len(found) >= limit:
                break
        return list(found)[-limit:]

    def of_sessions(self, rows: Sequence[story.SessionRow]) -> list[Activity]:
        """The activities of some sessions, oldest first."""
        found: list[Activity] = []
        for row in rows:
            until = (row.ended or datetime.now(UTC)) + timedelta(microseconds=1)
            found += activities(*self._between(row.started, until))
        return found

    def _days_back(self) -> Iterator[Told]:
        """Each day of which something was told, the newest first."""
        time = datetime.now(UTC)
        while (last := self._last(time)) is not None:
            told = self.day(last + timedelta(microseconds=1))
            yield told
            time = told.moments[0].segment.start

    def _last(self, time: datetime) -> datetime | None:
        """When the last segment before a time began."""
        moments, _ = self._between(None, time, 1)
        return moments[0].segment.start if moments else None

    def _between(self, since: datetime | None, until: datetime, limit: int = -1) -> Told:
        return Told(*self._read(lambda conn: story.past(conn, since, until, limit)))
