"""What is typed into a real program's password field never comes out; what is typed beside it does.

The program is GTK 3's own entry, over a real accessibility bus.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests import gtk_form
from tests.keeping import Keeping
from watchers.focus.atspi import AtspiFocus
from watchers.focus.guard import PasswordGuard
from watchers.focus.watcher import FocusWatcher
from watchers.input import InputWatcher
from watchers.platform import read_session

pytestmark = pytest.mark.anyio

SECRET = "Hunter2-Xyzzy"


class Form:
    """The window with a plain field and a password field, at the front."""

    def __init__(self, desktop: VirtualDesktop, folder: Path) -> None:
        self.desktop = desktop
        self.file = folder / "fields"
        program = [sys.executable, "-P", str(gtk_form.__file__), str(self.file)]
        self.process = desktop.start(program, env={"NO_AT_BRIDGE": "0", "GTK_A11Y": ""})
        desktop.xdotool("search", "--sync", "--onlyvisible", "--name", "^form$")

    async def send(self, *arguments: str) -> None:
        await asyncio.to_thread(self.desktop.xdotool, *arguments)

    async def front(self) -> None:
        number = self.desktop.xdotool("search", "--onlyvisible", "--name", "^form$")
        await asyncio.to_thread(self.desktop.activate, number.split()[0])

    @property
    def fields(self) -> list[str]:
        return self.file.read_text().split("\n") if self.file.exists() else ["", ""]


async def until(true: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.03)


@pytest.fixture
def form(desktop: VirtualDesktop, tmp_path: Path) -> Iterator[Form]:
    form = Form(desktop, tmp_path)
    yield form
    desktop.stop(form.process)


@asynccontextmanager
async def watching(backend: AtspiFocus) -> AsyncIterator[Keeping]:
    keeping = Keeping()
    guard = PasswordGuard(keeping, lambda: False)
    keyboard = InputWatcher("test", read_session(), guard=guard)
    tasks = [
        asyncio.create_task(watcher.run(keeping))
        for watcher in (keyboard, FocusWatcher(guard, backend))
    ]
    try:
        await asyncio.wait_for(keyboard.ready.wait(), 15)
        yield keeping
    finally:
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(end, asyncio.CancelledError)


async def test_a_password_field_of_a_program_is_not_told(form: Form) -> None:
    backend = AtspiFocus(read_session())
    async with watching(backend) as keeping:
        await asyncio.wait_for(backend.ready.wait(), 15)
        await form.front()
        await form.send("type", "--delay", "15", "bob")
        await asyncio.sleep(0.2)  # a person's keys: what comes 30 ms before a field is hidden, too
        await form.send("key", "Tab")
        await form.send("type", "--delay", "15", SECRET)
        await form.send("key", "Tab")
        await asyncio.sleep(0.2)
        await form.send("type", "--delay", "15", "afterwards")
        await until(lambda: form.fields[1] == SECRET)
        await form.send("key", "End")
        await until(lambda: "afterwards" in keeping.typed())
    assert "bob" in keeping.typed()
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))
    assert set(keeping.causes()) == {"password"}


async def test_a_program_that_ends_in_its_password_field_hides_nothing_more(
    desktop: VirtualDesktop, form: Form
) -> None:
    backend = AtspiFocus(read_session())
    async with watching(backend) as keeping:
        await asyncio.wait_for(backend.ready.wait(), 15)
        await form.front()
        await form.send("key", "Tab")
        await form.send("type", "--delay", "15", SECRET)
        await until(lambda: keeping.is_hidden)
        desktop.stop(form.process)
        await until(lambda: not keeping.is_hidden)
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))


async def test_typing_as_fast_as_a_password_manager_does_is_hidden_too(form: Form) -> None:
    backend = AtspiFocus(read_session())
    async with watching(backend) as keeping:
        await asyncio.wait_for(backend.ready.wait(), 15)
        await form.front()
        await form.send("type", "--delay", "1", f"bob\t{SECRET}")
        await until(lambda: form.fields[1] == SECRET)
        await asyncio.sleep(2.5)  # then a run is told by itself
        assert keeping.is_hidden
    assert not any(part in str(keeping.typed()) for part in ("Hunter", "Xyzzy", "unter2"))
