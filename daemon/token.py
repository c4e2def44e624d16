"""The tokens of a data folder: one with which the local API may be asked for everything, one to write.

A watcher (the shell's hook, a browser's extension) cannot tell who listens on a port, so what it
sends must be worth nothing to who is told it by mistake: with the second, events can be added, no more.
"""

import contextlib
import hashlib
import hmac
import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)

WRITE_NAME = "token-write"


def token_of(data_path: Path) -> str:
    """The secret of a data directory, made at first use; readable by its owner alone."""
    path = data_path / "token"
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))
    path.chmod(0o600)
    token = path.read_text(encoding="utf-8").strip()
    if not token:  # killed between making and writing it; an empty secret would let anyone in
        path.unlink()
        return token_of(data_path)
    return token


def write_token(token: str) -> str:
    """The token for writes that follows from the token for everything; not the other way."""
    return hmac.new(token.encode(), b"write", hashlib.sha256).hexdigest()


def leave_write_token(data_path: Path) -> None:
    """Put the token for writes into a file of the data directory that its owner alone may read."""
    path, token = data_path / WRITE_NAME, write_token(token_of(data_path))
    try:
        if path.exists() and path.read_bytes() == token.encode():
            path.chmod(0o600)
            return
        scratch = path.with_name(f"{WRITE_NAME}.new")
        scratch.unlink(missing_ok=True)
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(token)
        scratch.replace(path)
    except OSError as error:  # the disk is full: what needs no token is told all the same
        log.warning("the token for writes was not written: %s", error.strerror)
