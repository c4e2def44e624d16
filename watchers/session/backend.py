"""What a reader of the session's state is, and whom it tells."""

from typing import Protocol

from watchers.choosing import Choosable


class Told(Protocol):
    """Hears of changes as they are noticed, on the event loop. Told again, nothing happens."""

    def locked(self, by: str, holds: bool) -> None:
        """The screen is locked, or is no longer, as far as `by` knows; each speaks for itself."""
        ...

    def asleep(self, holds: bool) -> None:
        """The machine is about to sleep, or woke up."""
        ...

    def watching(self, by: str, holds: bool) -> None:
        """A video or a call is going on, or is no longer, as far as `by` knows."""
        ...


class SessionBackend(Choosable, Protocol):
    """Follows the session on one system."""

    async def run(self, told: Told) -> None:
        """Tell what holds now, and every change, until cancelled.

        Raises:
            WatcherError: It cannot see, or can no longer.
        """
        ...

    def look(self, told: Told) -> None:
        """Tell what can only be seen by looking; called every other second, in a millisecond."""
        ...
