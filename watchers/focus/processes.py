"""The table of processes as /proc tells it (proc_pid_stat(5)): name, parent, terminal. Linux only."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from watchers.programs import read

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process.

    Attributes:
        pid: Its number.
        name: The first 15 bytes of its program's name.
        parent: The number of its parent; 0 for none.
        terminal: Major and minor number of its terminal; (0, 0) for none.
        foreground: It belongs to the group that reads from the terminal.
    """

    pid: int
    name: str
    parent: int
    terminal: tuple[int, int]
    foreground: bool


def read_processes(folder: Path = PROC) -> dict[int, Process]:
    """All processes by number; 15 µs each, so only when there is a reason."""
    table = {}
    for name in os.listdir(folder):  # noqa: PTH208 - names alone, many of them
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                process = parse(read(f"{folder}/{name}/stat"))
                table[process.pid] = process
    return table


def parse(stat: str) -> Process:
    """Read a line of /proc/PID/stat; the name stands in brackets and may hold anything.

    Raises:
        ValueError: It is no such line.
        IndexError: It is cut short.
    """
    head, _, tail = stat.rpartition(")")
    pid, _, name = head.partition("(")
    fields = tail.split()
    device = int(fields[4]) & 0xFFFFFFFF
    return Process(
        pid=int(pid),
        name=name,
        parent=int(fields[1]),
        # minor: bits 0-7 and 20-31, major: bits 8-19
        terminal=(device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00),
        foreground=fields[2] == fields[5],
    )
