"""ActivityWatch beside us: its stores and its server, in an environment of their own.

They cannot live in ours: aw-server 0.12.0 runs with `iso8601<2`, its datastore with
`peewee<3.18` alone. The environment is made once, in the user's cache folder; where it cannot be
made, the peers are named as missing.
"""

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from daemon.bench import workload
from watchers.activitywatch import probe

log = logging.getLogger(__name__)

PACKAGES = ("aw-server==0.12.0", "aw-core>=0.5.17", "iso8601<2", "peewee<3.18")
INSTALL_S = 600.0
MEASURE_S = 300.0
START_S = 30.0
STORES = ("PeeweeStorage", "SqliteStorage")


class PeersMissingError(Exception):
    """ActivityWatch cannot be run here; the message says why."""


def interpreter() -> Path:
    """The Python that has ActivityWatch, made when it is not there.

    Raises:
        PeersMissingError: It cannot be installed.
    """
    folder = platformdirs.user_cache_path("hunch") / "peers"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    try:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
    except (OSError, subprocess.SubprocessError) as error:
        raise PeersMissingError(
            f"{PACKAGES[0]} could not be installed ({type(error).__name__})"
        ) from error
    ready.touch()
    return python


def store_rates(python: Path, folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Heartbeats a second of each of aw-core's stores, in the ways ``store`` and ``server``.

    Raises:
        PeersMissingError: They do not run.
    """
    script = Path(workload.__file__).with_name("peer_stores.py")
    try:
        done = _run([str(python), str(script), str(folder), str(count)], MEASURE_S)
        found: dict[str, dict[str, float]] = json.loads(done)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise PeersMissingError(f"aw-core's stores failed ({type(error).__name__})") from error
    return found


@contextlib.contextmanager
def server(python: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """An aw-server with its default store while it is open: its port and its process.

    Raises:
        PeersMissingError: It does not answer.
    """
    port = _free_port()
    homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    try:
        process = subprocess.Popen(
            [str(python), "-m", "aw_server", "--port", str(port), "--storage", "peewee"],
            env={**os.environ, **dict.fromkeys(homes, str(folder))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise PeersMissingError(f"aw-server did not start ({type(error).__name__})") from error
    try:
        deadline = time.monotonic() + START_S
        while probe(port) != "activitywatch":
            if process.poll() is not None or time.monotonic() > deadline:
                raise PeersMissingError("aw-server did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _run(argv: list[str], timeout_s: float = INSTALL_S) -> str:
    done = subprocess.run(
        argv,
        check=True,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout
