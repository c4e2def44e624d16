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


def family(pid: int) -> dict[int, str]:
    """A daemon and all that it and its own started, by number, with what they are: daemon, tray, models.worker."""
    found = {pid: "daemon"}
    waiting = [pid]
    while waiting:
        for child in _children(waiting.pop()):
            with contextlib.suppress(OSError):  # it has ended
                line = Path(f"/proc/{child}/cmdline").read_text().split("\0")
                found[child] = line[line.index("-m") + 1] if "-m" in line else line[0]
                waiting.append(child)
    return found


def _children(pid: int) -> list[int]:
    """What any thread of a process started."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in thread.read_text().split()]
    return found


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5), `schedstat`, its threads' sum).

    In nanoseconds, where `stat` counts ticks of 10 ms: as much as an idle daemon uses in ten seconds.
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def reaped_s(pid: int) -> float:
    """Seconds of processor time of all that a process started and that has ended (proc(5), `stat`)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Resident memory of a process, in MB (proc(5), `statm`)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
