"""What a reader of the active window is."""

from dataclasses import dataclass
from typing import Protocol

from watchers.choosing import Choosable


@dataclass(frozen=True, slots=True)
class ActiveWindow:
    """The window that has the user's attention.

    Attributes:
        app: The application as the system names it ("XTerm", "Chromium"); None when it does not.
        title: What stands on its frame; None when it has none.
        number: Tells two windows of one application apart; None where the system has none.
    """

    app: str | None
    title: str | None
    number: int | None = None

    @property
    def identity(self) -> tuple[str | None, int | None]:
        """What stays the same while only its title changes."""
        return self.app, self.number


class WindowBackend(Choosable, Protocol):
    """Reads the active window on one system."""

    def open(self) -> int | None:
        """Begin.

        Returns:
            A descriptor that becomes readable when `current` may have changed, or None when it
            has to be asked again and again.

        Raises:
            WatcherError: It cannot see.
        """
        ...

    def take(self) -> bool:
        """Take what made the descriptor readable, without waiting; whether something changed.

        Raises:
            WatcherError: It can no longer see.
        """
        ...

    def current(self) -> ActiveWindow | None:
        """The active window, or None when there is none.

        Raises:
            WatcherError: It can no longer see.
        """
        ...

    def close(self) -> None:
        """End; `open` may follow again."""
        ...
