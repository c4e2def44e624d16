"""The one place that knows which reader of the clipboard serves which system."""

from watchers.choosing import first
from watchers.clipboard.backend import ClipboardBackend
from watchers.clipboard.macos import MacosClipboard
from watchers.clipboard.wayland import WaylandClipboard
from watchers.clipboard.windows import WindowsClipboard
from watchers.clipboard.x11 import X11Clipboard
from watchers.platform import Session


def choose(session: Session) -> ClipboardBackend:
    """The reader for this session.

    Raises:
        WatcherError: There is none; the message says what to do.
    """
    candidates: list[ClipboardBackend] = [
        X11Clipboard(session),
        WaylandClipboard(session),
        MacosClipboard(session),
        WindowsClipboard(session),
    ]
    return first(candidates)
