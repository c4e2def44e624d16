"""The active window under Wayland: each compositor has its own way, and most have none."""

from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import ActiveWindow


class WaylandWindows:
    """Says what to do instead."""

    install_hint = (
        "Wayland lets no program read other windows' titles: log in to an X11 session, or "
        "install ActivityWatch's aw-watcher-window, which sends them to Hunch."
    )

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_compatible(self) -> bool:
        """Whether this is such a session."""
        return self._session.display_server == "wayland"

    def is_available(self) -> bool:
        """Not yet."""
        return False

    def open(self) -> int | None:
        """Refuse, with what to do."""
        raise WatcherError(self.install_hint)

    def take(self) -> bool:
        """Nothing comes."""
        return False

    def current(self) -> ActiveWindow | None:
        """Refuse, with what to do."""
        raise WatcherError(self.install_hint)

    def close(self) -> None:
        """Nothing is open."""
