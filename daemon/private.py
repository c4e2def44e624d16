"""Files that their owner alone may read."""

import os

MODE = 0o600


def private(path: str, flags: int) -> int:
    """An opener for `open`: a file that is made is readable by its owner alone; one that is there, too."""
    handle = os.open(path, flags, MODE)
    if os.name == "posix":
        os.fchmod(handle, MODE)
    return handle
