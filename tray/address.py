"""Where the daemon listens and the secret it asks for; read anew for every connection. No connection here."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Address(NamedTuple):
    """How to reach a daemon on 127.0.0.1.

    Attributes:
        port: Of its local API.
        token: For ``Authorization: Bearer``.
        pid: Its process; None where nobody said.
    """

    port: int
    token: str
    pid: int | None


Finder = Callable[[], Address]  # raises OSError or ValueError while there is no daemon


def of_folder(data_dir: Path) -> Finder:
    """The daemon that holds a data directory, whichever it is then: it may have been started again."""

    def find() -> Address:
        try:
            holder = json.loads((data_dir / "daemon.json").read_bytes())
            port, pid = int(holder["port"]), int(holder["pid"])
        except (KeyError, TypeError) as error:
            raise ValueError("daemon.json names no port") from error
        # A killed daemon leaves its file behind, and its port may be another program's by now.
        if port <= 0 or not _alive(pid):
            raise ConnectionError("no daemon listens")
        return Address(port, _token(data_dir / "token"), pid)

    return find


def fixed(port: int, token_file: Path) -> Finder:
    """A daemon whose port is known."""
    return lambda: Address(port, _token(token_file), None)


def _token(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def _alive(pid: int) -> bool:
    if sys.platform == "win32":  # os.kill would end it there
        return True
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
