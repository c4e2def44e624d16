"""The active window under sway, by its own socket, which also tells process and workspace.

Source: sway-ipc(7): a message is `i3-ipc`, its length, its type, and JSON.
"""

import json
import logging
import select
import socket
import struct
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.wayland import LOST, NO_COMPOSITOR
from watchers.window.backend import ActiveWindow
from watchers.window.process import executable

log = logging.getLogger(__name__)

ANSWER_S = 3.0
MAGIC = b"i3-ipc"
HEADER = struct.Struct("=6sII")  # magic, length, type
SUBSCRIBE, GET_TREE = 2, 4
HEEDED = b'["window", "workspace", "shutdown"]'


class SwayWindows:
    """Hears of changes from sway and asks it for the tree of windows."""

    install_hint = NO_COMPOSITOR
    told = "application, title, process, program, workspace, full screen; by sway's socket"
    switched: datetime | None = None

    def __init__(self, session: Session) -> None:
        self._session = session
        self._events: socket.socket | None = None
        self._asking: socket.socket | None = None
        self._window: ActiveWindow | None = None
        self._stale = True

    def is_compatible(self) -> bool:
        """Whether this is sway."""
        return self._session.display_server == "wayland" and self._session.sway is not None

    def is_available(self) -> bool:
        """Whether it answers."""
        try:
            self.open()
        except WatcherError:
            return False
        self.close()
        return True

    def open(self) -> int | None:
        """Connect and ask to be told of changes."""
        try:
            self._events, self._asking = self._connect(), self._connect()
            _send(self._events, SUBSCRIBE, HEEDED)
            _receive(self._events)
        except OSError as error:
            self.close()
            log.info("sway does not answer: %s", type(error).__name__)
            raise WatcherError(NO_COMPOSITOR) from error
        self._stale = True
        return self._events.fileno()

    def take(self) -> bool:
        """Take all that was told; whether there was something."""
        if self._events is None:
            return False
        seen = False
        try:
            while select.select([self._events], [], [], 0)[0]:
                _receive(self._events)
                self._stale = seen = True
        except OSError as error:
            raise WatcherError(LOST, "crashed") from error
        return seen

    def current(self) -> ActiveWindow | None:
        """The window that has the focus; sway is asked only after it told of a change."""
        if self._stale and self._asking is not None:
            try:
                _send(self._asking, GET_TREE, b"")
                self._window = read(json.loads(_receive(self._asking)))
            except (OSError, ValueError) as error:
                raise WatcherError(LOST, "crashed") from error
            self._stale = False
        return self._window

    def close(self) -> None:
        """Disconnect."""
        for connection in (self._events, self._asking):
            if connection is not None:
                connection.close()
        self._events = self._asking = None

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(ANSWER_S)
        try:
            connection.connect(self._session.sway or "")
        except OSError:
            connection.close()
            raise
        return connection


def read(tree: dict[str, Any]) -> ActiveWindow | None:
    """The focused window of sway's tree; None when a workspace itself has the focus."""
    workspace: int | None = None
    for node in _walk(tree):
        if node.get("type") == "workspace":
            workspace = node.get("num")
        is_window = node.get("pid") and node.get("type") in ("con", "floating_con")
        if not (node.get("focused") and is_window):
            continue
        x11 = node.get("window_properties") or {}  # of a window of Xwayland
        return ActiveWindow(
            app=node.get("app_id") or x11.get("class") or x11.get("instance"),
            title=node.get("name") or None,
            number=node.get("id"),
            pid=node.get("pid"),
            executable=executable(int(node["pid"])),
            workspace=workspace if workspace and workspace > 0 else None,
            fullscreen=bool(node.get("fullscreen_mode")),
        )
    return None


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tree's nodes, each workspace before what is on it."""
    yield node
    for inner in (*node.get("nodes", ()), *node.get("floating_nodes", ())):
        yield from _walk(inner)


def _send(connection: socket.socket, kind: int, body: bytes) -> None:
    connection.sendall(HEADER.pack(MAGIC, len(body), kind) + body)


def _receive(connection: socket.socket) -> bytes:
    """The body of the next message.

    Raises:
        OSError: There is none, or it does not come in time.
    """
    deadline = time.monotonic() + ANSWER_S
    _, length, _ = HEADER.unpack(_exactly(connection, HEADER.size, deadline))
    return _exactly(connection, int(length), deadline)


def _exactly(connection: socket.socket, length: int, deadline: float) -> bytes:
    body = b""
    while len(body) < length:
        part = connection.recv(length - len(body))
        if not part or time.monotonic() > deadline:
            raise ConnectionError("sway's socket ended")
        body += part
    return body
