"""What the recorder does not take after something was forgotten.

A watcher may tell late what it saw before; the command that names what is to be forgotten is itself
typed, shown in a title, and run. And what still goes on, as a page that stays open, is told again with
its old beginning for as long as it does: of it only what came after the asking is taken.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from daemon.selection import Selection
from watchers.event import Event

LATE = timedelta(minutes=5)


class Unwanted:
    """Says of each event what of it is to be taken.

    Args:
        clock: Gives the time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._late: Selection | None = None
        self._asked = self._until = clock()
        self._cut: datetime | None = None

    @contextlib.contextmanager
    def refusing(self, selection: Selection, asked: datetime) -> Iterator[None]:
        """Take nothing of what is forgotten; when this fails, all as before.

        Args:
            selection: What is forgotten.
            asked: When.
        """
        before = self._late, self._asked, self._until, self._cut
        self._late, self._asked, self._until = selection, asked, self._clock() + LATE
        if selection.is_recent:
            self._cut = asked
        try:
            yield
        except BaseException:
            self._late, self._asked, self._until, self._cut = before
            raise

    def wanted(self, event: Event) -> Event | None:
        """What is to be taken of an event; None when nothing."""
        if self._cut is not None and event.timestamp < self._cut:
            if event.end <= self._cut:
                return None if self._is_late(event) else event
            left_s = (event.end - self._cut).total_seconds()
            return Event(self._cut, left_s, event.data, event.id)
        return None if self._is_late(event) else event

    def _is_late(self, event: Event) -> bool:
        if self._late is not None and self._clock() >= self._until:
            self._late = None
        return self._late is not None and self._late.takes(event, self._asked)
