"""The active window under X11, as window managers publish it (EWMH 1.5, "Root Window Properties").

Learns of changes through PropertyNotify: of the active window on the root, of the title on the
window itself. A window may vanish between two requests; then there is none until the next change.
"""

import logging
from pathlib import Path
from typing import Any

from watchers.display import LOST, NO_DISPLAY, connect, disconnect, take_notices
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import ActiveWindow

log = logging.getLogger(__name__)

TITLE_LENGTH = 1024  # in units of 4 bytes; longer titles are cut


class X11Windows:
    """Reads the active window from the X server."""

    install_hint = NO_DISPLAY

    def __init__(self, session: Session) -> None:
        self._session = session
        self._display: Any = None
        self._atoms: dict[str, int] = {}
        self._watched: int | None = None

    def is_compatible(self) -> bool:
        """Whether this is an X session."""
        return self._session.display_server == "x11"

    def is_available(self) -> bool:
        """Whether the X server answers."""
        try:
            self.open()
        except WatcherError:
            return False
        self.close()
        return True

    def open(self) -> int | None:
        """Connect and ask to be told of changes."""
        from Xlib import X

        self._display = connect(self._session.display)
        self._display.set_error_handler(_vanished)  # the default one prints
        names = ("_NET_ACTIVE_WINDOW", "_NET_SUPPORTING_WM_CHECK", "_NET_WM_NAME", "_NET_WM_PID")
        self._atoms = {name: self._display.intern_atom(name) for name in names}
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        self._display.flush()
        return int(self._display.fileno())

    def take(self) -> bool:
        """Take all notices; whether there was one."""
        return take_notices(self._display)

    def current(self) -> ActiveWindow | None:
        """The active window; None when there is none, or while it vanishes."""
        from Xlib.error import ConnectionClosedError, XError

        try:
            return self._read()
        except XError as error:
            log.debug("the active window vanished while it was read: %s", type(error).__name__)
            self._watched = None
            return None
        except (ConnectionClosedError, OSError) as error:
            raise WatcherError(LOST) from error

    def close(self) -> None:
        """Disconnect."""
        display, self._display, self._watched = self._display, None, None
        if display is not None:
            disconnect(display)

    @property
    def _root(self) -> Any:
        return self._display.screen().root

    def _read(self) -> ActiveWindow | None:
        window = self._active()
        if window is None:
            return None
        names = window.get_wm_class()
        return ActiveWindow(
            app=(names[1] or names[0] or None) if names else self._program(window),
            title=self._title(window),
            number=window.id,
        )

    def _active(self) -> Any:
        from Xlib import X

        number = self._named("_NET_ACTIVE_WINDOW")
        # While the focus moves, a window manager may name its own helper window.
        if number in (X.NONE, self._named("_NET_SUPPORTING_WM_CHECK")):
            log.debug("the window manager names no active window")
            return None
        window = self._display.create_resource_object("window", number)
        if number != self._watched:
            window.change_attributes(event_mask=X.PropertyChangeMask)
            self._watched = number
        return window

    def _named(self, name: str) -> int:
        """The window that a property of the root names; 0 for none."""
        from Xlib import X

        found = self._root.get_full_property(self._atoms[name], X.AnyPropertyType)
        return int(found.value[0]) if found and len(found.value) else int(X.NONE)

    def _title(self, window: Any) -> str | None:
        from Xlib import X

        # Of any type: some programs write it as STRING, though EWMH says UTF8_STRING.
        found = window.get_property(self._atoms["_NET_WM_NAME"], X.AnyPropertyType, 0, TITLE_LENGTH)
        value = (found.value if found else None) or window.get_wm_name()
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return str(value) if value else None

    def _program(self, window: Any) -> str | None:
        """The name of the program of a window without a class."""
        from Xlib import X

        found = window.get_full_property(self._atoms["_NET_WM_PID"], X.AnyPropertyType)
        if not found or not len(found.value):
            log.debug("a window has neither class nor process")
            return None
        try:
            return Path(f"/proc/{found.value[0]}/comm").read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            log.debug("a window's process cannot be read: %s", type(error).__name__)
            return None


def _vanished(error: Any, request: Any) -> None:
    log.debug("a window vanished: %s", type(error).__name__)
