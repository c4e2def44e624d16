"""What a reader of the focused field is, and what the input watcher asks before it keeps a key."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from watchers.choosing import Choosable
from watchers.focus.line import Stroke


class FocusBackend(Choosable, Protocol):
    """Knows on one system whether the field with the keyboard's focus is a password field."""

    async def run(self, changed: Callable[[bool, datetime], None]) -> None:
        """Follow the focus until cancelled.

        Args:
            changed: Called on the event loop when it is one, or is no longer, and since when; told
                again it does no harm.

        Raises:
            WatcherError: It cannot see, or can no longer.
        """
        ...

    def asks(self) -> bool:
        """Whether it is one now. Called before every key, in the hooks' thread; microseconds."""
        ...


class Guard(Protocol):
    """What the input watcher tells of every key, so that no password is told."""

    def peek(self, time: datetime) -> None:
        """A key was pressed. Called in the hook's thread at once, with the time of the press."""
        ...

    def key(self, time: datetime, stroke: Stroke) -> None:
        """The same key, on the event loop, before it is taken further."""
        ...

    def look(self) -> None:
        """What was typed is about to be told; on the event loop."""
        ...
