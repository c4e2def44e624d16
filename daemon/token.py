"""The token of a data folder: who can read the folder may ask the local API for everything."""

import contextlib
import os
import secrets
from pathlib import Path


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
