"""What is typed into a real terminal's prompt for a password never comes out; all around it does."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.keeping import Keeping
from watchers.focus.guard import PasswordGuard
from watchers.focus.terminal import Terminals
from watchers.focus.watcher import FocusWatcher
from watchers.input import InputWatcher
from watchers.platform import read_session

pytestmark = pytest.mark.anyio

SECRET = "Hunter2-Xyzzy"


class Window:
    """An xterm whose shell tells in files how far it is."""

    def __init__(self, desktop: VirtualDesktop, folder: Path, *command: str) -> None:
        self.desktop = desktop
        self.folder = folder
        self.process = desktop.start(["xterm", "-T", "prompted", "-e", *command], cwd=folder)
        self.number = desktop.xdotool("search", "--sync", "--onlyvisible", "--name", "prompted")
        desktop.activate(self.number)

    async def type(self, text: str, delay_ms: int = 12) -> None:
        await asyncio.to_thread(self.desktop.xdotool, "type", "--delay", str(delay_ms), "--", text)

    async def enter(self) -> None:
        await asyncio.to_thread(self.desktop.xdotool, "key", "Return")

    async def made(self, name: str) -> str:
        await until((self.folder / name).exists)
        return (self.folder / name).read_text()


async def until(true: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.03)


@pytest.fixture
def open_terminal(desktop: VirtualDesktop, tmp_path: Path) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def start(*command: str) -> Window:
        opened.append(Window(desktop, tmp_path, *(command or ("bash", "--norc", "--noprofile"))))
        return opened[-1]

    yield start
    for window in opened:
        desktop.stop(window.process)


@asynccontextmanager
async def watching(front: int | None) -> AsyncIterator[tuple[Keeping, PasswordGuard]]:
    keeping = Keeping()
    terminals = Terminals()
    guard = PasswordGuard(keeping, lambda: terminals.asks(front))
    keyboard = InputWatcher("test", read_session(), guard=guard)
    focus = FocusWatcher(guard, None)
    tasks = [asyncio.create_task(watcher.run(keeping)) for watcher in (keyboard, focus)]
    try:
        await asyncio.wait_for(keyboard.ready.wait(), 15)
        yield keeping, guard
    finally:
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(end, asyncio.CancelledError)


def asking(count: int) -> Callable[[], bool]:
    terminals = Terminals()
    return lambda: len([t for t in terminals.asking() if t.mode == "prompt"]) == count


PROMPTS: dict[str, Sequence[str]] = {
    "getpass": [f"{sys.executable} -c 'import getpass; getpass.getpass()'"],
    "read -s": ["read -s secret"],
    "read -sp": ["read -s -p 'Password: ' secret"],
    "stty": ["stty -echo; head -n 1 >/dev/null; stty echo"],
}


@pytest.mark.parametrize("name", PROMPTS)
async def test_a_prompt_without_echo(open_terminal: Callable[..., Window], name: str) -> None:
    (command,) = PROMPTS[name]
    window = open_terminal()
    async with watching(window.process.pid) as (keeping, _):
        await window.type("echo before > first")
        await window.enter()
        await window.made("first")
        await window.type(command)
        await window.enter()
        await until(asking(1))
        await window.type(SECRET)
        await window.enter()
        await until(asking(0))
        await window.type("echo after > last")
        await window.enter()
        await window.made("last")
        await until(lambda: "echo after > last" in keeping.typed())
    kept = keeping.typed()
    assert kept.count("enter") >= 3 and command in kept and "echo before > first" in kept
    assert not any(part in str(kept) for part in ("Hunter", "Xyzzy", "unter2"))
    assert keeping.causes() == ["password"]


async def test_typing_faster_than_any_person_is_hidden_from_the_first_key(
    open_terminal: Callable[..., Window],
) -> None:
    window = open_terminal()
    async with watching(window.process.pid) as (keeping, guard):
        await window.type("read -s secret")
        await window.enter()
        await until(asking(1))
        # the next line begins before the shell has switched the echo on: that is not kept either
        await window.type(f"{SECRET}\necho after > last\n", delay_ms=1)
        await window.made("last")
        await asyncio.sleep(0.3)
        await until(lambda: not guard.hidden)
        await window.type("echo again\n")
        await until(lambda: "echo again" in keeping.typed())
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))


async def test_both_passphrases_of_ssh_keygen(
    open_terminal: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_terminal()
    async with watching(window.process.pid) as (keeping, guard):
        await window.type("ssh-keygen -q -t ed25519 -f key; echo done > last")
        await window.enter()
        for _ in range(2):
            await until(asking(1))
            await window.type(SECRET)
            await window.enter()
            await asyncio.sleep(0.1)
        await window.made("last")
        await until(lambda: not guard.hidden)
        await window.type("echo again")
        await window.enter()
        await until(lambda: "echo again" in keeping.typed())
    assert (tmp_path / "key").exists()
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))


async def test_stars_instead_of_echo_are_known_by_the_program(
    open_terminal: Callable[..., Window], tmp_path: Path
) -> None:
    stars = (
        "import os, sys, termios, tty; old = termios.tcgetattr(0); tty.setcbreak(0)\n"
        "mode = termios.tcgetattr(0); mode[0] |= termios.ICRNL\n"
        "termios.tcsetattr(0, termios.TCSANOW, mode); open('asked', 'w').close()\n"
        "while os.read(0, 1) != b'\\n': os.write(1, b'*')\n"
        "termios.tcsetattr(0, termios.TCSANOW, old); open('answered', 'w').close()\n"
    )
    (tmp_path / "stars.py").write_text(stars)
    (tmp_path / "sudo").symlink_to(Path(sys.executable).resolve())  # stands for sudo
    window = open_terminal()
    async with watching(window.process.pid) as (keeping, _):
        await window.type("./sudo stars.py")
        await window.enter()
        await window.made("asked")
        await window.type(SECRET)
        await window.enter()
        await window.made("answered")
        await asyncio.sleep(0.3)
        await window.type("echo after > last")
        await window.enter()
        await until(lambda: "echo after > last" in keeping.typed())
    assert "./sudo stars.py" in keeping.typed()
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))


async def test_a_prompt_in_tmux_belongs_to_the_window_that_shows_it(
    open_terminal: Callable[..., Window], tmp_path: Path
) -> None:
    socket = str(tmp_path / "tmux")
    window = open_terminal("tmux", "-S", socket, "-f", "/dev/null", "new", "bash --norc")
    try:
        async with watching(window.process.pid) as (keeping, _):
            await window.type("read -s secret; echo after > last")
            await window.enter()
            await until(asking(1))
            await window.type(SECRET)
            await window.enter()
            await window.made("last")
            await asyncio.sleep(0.3)
            await window.type("echo again")
            await window.enter()
            await until(lambda: "echo again" in keeping.typed())
        assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))
        assert "read -s secret; echo after > last" in keeping.typed()
    finally:
        with contextlib.suppress(Exception):
            window.desktop.command("tmux", "-S", socket, "kill-server", within_s=10)


async def test_a_prompt_in_another_window_hides_nothing(
    open_terminal: Callable[..., Window], tmp_path: Path
) -> None:
    behind = open_terminal("bash", "-c", "read -s secret")
    await until(asking(1))
    (tmp_path / "front").mkdir()
    front = Window(behind.desktop, tmp_path / "front", "cat")
    try:
        terminals = Terminals()
        assert terminals.asks(behind.process.pid)
        assert not terminals.asks(front.process.pid)
        assert terminals.asks(None)  # not knowing the window, hide rather than tell
    finally:
        behind.desktop.stop(front.process)


async def test_full_screen_programs_and_shells_do_not_ask(
    open_terminal: Callable[..., Window], tmp_path: Path
) -> None:
    (tmp_path / "long.txt").write_text("line\n" * 500)
    window = open_terminal()
    for command, leave in (("less long.txt", "q"), ("top", "q")):
        await window.type(command + "\n")
        await asyncio.sleep(0.8)
        assert not Terminals().asks(window.process.pid)
        await window.type(leave)
        await asyncio.sleep(0.2)
    assert not Terminals().asks(window.process.pid)
