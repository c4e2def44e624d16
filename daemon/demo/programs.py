"""Programs of a virtual desktop: each in a process group of its own, with a log, and all of them ended.

Whatever is started here carries a mark in its environment, so that in the end also those go that left
their process group (shells in a terminal, services that the bus started). Knows no display.
"""

import os
import subprocess
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from daemon.demo.processes import end_groups, end_marked
from daemon.errors import HunchError

FIRST = 2  # bus and display: the others want them until their end


class Programs:
    """What runs.

    Args:
        logs: Folder for what they print; made when missing.

    Attributes:
        mark: What the variable `MARK` has to be in `env`.
        env: The environment that they get; its owner fills it.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.mark = uuid.uuid4().hex
        self._started: list[subprocess.Popen[bytes]] = []
        self.env: dict[str, str] = {}

    def start(
        self,
        argv: Sequence[str],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program.

        Args:
            argv: Program and arguments.
            cwd: Its folder.
            env: Variables besides those that all get.
            pass_fds: Descriptors that it inherits.
        """
        with self._log_file(Path(argv[0]).name) as output:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env={**self.env, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def start_told(self, argv: Callable[[int], Sequence[str]]) -> str:
        """Start a program that writes a line to a descriptor when it is ready; return the line.

        Raises:
            HunchError: It ended without one.
        """
        readable, writable = os.pipe()
        try:
            process = self.start(argv(writable), pass_fds=(writable,))
        finally:
            os.close(writable)
        with os.fdopen(readable) as told:
            line = told.readline().strip()  # ends without a line when the program does
        if not line:
            raise HunchError(
                "Virtual desktop", f"{process.args!r} did not start; see {self._logs}."
            )
        return line

    def end(self) -> None:
        """End the newest first: a program wants its display until its end."""
        first, others = self._started[:FIRST], self._started[FIRST:]
        end_groups(others)
        end_marked(self.mark, spare=[process.pid for process in first])
        end_groups(first)
        end_marked(self.mark, spare=[])
        self._started.clear()

    def _log_file(self, name: str) -> IO[bytes]:
        self._logs.mkdir(parents=True, exist_ok=True)
        return (self._logs / f"{len(self._started):02d}-{name}.log").open("ab")
