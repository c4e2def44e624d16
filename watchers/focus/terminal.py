"""Whether a program asks for a password in a terminal: it switched the echo off (termios(3)).

What getpass, readpassphrase, sudo, su, ssh, passwd, git and `read -s` do can be seen from outside:
the pseudo-terminal's ECHO is off and ICANON is on. Line editors, full-screen programs and the
sessions of ssh clear ICANON, so they are not taken for prompts. Programs that show a star per
key (sudo with pwfeedback, systemd's, mysql's) clear ICANON too, but leave the translations of
input and output on; those are told by their name.

It cannot see what another machine asks for in a running ssh, nor what root's own terminals ask for
(sudo with use_pty that runs passwd). A prompt in a tab behind hides typing in the tab in front,
since both are the same process.

The termios are read first, some microseconds a terminal; /proc only when one of them asks.
"""

import contextlib
import os
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from watchers.focus.processes import Process, read_processes

PROMPT_S, CBREAK_S = 1.0, 0.1  # for so long an answer from the table of processes holds
Mode = Literal["prompt", "cbreak"]

PTS = Path("/dev/pts")
PTS_MAJOR = 136  # Linux, Documentation/admin-guide/devices.txt; 256 terminals a number
# Programs that ask in cbreak mode, by the 15 characters that the kernel keeps of a name.
ASKERS = frozenset((
    "sudo", "sudo-rs", "doas", "su", "passwd", "login", "cryptsetup", "mysql", "mariadb",
    "mysqldump", "mariadb-dump", "systemd-ask-pas", "systemd-tty-ask", "pkttyagent",
    "polkit-agent-he", "pinentry", "pinentry-tty", "pinentry-curse", "gpg", "gpg2", "ssh-add",
    "ssh-keygen",
))  # fmt: skip
MULTIPLEXERS = ("tmux", "screen", "zellij", "dtach", "abduco")
SILENT_BY_DESIGN = ("emacs",)  # its shells run without echo all the time


@dataclass(frozen=True, slots=True)
class Terminal:
    """One pseudo-terminal that may be asking."""

    number: int
    mode: Mode


class Terminals:
    """Asks the pseudo-terminals of this user."""

    def __init__(
        self,
        folder: Path = PTS,
        prefix: str = "",
        processes: Callable[[], dict[int, Process]] = read_processes,
        uid: int | None = None,
    ) -> None:
        """Prepare.

        Args:
            folder: Where their devices lie.
            prefix: Of the devices' names, before the number: ``ttys`` on macOS.
            processes: Reads the table of processes; empty where there is none.
            uid: Whose terminals; this process's user by default.
        """
        self._folder = folder
        self._prefix = prefix
        self._processes = processes
        self._uid = os.getuid() if uid is None else uid
        self._known: tuple[object, bool, float] = (None, False, 0.0)

    def asks(self, front: int | None) -> bool:
        """Whether a password is asked for in a terminal of the window in front.

        Args:
            front: The process of that window; None when it is not known: then any terminal counts.
        """
        asking = self.asking()
        if not asking:
            return False
        # A prompt in another window may stay open for long while somebody types in this one.
        case, now = (front, *asking), time.monotonic()
        known, verdict, until = self._known
        if case != known or now >= until:
            verdict = self._judge(asking, front)
            lasting = all(terminal.mode == "prompt" for terminal in asking)
            self._known = (case, verdict, now + (PROMPT_S if lasting else CBREAK_S))
        return verdict

    def _judge(self, asking: list[Terminal], front: int | None) -> bool:
        """Whether one of these concerns the window in front."""
        table = self._processes()
        if not table:
            return any(terminal.mode == "prompt" for terminal in asking)
        if front is not None and not self._is_ours(front):
            front = None  # a sandbox's own numbers mean nothing out here
        return any(_concerns(terminal, front, table) for terminal in asking)

    def asking(self) -> list[Terminal]:
        """The terminals that may be asking, whichever window they are in."""
        found = []
        with contextlib.suppress(OSError):
            for name in os.listdir(self._folder):  # noqa: PTH208 - before every key
                number = name.removeprefix(self._prefix)
                if number.isdigit() and (mode := _mode(f"{self._folder}/{name}", self._uid)):
                    found.append(Terminal(int(number), mode))
        return found

    def _is_ours(self, pid: int) -> bool:
        try:
            return os.stat(f"/proc/{pid}").st_uid == self._uid  # noqa: PTH116 - before every key
        except OSError:
            return False


def _mode(path: str, uid: int) -> Mode | None:
    """How a terminal of this user asks, if it does; None also for one that may not be opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        attributes = termios.tcgetattr(handle)
        mode = mode_of(attributes[0], attributes[1], attributes[3])
        return mode if mode is not None and os.fstat(handle).st_uid == uid else None
    except (termios.error, OSError):
        return None
    finally:
        os.close(handle)


def mode_of(iflag: int, oflag: int, lflag: int) -> Mode | None:
    """How a terminal with these flags asks for a password, if it does."""
    if lflag & termios.ECHO:
        return None
    if lflag & termios.ICANON:
        return "prompt"
    return "cbreak" if iflag & termios.ICRNL and oflag & termios.OPOST else None


def _concerns(terminal: Terminal, front: int | None, table: dict[int, Process]) -> bool:
    """Whether what is typed into the window of process `front` reaches this terminal's prompt."""
    major, minor = PTS_MAJOR + terminal.number // 256, terminal.number % 256
    inside = [p for p in table.values() if p.terminal == (major, minor)]
    if terminal.mode == "cbreak" and not any(p.foreground and p.name in ASKERS for p in inside):
        return False
    lines = [list(_ancestry(process, table)) for process in inside]
    outside = [p for line in lines for p in line if p.terminal != (major, minor)]
    if any(line for line in lines if _is(_outer(line, (major, minor)), SILENT_BY_DESIGN)):
        return False
    if front is None:
        return bool(inside)
    if any(process.pid == front for process in [*outside, *inside]):
        return True
    served = any(_is(process, MULTIPLEXERS) for process in outside)
    return served and any(
        _is(process, MULTIPLEXERS) and any(p.pid == front for p in _ancestry(process, table))
        for process in table.values()
    )


def _ancestry(process: Process, table: dict[int, Process]) -> list[Process]:
    """A process and its parents."""
    line = [process]
    while (parent := table.get(line[-1].parent)) is not None and parent not in line:
        line.append(parent)
    return line


def _outer(line: list[Process], terminal: tuple[int, int]) -> Process | None:
    """The process that runs the terminal: the first parent that is not in it."""
    return next((process for process in line if process.terminal != terminal), None)


def _is(process: Process | None, names: tuple[str, ...]) -> bool:
    return process is not None and process.name.lower().startswith(names)
