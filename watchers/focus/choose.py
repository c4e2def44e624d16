"""The one place that knows who can tell on which system that a password is typed."""

from collections.abc import Callable

from watchers.choosing import first
from watchers.coverage import Coverage
from watchers.focus.atspi import AtspiFocus
from watchers.focus.backend import FocusBackend
from watchers.focus.guard import PasswordGuard
from watchers.focus.macos import MacosFocus
from watchers.focus.windows import WindowsFocus
from watchers.platform import Session
from watchers.programs import LOCKERS, PROMPTERS, Programs


def choose(session: Session) -> FocusBackend:
    """The reader of the focused field for this session.

    Raises:
        WatcherError: There is none; the message says what to do.
    """
    candidates: list[FocusBackend] = [
        AtspiFocus(session),
        MacosFocus(session),
        WindowsFocus(session),
    ]
    return first(candidates)


def guard(session: Session, coverage: Coverage, front: Callable[[], int | None]) -> PasswordGuard:
    """The guard for this session's terminals and prompting programs.

    Args:
        session: Where we run.
        coverage: Is told of every stretch of a password.
        front: The process of the window in front; None when it is not known.
    """
    if session.system not in ("linux", "macos"):
        return PasswordGuard(coverage, lambda: False)
    from pathlib import Path

    from watchers.focus.terminal import Terminals

    if session.system == "macos":  # no table of processes: any prompt of the user's counts
        terminals = Terminals(Path("/dev"), "ttys", dict)
        return PasswordGuard(coverage, lambda: terminals.asks(None))
    terminals, programs = Terminals(), Programs(PROMPTERS | LOCKERS)
    return PasswordGuard(coverage, lambda: terminals.asks(front()), programs.look, front)
