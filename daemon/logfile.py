"""The daemon's log: what it did and could not do, never what the user typed, copied or visited."""

import contextlib
import logging
import logging.handlers
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from daemon.private import private
from models.quiet import Quiet, quieten

LOG_BYTES = 1_000_000


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """Every file of the log, the next after a rotation too, is readable by its owner alone."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, self.mode, encoding="utf-8", opener=private)  # type: ignore[return-value]  # append is text

    def handleError(self, record: logging.LogRecord) -> None:
        """A line that cannot be written, on a full disk say, is dropped: it belongs nowhere else."""


@contextlib.contextmanager
def logged(path: Path) -> Iterator[None]:
    """Write the log while this holds, the file before it kept beside it."""
    handler = _PrivateLog(path, maxBytes=LOG_BYTES, backupCount=1)
    handler.setFormatter(Quiet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    quieten()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it warns of what clients send
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
