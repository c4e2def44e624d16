"""The active window under compositors that offer wlr-foreign-toplevel-management.

That are sway, Hyprland, labwc, Wayfire, river, COSMIC's and others of wlroots' family; KDE's and
GNOME's do not. The newer ext-foreign-toplevel-list names the windows, but not the active one, so it
does not help. Source: wlr-foreign-toplevel-management-unstable-v1.xml (wlr-protocols).
The protocol tells application, title and full screen; neither process nor workspace.
"""

import struct
from dataclasses import dataclass, field
from datetime import datetime

from watchers.coverage import Cause
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.wayland import NO_COMPOSITOR, Arguments, Compositor, offered
from watchers.window.backend import ActiveWindow

MANAGER, VERSION = "zwlr_foreign_toplevel_manager_v1", 3
TOPLEVEL, FINISHED = 0, 1  # the manager's events
TITLE, APP, STATE, DONE, CLOSED = 0, 1, 4, 5, 6  # a window's events
DESTROY = 7
ACTIVATED, FULLSCREEN = 2, 3  # entries of the array in STATE
NOT_OFFERED = (
    "This compositor tells no program which window is active: log in to an X11 session, or "
    "install ActivityWatch's aw-watcher-window, which sends titles to Hunch where it can."
)


@dataclass(slots=True)
class _Toplevel:
    """A window; what is new in it holds once the compositor says that it is done."""

    number: int
    held: dict[str, str] = field(default_factory=dict)
    states: frozenset[int] = frozenset()
    new: dict[str, str] = field(default_factory=dict)
    new_states: frozenset[int] | None = None

    def commit(self) -> bool:
        """Take over what is new; whether the active window is another or looks otherwise."""
        before, was_active = (dict(self.held), self.states), ACTIVATED in self.states
        self.held |= self.new
        self.states = self.states if self.new_states is None else self.new_states
        self.new, self.new_states = {}, None
        changed = (self.held, self.states) != before
        return changed and (was_active or ACTIVATED in self.states)


class WlrootsWindows:
    """Hears of the windows from the compositor."""

    told = "application, title, full screen; by wlr-foreign-toplevel-management"
    switched: datetime | None = None
    cause: Cause = "wayland"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._compositor: Compositor | None = None
        self._windows: dict[int, _Toplevel] = {}
        self._changed = False
        self._ended = False
        self.install_hint = NOT_OFFERED

    def is_compatible(self) -> bool:
        """Whether this is a Wayland session."""
        return self._session.display_server == "wayland"

    def is_available(self) -> bool:
        """Whether the compositor offers the protocol."""
        interfaces = offered(self._session)
        if not interfaces:
            self.install_hint = NO_COMPOSITOR
        return MANAGER in interfaces

    def open(self) -> int | None:
        """Connect and learn of all windows that are there."""
        self._windows, self._ended = {}, False
        compositor = Compositor(self._session)
        try:
            compositor.bind([MANAGER], VERSION, self._on_manager, NOT_OFFERED)
            self._compositor = compositor
            compositor.roundtrip()  # the windows
            compositor.roundtrip()  # and what they are
        except WatcherError:
            self.close()
            compositor.close()
            raise
        return compositor.fileno()

    def take(self) -> bool:
        """Take all that was told; whether it concerns the active window."""
        if self._compositor is not None:
            self._compositor.take()
        if self._ended:
            raise WatcherError(NO_COMPOSITOR)
        changed, self._changed = self._changed, False
        return changed

    def current(self) -> ActiveWindow | None:
        """The window that is activated; None when there is none."""
        for window in self._windows.values():
            if ACTIVATED in window.states:
                return ActiveWindow(
                    app=window.held.get("app") or None,
                    title=window.held.get("title") or None,
                    number=window.number,
                    fullscreen=FULLSCREEN in window.states,
                )
        return None

    def close(self) -> None:
        """Disconnect."""
        compositor, self._compositor = self._compositor, None
        if compositor is not None:
            compositor.close()

    def _on_manager(self, opcode: int, arguments: Arguments) -> None:
        if opcode == FINISHED:
            self._ended = True
        elif opcode == TOPLEVEL and self._compositor is not None:
            window = _Toplevel(arguments.number())
            self._windows[window.number] = window
            self._compositor.adopt(
                window.number, lambda opcode, arguments: self._on_window(window, opcode, arguments)
            )

    def _on_window(self, window: _Toplevel, opcode: int, arguments: Arguments) -> None:
        if opcode == TITLE:
            window.new["title"] = arguments.text()
        elif opcode == APP:
            window.new["app"] = arguments.text()
        elif opcode == STATE:
            window.new_states = states(arguments.block())
        elif opcode == DONE:
            self._changed |= window.commit()
        elif opcode == CLOSED:
            self._close_window(window)

    def _close_window(self, window: _Toplevel) -> None:
        self._changed |= ACTIVATED in window.states
        self._windows.pop(window.number, None)
        if self._compositor is not None:
            self._compositor.forget(window.number)
            self._compositor.request(window.number, DESTROY)


def states(block: bytes) -> frozenset[int]:
    """The states in the protocol's array."""
    return frozenset(struct.unpack(f"={len(block) // 4}I", block[: len(block) // 4 * 4]))
