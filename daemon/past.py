"""What was told before, of all sessions, with the vectors that are known: for skills that look back.

Knows the store's queries, and nothing of what is made of them.
"""

from datetime import datetime

from daemon.learning import Read
from daemon.skills.base import Told
from daemon.store import story

LATELY = 300  # moments: half a day of work, and more than any one activity has


class Past:
    """The store's moments, asked for by time."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def day(self, time: datetime) -> Told:
        """The day that a time lies in, from the local midnight up to it."""
        start = time.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return Told(*self._read(lambda conn: story.past(conn, start, time)))

    def before(self, time: datetime) -> Told:
        """The last moments that began before a time."""
        return Told(*self._read(lambda conn: story.past(conn, None, time, LATELY)))
