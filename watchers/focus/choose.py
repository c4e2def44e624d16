"""The one place that knows who can tell on which system that a password is typed."""

import logging
from collections.abc import Callable
from pathlib import Path

from watchers.choosing import first
from watchers.coverage import Coverage
from watchers.focus.atspi import AtspiFocus
from watchers.focus.backend import FocusBackend
from watchers.focus.guard import PasswordGuard
from watchers.focus.macos import MacosFocus
from watchers.focus.windows import WindowsFocus
from watchers.platform import Session
from watchers.programs import LOCKERS, PROMPTERS, Programs
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)


def choose(session: Session) -> FocusBackend | None:
    """The reader of the focused field for this session; None where nothing tells it.

    Terminals and prompting programs are known without one.
    """
    candidates: list[FocusBackend] = [
        AtspiFocus(session),
        MacosFocus(session),
        WindowsFocus(session),
    ]
    try:
        return first(candidates)
    except WatcherError as error:
        log.info("password fields of programs are not known: %s", error)
        return None


def guard(session: Session, coverage: Coverage, front: Callable[[], int | None]) -> PasswordGuard:
    """The guard for this session's terminals and prompting programs.

    Args:
        session: Where we run.
        coverage: Is told of every stretch of a password.
        front: The process of the window in front; None when it is not known.
    """
    if session.system not in ("linux", "macos"):
        return PasswordGuard(coverage, lambda: False)
    from watchers.focus.terminal import Terminals

    if session.system == "macos":  # no table of processes: any prompt of the user's counts
        terminals = Terminals(Path("/dev"), "ttys", dict)
        return PasswordGuard(coverage, lambda: terminals.asks(None))
    terminals, programs = Terminals(), Programs(PROMPTERS | LOCKERS)
    return PasswordGuard(coverage, lambda: terminals.asks(front()), programs.look, front)
