"""A daemon of our own to measure, on a folder of its own; and what a process costs."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from daemon.errors import HunchError
from daemon.lock import running

START_S = 30.0


class Running(NamedTuple):
    """A daemon that runs."""

    pid: int
    port: int


@contextlib.contextmanager
def daemon(
    folder: Path, env: Mapping[str, str] | None = None, **settings: str
) -> Iterator[Running]:
    """A daemon without a language model while it is open.

    Raises:
        HunchError: It does not start.
    """
    values = {"data_dir": str(folder), "port": "0", "tray": "false", "model": "none", **settings}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "daemon", "run", "--yes"],
        env={**(env or os.environ)}
        | {f"HUNCH_{key.upper()}": value for key, value in values.items()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_S
        while (holder := running(folder)) is None or not holder.port:
            if process.poll() is not None or time.monotonic() > deadline:
                raise HunchError("Bench", "The daemon to be measured did not start.")
            time.sleep(0.05)
        yield Running(process.pid, holder.port)
    finally:
        process.terminate()
        process.wait(30)


def family(pid: int) -> dict[str, int]:
    """The numbers of a daemon and of all that it started, by what they are: daemon, tray, models.worker."""
    found = {"daemon": pid}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        line = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        module = line[line.index("-m") + 1] if "-m" in line else line[0]
        found[module] = int(child)
    return found


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5), `schedstat`, its threads' sum).

    In nanoseconds, where `stat` counts ticks of 10 ms: as much as an idle daemon uses in ten seconds.
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def rss_mb(pid: int) -> float:
    """Resident memory of a process, in MB (proc(5), `statm`)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
