"""The clipboard under Wayland: only some compositors let a program without a window read it."""

from watchers.clipboard.backend import Copied
from watchers.platform import Session
from watchers.watcher import WatcherError


class WaylandClipboard:
    """Says what to do instead."""

    install_hint = (
        "Wayland lets no program in the background read the clipboard: log in to an X11 session, "
        'or set clipboard = "off".'
    )

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_compatible(self) -> bool:
        """Whether this is a Wayland session."""
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

    async def read(self, limit: int) -> Copied | None:
        """Refuse, with what to do."""
        raise WatcherError(self.install_hint)

    def close(self) -> None:
        """Nothing is open."""
