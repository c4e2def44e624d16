"""The one place that knows which reader of the active window serves which system."""

from watchers.choosing import first
from watchers.platform import Session
from watchers.window.backend import WindowBackend
from watchers.window.gnome import GnomeWindows
from watchers.window.kde import KdeWindows
from watchers.window.macos import MacosWindows
from watchers.window.sway import SwayWindows
from watchers.window.windows import WindowsWindows
from watchers.window.wlroots import WlrootsWindows
from watchers.window.x11 import X11Windows


def choose(session: Session) -> WindowBackend:
    """The reader for this session.

    Under Wayland the X11 one would see Xwayland's windows alone and tell the wrong window for all
    others, so it is not taken there.

    Raises:
        WatcherError: There is none; the message says what to do.
    """
    candidates: list[WindowBackend] = [
        X11Windows(session),
        KdeWindows(session),  # the desktops' own ways first: they tell more
        GnomeWindows(session),
        SwayWindows(session),
        WlrootsWindows(session),
        MacosWindows(session),
        WindowsWindows(session),
    ]
    return first(candidates)
