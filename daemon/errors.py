"""The one error that reaches a user: what is wrong in a few words, and a sentence that says what to do."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path


class HunchError(Exception):
    """Something a person can act on.

    Attributes:
        title: A few words, for a log or a notification's first line.
        message: One sentence that says what to do.
    """

    def __init__(self, title: str, message: str) -> None:
        super().__init__(message)
        self.title = title
        self.message = message


class NotFound(HunchError):
    """What was asked for is not there."""


class Conflict(HunchError):
    """What was asked for cannot be done any more, or not yet."""


@contextlib.contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Of any file that cannot be written because the disk is full.

    Raises:
        HunchError: It is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise HunchError(
            "Disk full", f"The disk that holds {folder} is full: free some space and start again."
        ) from error
