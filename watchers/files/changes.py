"""From what a file system tells to what a user did: one save is one change. Pure, with a clock given.

Programs save in many ways: they write over a file, or write another and rename it, or move the old
one away first. A download has another name until it is whole. An archive unpacks by the thousand.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple

Action = Literal["created", "renamed", "modified"]
What = Literal["created", "modified", "moved", "deleted"]

SETTLE_S = 1.0  # a file is told once nothing happened to it for so long
GONE_S = 2.0  # what comes back within so long was saved, not made
BURST = 10  # more changes of one kind at once are told as one
HOLD_S = 20.0  # at most so long are they gathered


class Notice(NamedTuple):
    """What the system told: paths are absolute; `to` is a move's new place, None where that is ignored."""

    what: What
    path: str | None  # None for a place that is ignored
    to: str | None
    at_s: float  # monotonic
    time: datetime


class Change(NamedTuple):
    """What a user did.

    Attributes:
        action: What.
        path: The document, or the folder of several.
        time: When.
        was: Its path before.
        paths: All of them, where they are several.
    """

    action: Action
    path: str
    time: datetime
    was: str | None = None
    paths: tuple[str, ...] = ()


class _Pending(NamedTuple):
    action: Action
    first_s: float
    last_s: float
    time: datetime
    was: str | None = None


class Gathering:
    """Gathers notices until what they mean is settled."""

    def __init__(self, there: Iterable[str] = ()) -> None:
        """Prepare.

        Args:
            there: The documents that are there already.
        """
        self._known = {hash(path) for path in there}  # a tenth of what the paths would take
        self._pending: dict[str, _Pending] = {}
        self._gone: dict[str, float] = {}
        self._last_s = float("-inf")

    @property
    def waits(self) -> bool:
        """Whether something is not settled yet."""
        return bool(self._pending)

    def take(self, notice: Notice) -> None:
        """Take in what the system told."""
        self._last_s = notice.at_s
        path, to = notice.path, notice.to
        if notice.what == "moved":
            self._move(path, to, notice)
        elif path is None:
            return
        elif notice.what == "deleted":
            self._leave(path, notice.at_s)
        else:
            self._stir(path, "created" if notice.what == "created" else "modified", notice)

    def keep(self, path: str) -> None:
        """A document is there: what happens to it from now on is no creation."""
        self._known.add(hash(path))

    def due(self, now_s: float) -> list[Change]:
        """The changes that are settled, oldest first; they are told once."""
        self._forget(now_s)
        ready = {
            path: item for path, item in self._pending.items() if now_s - item.last_s >= SETTLE_S
        }
        if not ready:
            return []
        stirring = now_s - self._last_s < SETTLE_S
        held_s = now_s - min(item.first_s for item in ready.values())
        if stirring and len(self._pending) > BURST and held_s < HOLD_S:
            return []  # an archive is being unpacked
        for path in ready:
            del self._pending[path]
        return sorted(_summed(ready), key=lambda change: change.time)

    def _stir(self, path: str, action: Action, notice: Notice) -> None:
        found = self._pending.get(path)
        if found is not None:
            self._pending[path] = found._replace(last_s=notice.at_s, time=notice.time)
            return
        if action == "created" and hash(path) in self._known:
            action = "modified"
        self._pending[path] = _Pending(action, notice.at_s, notice.at_s, notice.time)

    def _leave(self, path: str, at_s: float) -> None:
        """It is gone under this name; if it was the user's, it may come back as a save."""
        found = self._pending.pop(path, None)
        if found is None or found.action != "created":
            self._gone[path] = at_s

    def _forget(self, now_s: float) -> None:
        for path, at_s in list(self._gone.items()):
            if now_s - at_s > GONE_S:
                del self._gone[path]
                if path not in self._pending:
                    self._known.discard(hash(path))

    def _move(self, path: str | None, to: str | None, notice: Notice) -> None:
        if to is None:
            if path is not None:
                self._leave(path, notice.at_s)
            return
        moved = self._pending.pop(path, None) if path is not None else None
        if path is None or (moved is not None and moved.action == "created"):
            self._stir(to, "created", notice)  # a download is whole, or a save by renaming
            return
        was = moved.was if moved is not None and moved.was else path
        self._known.discard(hash(path))
        self._pending.pop(to, None)
        if was != to:
            self._pending[to] = _Pending("renamed", notice.at_s, notice.at_s, notice.time, was)


def _summed(ready: dict[str, _Pending]) -> Iterator[Change]:
    """The changes; many of one kind as one."""
    for action in ("created", "renamed", "modified"):
        group = {path: item for path, item in ready.items() if item.action == action}
        if len(group) > BURST:
            folder = os.path.commonpath([os.path.dirname(path) for path in group])  # noqa: PTH120
            last = max(item.time for item in group.values())
            yield Change(action, folder, last, None, tuple(group))
        else:
            for path, item in group.items():
                yield Change(action, path, item.time, item.was)
