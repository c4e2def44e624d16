"""The active window under X11, as window managers publish it (EWMH 1.5).

Learns of changes through PropertyNotify: of the active window and the desktop on the root, of
title, class and state on the window itself; other properties (`_NET_WM_USER_TIME` changes at each
key) wake nobody. A window may vanish between two requests; then there is none until the next
change.
"""

import logging
import socket
from datetime import datetime
from typing import Any

from watchers.clock import ServerClock
from watchers.display import LOST, NO_DISPLAY, connect, disconnect, take_notices
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import ActiveWindow
from watchers.window.process import executable

log = logging.getLogger(__name__)

TITLE_LENGTH = 1024  # in units of 4 bytes; longer titles are cut
HEEDED = (
    "_NET_ACTIVE_WINDOW",
    "_NET_CURRENT_DESKTOP",
    "_NET_WM_NAME",
    "_NET_WM_STATE",
    "WM_CLASS",
    "WM_NAME",
)
OTHERS = ("_NET_SUPPORTING_WM_CHECK", "_NET_WM_PID", "_NET_WM_STATE_FULLSCREEN")


class X11Windows:
    """Reads the active window from the X server."""

    install_hint = NO_DISPLAY
    told = "application, title, process, program, workspace, full screen; by PropertyNotify"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._display: Any = None
        self._atoms: dict[str, int] = {}
        self._heeded: frozenset[int] = frozenset()
        self._watched: int | None = None
        self._clock = ServerClock()
        self.switched: datetime | None = None
        self._process: tuple[int, int | None] = (0, None)  # of the window read last
        self._program: tuple[int | None, str | None] = (None, None)  # of the pid read last

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
        self._atoms = {name: self._display.intern_atom(name) for name in (*HEEDED, *OTHERS)}
        self._heeded = frozenset(self._atoms[name] for name in HEEDED)
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        self._display.flush()
        return int(self._display.fileno())

    def take(self) -> bool:
        """Take all notices; whether there was one that may change what is told."""
        return take_notices(self._display, self._heeds)

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
            raise WatcherError(LOST, "crashed") from error

    def close(self) -> None:
        """Disconnect."""
        display, self._display, self._watched = self._display, None, None
        self._process = (0, None)
        if display is not None:
            disconnect(display)

    def _heeds(self, told: Any) -> bool:
        atom = getattr(told, "atom", 0)
        if atom == self._atoms["_NET_ACTIVE_WINDOW"]:
            self.switched = self._clock.at(told.time)
        return atom in self._heeded

    @property
    def _root(self) -> Any:
        return self._display.screen().root

    def _read(self) -> ActiveWindow | None:
        window = self._active()
        if window is None:
            return None
        names = window.get_wm_class()
        pid = self._pid(window)
        program = self._executable(pid)
        desktops = self._numbers(self._root, "_NET_CURRENT_DESKTOP")
        return ActiveWindow(
            app=(names[1] or names[0] or None) if names else program,
            title=self._title(window),
            number=window.id,
            pid=pid,
            executable=program,
            workspace=desktops[0] + 1 if desktops else None,
            fullscreen=self._fullscreen(window),
        )

    def _active(self) -> Any:
        from Xlib import X

        named = self._numbers(self._root, "_NET_ACTIVE_WINDOW")
        number = named[0] if named else X.NONE
        # While the focus moves, a window manager may name its own helper window.
        if number in (X.NONE, *self._numbers(self._root, "_NET_SUPPORTING_WM_CHECK")[:1]):
            log.debug("the window manager names no active window")
            return None
        window = self._display.create_resource_object("window", number)
        if number != self._watched:
            window.change_attributes(event_mask=X.PropertyChangeMask)
            self._watched = number
        return window

    def _numbers(self, window: Any, name: str) -> list[int]:
        """A property's numbers; none when it is not set."""
        from Xlib import X

        found = window.get_full_property(self._atoms[name], X.AnyPropertyType)
        return [int(value) for value in found.value] if found and found.format == 32 else []

    def _title(self, window: Any) -> str | None:
        from Xlib import X

        # Of any type: some programs write it as STRING, though EWMH says UTF8_STRING.
        found = window.get_property(self._atoms["_NET_WM_NAME"], X.AnyPropertyType, 0, TITLE_LENGTH)
        value = (found.value if found else None) or window.get_wm_name()
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return str(value) if value else None

    def _fullscreen(self, window: Any) -> bool:
        # EWMH: a window without the property has no state
        return self._atoms["_NET_WM_STATE_FULLSCREEN"] in self._numbers(window, "_NET_WM_STATE")

    def _pid(self, window: Any) -> int | None:
        """Its process, when that is one of this machine; asked once a window."""
        if window.id != self._process[0]:
            self._process = window.id, self._read_pid(window)
        return self._process[1]

    def _read_pid(self, window: Any) -> int | None:
        machine = window.get_wm_client_machine()  # EWMH: without it, the number says nothing
        name = machine.decode("utf-8", "replace") if isinstance(machine, bytes) else machine
        if name not in (None, "", "localhost", socket.gethostname()):
            return None
        pids = self._server_pids(window) or self._numbers(window, "_NET_WM_PID")
        return pids[0] if pids and pids[0] > 0 else None

    def _server_pids(self, window: Any) -> list[int]:
        """As the server knows it (X-Resource 1.2): in a sandbox a program knows another number."""
        from Xlib.ext import res

        if not self._display.has_extension(res.extname):
            return []
        asked = [{"client": window.id, "mask": res.LocalClientPIDMask}]
        found = self._display.res_query_client_ids(asked)
        return [int(number) for item in found.ids for number in item.value]

    def _executable(self, pid: int | None) -> str | None:
        if pid is not None and pid != self._program[0]:
            self._program = pid, executable(pid)
        return self._program[1] if pid is not None else None


def _vanished(error: Any, request: Any) -> None:
    log.debug("a window vanished: %s", type(error).__name__)
