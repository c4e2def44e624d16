"""What could not be seen becomes events: one ``coverage.gap`` for each source and cause, as long as it lasts.

Knows which gaps are open, and hides content while their cause asks for it; knows no watcher, no
store and no clock. A gap says which source and why, never what was there. The setting ``off`` is
the user's choice and no gap: it is a state that `hunch status` tells.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from watchers.coverage import ALL, GAP, HIDING, Cause
from watchers.event import Bucket, Event

CLIENT = "hunch-coverage"
GROW_S = 3.0  # between two writings of a gap that lasts; models.segmenter.LIVE_S counts on it
LEAST_S = 0.01  # less is no gap, but the step from one cause to the next
# What the window or page in front decides, and what is not seen then; a page's password is one
# of those that no watcher told.
IN_FRONT: tuple[tuple[str, Cause], ...] = (
    (ALL, "excluded"),
    (ALL, "private"),
    ("keyboard", "password"),
)


class Gap(NamedTuple):
    """A gap that is open."""

    source: str
    cause: Cause
    since: datetime


class _Key(NamedTuple):
    """What tells one open gap from another; one that what is in front makes is none that a watcher told."""

    source: str
    cause: Cause
    front: bool = False


class Gaps:
    """Implements `watchers.coverage.Coverage`. Called on the event loop; never blocks or raises.

    Attributes:
        opened: Called when a gap has opened, for who calls `grow`.
    """

    def __init__(
        self,
        record: Callable[[Bucket, Event], None],
        hide: Callable[[Cause, datetime], None],
        show: Callable[[Cause, datetime], None],
        hostname: str,
    ) -> None:
        """Prepare.

        Args:
            record: Keeps an event, past privacy and pause; one that overlaps the event of equal
                data before it makes that one longer.
            hide: From then on content is not kept, for a cause of `HIDING`.
            show: It is kept again, as far as that cause goes.
            hostname: As it stands in the bucket's name.
        """
        self._record, self._hide, self._show = record, hide, show
        self._bucket = Bucket(f"{CLIENT}_{hostname}", GAP, CLIENT, hostname)
        self._open: dict[_Key, datetime] = {}
        self._shown: dict[Cause, datetime] = {}
        self._told: set[_Key] = set()
        self._blind: frozenset[str] = frozenset()
        self._grown: datetime | None = None
        self.opened: Callable[[], None] = lambda: None

    @property
    def bucket(self) -> Bucket:
        """Where gaps are kept."""
        return self._bucket

    @property
    def open(self) -> list[Gap]:
        """The gaps that are open, oldest first."""
        found = [Gap(key.source, key.cause, since) for key, since in self._open.items()]
        return sorted(found, key=lambda gap: gap.since)

    @property
    def blind(self) -> frozenset[str]:
        """The sources of all open gaps; may be asked from any thread."""
        return self._blind

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        """A source (or `ALL`) sees nothing from `since` on; told again, the earliest counts."""
        if self._lose(_Key(source, cause), since) and cause in HIDING:
            self._hide(cause, since)

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        """It sees again as far as this cause goes."""
        if not self._regain(_Key(source, cause), at) or cause not in HIDING:
            return
        self._shown[cause] = max(at, self._shown.get(cause, at))
        if not self._tells(cause):
            self._show(cause, self._shown.pop(cause))

    def follow(self, hidden: frozenset[str], at: datetime) -> None:
        """What privacy hides because of the window or page in front: all of `hidden`, from `at` on."""
        for source, cause in IN_FRONT:
            if cause in hidden and not self._tells(cause):
                self._lose(_Key(source, cause, True), at)
            else:
                self._regain(_Key(source, cause, True), at)

    def follows(self, hidden: frozenset[str]) -> bool:
        """Whether `follow` would do anything: nothing is hidden, and nothing was, most of the time."""
        return bool(hidden) or any(key.front for key in self._open)

    def grow(self, now: datetime) -> None:
        """Make the open gaps as long as they are by now: new ones at once, others every few seconds."""
        due = self._grown is None or abs(now - self._grown) >= timedelta(seconds=GROW_S)
        if due:
            self._grown = now
        for key, since in self._open.items():
            if due or key not in self._told:
                self._told.add(key)
                self._tell(key.source, key.cause, since, now)

    def due_s(self, now: datetime) -> float | None:
        """In how many seconds `grow` has something to write; None while no gap is open."""
        if not self._open or self._grown is None:
            return GROW_S if self._open else None
        return max(0.0, min(GROW_S, GROW_S - (now - self._grown).total_seconds()))

    def _tells(self, cause: Cause) -> bool:
        """Whether a watcher tells this cause of any source."""
        return any(key.cause == cause and not key.front for key in self._open)

    def _lose(self, key: _Key, since: datetime) -> bool:
        """Open a gap, or begin it earlier; False when that is no news."""
        known = self._open.get(key)
        if known is not None and known <= since:
            return False
        self._open[key] = since
        self._told.discard(key)
        self._blind = frozenset(item.source for item in self._open)
        self.opened()
        return True

    def _regain(self, key: _Key, at: datetime) -> bool:
        """Close a gap; False when it was not open."""
        since = self._open.pop(key, None)
        if since is None:
            return False
        told = key in self._told
        self._told.discard(key)
        self._blind = frozenset(item.source for item in self._open)
        if told or at - since >= timedelta(seconds=LEAST_S):
            self._tell(key.source, key.cause, since, at)
        return True

    def begin(self, left: datetime | None, mark: Event | None, now: datetime) -> None:
        """Hunch runs again: from what it left until now it saw nothing.

        Args:
            left: Where the newest event of any kind ends; None when there is none.
            mark: The ``stopped`` gap that stands there since a clean stop, if one does.
            now: This moment.
        """
        if left is None or left >= now:
            return
        start = mark.timestamp if mark else left
        length = (now - start).total_seconds()
        number = mark.id if mark else None
        self._record(self._bucket, Event(start, length, _data(ALL, "stopped"), number))

    def end(self, now: datetime) -> None:
        """Hunch stops: close all gaps, and mark the moment, so that the next start knows it."""
        self.follow(frozenset(), now)
        for gap in self.open:
            self.regained(gap.source, gap.cause, now)
        self._tell(ALL, "stopped", now, now)

    def _tell(self, source: str, cause: Cause, since: datetime, until: datetime) -> None:
        if cause == "off":
            return
        length = max(0.0, (until - since).total_seconds())  # a clock may be set back
        self._record(self._bucket, Event(since, length, _data(source, cause)))


def _data(source: str, cause: Cause) -> dict[str, str]:
    return {"source": source, "cause": cause}


def joined(gap: Event, other: Event) -> Event:
    """A gap and its like that touches it, as one, with the first one's number; told anew, the end may be earlier."""
    start = min(gap.timestamp, other.timestamp)
    end = other.end if start == other.timestamp == gap.timestamp else max(gap.end, other.end)
    length = (end - start).total_seconds()
    return msgspec.structs.replace(gap, timestamp=start, duration=length, id=gap.id or other.id)
