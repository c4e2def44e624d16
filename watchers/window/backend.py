"""What a reader of the active window is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from watchers.choosing import Choosable
from watchers.notices import Teller


@dataclass(frozen=True, slots=True)
class ActiveWindow:
    """The window that has the user's attention. What the system does not tell is None.

    Attributes:
        app: The application as the system names it ("XTerm", "org.kde.kate").
        title: What stands on its frame.
        number: Tells two windows of one application apart; never told.
        pid: Its process.
        executable: The base name of that process's program ("xterm").
        workspace: The workspace or virtual desktop in front, as the user counts them, from 1.
        fullscreen: Whether it fills the screen, without frame or panels.
    """

    app: str | None
    title: str | None
    number: int | str | None = None
    pid: int | None = None
    executable: str | None = None
    workspace: int | None = None
    fullscreen: bool | None = None

    @property
    def identity(self) -> tuple[str | None, int | str | None]:
        """What stays the same while only its title changes."""
        return self.app, self.number

    @property
    def data(self) -> dict[str, Any]:
        """As an event tells it; what is not known is left out, but app and title never."""
        known = {
            "pid": self.pid,
            "executable": self.executable,
            "workspace": self.workspace,
            "fullscreen": self.fullscreen,
        }
        return {
            "app": self.app or "",
            "title": self.title or "",
            **{key: value for key, value in known.items() if value is not None},
        }


class WindowBackend(Choosable, Protocol):
    """Reads the active window on one system.

    Attributes:
        switched: When another window became active last, by the display server's clock; None
            where it does not tell.
    """

    switched: datetime | None

    @property
    def told(self) -> str:
        """What it tells, and by which interface, for `hunch doctor`."""
        ...

    def open(self) -> Teller:
        """Begin; called on the event loop.

        Returns:
            What tells when `current` may have changed, or None when it has to be asked again and
            again.

        Raises:
            WatcherError: It cannot see.
        """
        ...

    def take(self) -> bool:
        """Take what was told, without waiting; whether something changed.

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
