"""Which state of a terminal is a prompt, and whose it is; on terminals of our own."""

import os
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchers.focus.processes import Process, parse, read_processes
from watchers.focus.terminal import Terminal, Terminals, mode_of
from watchers.programs import Programs

COOKED = (termios.ICRNL, termios.OPOST, termios.ECHO | termios.ICANON | termios.ISIG)


def test_the_flags_of_what_asks_and_of_what_does_not() -> None:
    iflag, oflag, lflag = COOKED
    assert mode_of(iflag, oflag, lflag) is None
    assert mode_of(iflag, oflag, lflag & ~termios.ECHO) == "prompt"
    no_line = lflag & ~termios.ECHO & ~termios.ICANON
    assert mode_of(iflag, oflag, no_line) == "cbreak"
    assert mode_of(0, oflag, no_line) is None  # readline, zle
    assert mode_of(0, 0, no_line) is None  # raw: vim, ssh


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    master, slave = os.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


def test_a_terminal_whose_echo_is_switched_off_asks_until_it_is_on_again(
    pair: tuple[int, int],
) -> None:
    number = int(Path(os.ttyname(pair[1])).name)
    terminals = Terminals()
    before = termios.tcgetattr(pair[1])
    assert Terminal(number, "prompt") not in terminals.asking()
    silent = [*before]
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(pair[1], termios.TCSANOW, silent)
    assert Terminal(number, "prompt") in terminals.asking()
    termios.tcsetattr(pair[1], termios.TCSANOW, before)
    assert Terminal(number, "prompt") not in terminals.asking()


def test_another_users_terminals_are_not_opened(pair: tuple[int, int]) -> None:
    silent = termios.tcgetattr(pair[1])
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(pair[1], termios.TCSANOW, silent)
    assert Terminals(uid=os.getuid() + 1).asking() == []


def table(*rows: tuple[int, str, int, int | None]) -> dict[int, Process]:
    """Processes by number, name, parent and terminal; all in the foreground of theirs."""
    return {
        pid: Process(pid, name, parent, (136, tty) if tty is not None else (0, 0), foreground=True)
        for pid, name, parent, tty in rows
    }


class Fixed(Terminals):
    """Asks a table of processes instead of the machine's; one terminal asks."""

    def __init__(self, rows: dict[int, Process], terminal: Terminal) -> None:
        super().__init__(processes=lambda: rows)
        self.terminal = terminal

    def asking(self) -> list[Terminal]:
        return [self.terminal]

    def _is_ours(self, pid: int) -> bool:
        return pid != 2


EDITOR, TERMINAL, OTHER = 10, 20, 30
ROWS = table(
    (1, "init", 0, None),
    (EDITOR, "emacs-gtk", 1, None),
    (11, "bash", EDITOR, 1),
    (TERMINAL, "xterm", 1, None),
    (21, "bash", TERMINAL, 2),
    (22, "sudo", 21, 2),
    (OTHER, "kitty", 1, None),
    (31, "bash", OTHER, 3),
    (32, "tmux: client", 31, 3),
    (40, "tmux: server", 1, None),
    (41, "bash", 40, 4),
)


@pytest.mark.parametrize(
    ("number", "front", "asks"),
    [
        (2, TERMINAL, True),
        (2, OTHER, False),
        (2, None, True),
        (2, 2, True),  # a number from inside a sandbox: as good as none
        (4, OTHER, True),  # tmux: the window that has a client
        (4, TERMINAL, False),
        (1, EDITOR, False),  # a shell inside emacs runs without echo
        (1, None, False),
        (9, TERMINAL, False),  # nobody reads from it
    ],
)
def test_a_prompt_concerns_the_window_that_holds_its_terminal(
    number: int, front: int | None, asks: bool
) -> None:
    assert Fixed(ROWS, Terminal(number, "prompt")).asks(front) is asks


def test_stars_count_for_programs_that_ask_and_for_no_others() -> None:
    assert Fixed(ROWS, Terminal(2, "cbreak")).asks(TERMINAL)
    assert not Fixed(ROWS, Terminal(3, "cbreak")).asks(OTHER)


def test_a_line_of_proc_whose_name_holds_brackets_is_read() -> None:
    fields = "S 7 42 40 34818 42 " + "0 " * 40
    process = parse(f"42 (a) b (c)) {fields}")
    assert process == Process(42, "a) b (c)", 7, (136, 2), foreground=True)


def test_this_process_is_in_the_table() -> None:
    assert read_processes()[os.getpid()].parent == os.getppid()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_programs_are_met_when_they_start_change_their_name_and_end(tmp_path: Path) -> None:
    clock = Clock()
    programs = Programs({"i3lock"}, tmp_path, clock=clock)
    assert not programs.look()
    process = tmp_path / "77"
    process.mkdir()
    (process / "comm").write_text("lock.sh\n")
    assert not programs.look()
    (process / "comm").write_text("i3lock\n")  # exec
    clock.now = 30.0
    assert programs.look()
    clock.now = 300.0
    assert programs.look()
    (process / "comm").unlink()
    process.rmdir()
    assert not programs.look()


@pytest.mark.parametrize("takes_s", [1.0, 4.5, 9.0, 18.0])
def test_a_wrapper_that_becomes_a_locker_is_met_at_the_next_look(
    tmp_path: Path, takes_s: float
) -> None:
    """A picture of the screen first, then ``exec i3lock``; looked at every two seconds meanwhile."""
    clock = Clock()
    programs = Programs({"i3lock"}, tmp_path, clock=clock)
    process = tmp_path / "77"
    process.mkdir()
    (process / "comm").write_text("lock.sh\n")
    while clock.now < takes_s:
        assert not programs.look()
        clock.now += 2.0
    clock.now = takes_s
    (process / "comm").write_text("i3lock\n")
    assert programs.look()
