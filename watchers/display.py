"""Connections to the X server, for all sensors that need one."""

import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

CONNECT_S = 5.0
NO_DISPLAY = "The display does not answer: start Hunch inside your desktop session."
LOST = "The connection to the display was lost: start Hunch again inside your desktop session."


def connect(name: str | None) -> Any:
    """A `Xlib.display.Display`; the caller closes it, best with `disconnect`.

    Raises:
        WatcherError: There is no such display, or it refuses us.
    """
    from Xlib.display import Display
    from Xlib.error import DisplayError

    try:
        _knock(name)
        return Display(name)
    except (DisplayError, OSError) as error:
        log.info("no X display: %s", error)
        raise WatcherError(NO_DISPLAY) from error


def disconnect(display: Any) -> None:
    """Close it, whether the server is still there or not."""
    try:
        display.close()
    except Exception as error:
        log.debug("the display was gone before: %s", type(error).__name__)
        display.display.socket.close()


def take_notices(display: Any, heed: Callable[[Any], bool] = lambda told: True) -> bool:
    """Take all that the server told, without waiting; whether there was something to heed.

    Args:
        display: The connection.
        heed: Whether an event of it matters.

    Raises:
        WatcherError: The connection is lost.
    """
    from Xlib.error import ConnectionClosedError

    seen = False
    try:
        while display.pending_events():
            seen = heed(display.next_event()) or seen
    except (ConnectionClosedError, OSError) as error:
        raise WatcherError(LOST, "crashed") from error
    return seen


def _knock(name: str | None) -> None:
    """Whether somebody listens; Xlib's own attempt leaves its sockets open when nobody does."""
    from Xlib.support.connect import get_display

    _, protocol, host, number, _ = get_display(name)
    if host and host != "unix" and protocol != "unix":
        socket.create_connection((host, 6000 + number), CONNECT_S).close()
        return
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the X protocol's own place
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(CONNECT_S)
        knock.connect(path if Path(path).exists() else "\0" + path)
