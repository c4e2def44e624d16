"""Running watchers for a while on the virtual desktop, and keeping what they tell.

Besides, programs of the toolkits that tell what really stands in them: the truth to compare with.
"""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from daemon.demo.display import VirtualDesktop
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.watcher import Watcher


class ListSink:
    """Keeps what comes, heartbeats merged as a store merges them."""

    def __init__(self) -> None:
        self.events: dict[str, list[Event]] = {}

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.events.setdefault(bucket.type, []).append(event)

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        known = self.events.setdefault(bucket.type, [])
        merged = merge_heartbeat(known[-1], event, pulsetime_s) if known else None
        if merged is None:
            known.append(event)
        else:
            known[-1] = merged

    def data(self, kind: str) -> list[dict[str, Any]]:
        return [event.data for event in self.events.get(kind, [])]

    def input(self) -> list[dict[str, Any]]:
        moved = {"from": "mouse", "data": {"type": "move"}}
        return [data for data in self.data("os.hid.input") if data != moved]


@asynccontextmanager
async def running(*watchers: Watcher) -> AsyncIterator[ListSink]:
    sink = ListSink()
    threads = set(threading.enumerate())
    tasks = [asyncio.create_task(watcher.run(sink)) for watcher in watchers]
    try:
        for watcher in watchers:
            if isinstance(watcher, InputWatcher):
                await asyncio.wait_for(watcher.ready.wait(), 15)
        await asyncio.sleep(0.3)  # the others have no more to do than one read
        yield sink
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ended:
            if not isinstance(end, asyncio.CancelledError):
                raise end or AssertionError("a watcher ended by itself")
    left = [t for t in set(threading.enumerate()) - threads if "asyncio" not in t.name]
    assert left == []


async def until(true: Callable[[], bool], within_s: float = 8.0) -> None:
    deadline = time.monotonic() + within_s
    while not true() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


async def xdotool(desktop: VirtualDesktop, *arguments: str) -> str:
    return await asyncio.to_thread(desktop.xdotool, *arguments)


def input_watcher(**options: Any) -> InputWatcher:
    return InputWatcher("test", read_session(), **options)


ENTRY = """
import sys, tkinter
root = tkinter.Tk(className="Entry")
root.title("an entry")
text = tkinter.StringVar()
entry = tkinter.Entry(root, width=60, textvariable=text)
entry.bind("<Control-a>", lambda event: entry.selection_range(0, "end") or "break")
def tell(*_):
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(text.get())
text.trace_add("write", tell)
tell()
entry.pack()
entry.focus_set()
root.mainloop()
"""
# readline's own line, as in every shell; the line that was entered is told
LINE = 'printf "" > "$0"; while IFS= read -r -e line; do printf "%s" "$line" > "$0"; done'
KEYS = """
import sys
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest
display = Display()
for code in sys.argv[1:]:
    for kind in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(display, kind, int(code))
display.sync()
"""
GROUP = """
import ctypes, sys
x11 = ctypes.CDLL("libX11.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x11.XOpenDisplay(None))
x11.XkbLockGroup(display, 0x100, int(sys.argv[1]))
x11.XSync(display, 0)
"""


async def copy(desktop: VirtualDesktop, text: str, *options: str) -> None:
    # xclip stays behind as the selection's owner, and its output must not be waited for
    await asyncio.to_thread(
        desktop.command, "sh", "-c", 'xclip -selection clipboard "$@" >/dev/null 2>&1', "sh", *options,
        text=text,
    )  # fmt: skip


class Field:
    """A program with one line to type into, in front."""

    def __init__(self, desktop: VirtualDesktop, argv: list[str], name: str, told: Path) -> None:
        self._desktop = desktop
        self._told = told
        env = {"LC_ALL": "C.UTF-8", "XMODIFIERS": "@im=none", "INPUTRC": "/dev/null"}
        self._program: subprocess.Popen[bytes] = desktop.start(argv, env=env)
        number = desktop.xdotool("search", "--sync", "--onlyvisible", "--name", name)
        desktop.activate(number.split()[0])
        while not told.exists():
            time.sleep(0.02)

    @property
    def text(self) -> str:
        """What stands in it; of a terminal, what was entered."""
        return self._told.read_text(encoding="utf-8")

    def close(self) -> None:
        self._desktop.stop(self._program)


def entry(desktop: VirtualDesktop, folder: Path) -> Field:
    """A text field of Tk's, which composes through libX11."""
    told, program = folder / "told.txt", folder / "entry.py"
    program.write_text(ENTRY)
    return Field(desktop, [sys.executable, str(program), str(told)], "an entry", told)


def line(desktop: VirtualDesktop, folder: Path) -> Field:
    """A line of bash in an xterm."""
    told = folder / "told.txt"
    bash = ["bash", "--norc", "-c", LINE, str(told)]
    return Field(desktop, ["xterm", "-T", "a line", "-e", *bash], "a line", told)


async def keys(desktop: VirtualDesktop, pressed: str) -> None:
    """Press keys by their names; of a part in quotes each character."""
    for number, part in enumerate(pressed.split("'")):
        if number % 2:
            await xdotool(desktop, "type", "--delay", "15", part)
        elif part.strip():
            await xdotool(desktop, "key", "--delay", "15", *part.split())


async def python(desktop: VirtualDesktop, program: str, *arguments: str) -> None:
    await asyncio.to_thread(desktop.command, sys.executable, "-c", program, *arguments)
