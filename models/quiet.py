"""How an exception is told in a log: where it was raised and of which type, never in its own words.

What an exception says may quote what was typed, copied or visited; a log is no place for that.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType

log = logging.getLogger(__name__)

Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
MOST = 20  # causes of causes


def told(error: BaseException | None) -> str:
    """The frames and the type of an exception and of what led to it, in lines."""
    parts: list[str] = []
    while error is not None and len(parts) < MOST:
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error)
        parts.append(f"{frames}{kind.__module__}.{kind.__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbecause of:\n".join(parts)


class Quiet(logging.Formatter):
    """A formatter that leaves out what exceptions say."""

    def format(self, record: logging.LogRecord) -> str:
        """The record; what another handler made of its exception is not used, nor left to it."""
        text, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = text

    def formatException(self, ei: Info) -> str:
        """The exception, without its words."""
        return told(ei[1])


def quieten() -> None:
    """What ends a thread, or the process, goes to the log or to stderr without its words, too."""
    sys.excepthook = _ended
    sys.unraisablehook = lambda what: log.error(
        "an exception was passed over\n%s", told(what.exc_value)
    )
    threading.excepthook = lambda what: log.error("a thread ended\n%s", told(what.exc_value))


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(f"{told(error)}\n")
