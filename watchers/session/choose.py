"""The one place that knows which reader of the session's state serves which system."""

from watchers.choosing import first
from watchers.platform import Session
from watchers.session.backend import SessionBackend
from watchers.session.linux import LinuxSession
from watchers.session.macos import MacosSession
from watchers.session.windows import WindowsSession


def choose(session: Session) -> SessionBackend:
    """The reader for this session.

    Raises:
        WatcherError: There is none; the message says what to do.
    """
    candidates: list[SessionBackend] = [
        LinuxSession(session),
        MacosSession(session),
        WindowsSession(session),
    ]
    return first(candidates)
