"""The readers for KDE and GNOME on a real message bus, with stand-ins that speak as the desktops do.

Neither KWin nor GNOME Shell runs here: what their side says is taken from their documentation.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import WindowBackend
from watchers.window.choose import choose
from watchers.window.gnome import GnomeWindows
from watchers.window.kde import SCRIPT, KdeWindows, read

pytestmark = pytest.mark.anyio

PID = os.getpid()


@pytest.fixture
def address() -> Iterator[str]:
    """A message bus of the test's own."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert bus.stdout is not None
    yield bus.stdout.readline().decode().strip()
    bus.stdout.close()
    os.killpg(bus.pid, signal.SIGTERM)
    bus.wait(10)


class StandIn:
    """A desktop's half: owns a name and answers calls from a table; None for an error."""

    def __init__(self, name: str, answers: dict[str, Any]) -> None:
        self.name, self.answers = name, answers
        self.called: list[tuple[str, str, list[Any]]] = []
        self.bus: Any = None

    async def start(self, address: str) -> None:
        self.bus = await MessageBus(address).connect()
        self.bus.add_message_handler(self._answer)
        await self.bus.request_name(self.name)

    def _answer(self, message: Message) -> Any:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        member, path = message.member or "", message.path or ""
        self.called.append((path, member, message.body))
        answer = self.answers.get(f"{path} {member}", self.answers.get(member))
        if callable(answer):
            answer = answer(message)
        if answer is None:
            return Message.new_error(message, "org.test.No", "No such thing")
        signature, body = answer
        return Message.new_method_return(message, signature, body)

    async def send(self, target: str, data: dict[str, Any]) -> None:
        """As callDBus in a script does."""
        call = Message(
            destination=target, path="/hunch", interface="org.hunch.Window", member="Active",
            signature="s", body=[json.dumps(data)],
        )  # fmt: skip
        answer = await self.bus.call(call)
        assert answer.message_type is MessageType.METHOD_RETURN

    async def stop(self) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()


def session(address: str, desktop: str) -> Session:
    return Session("linux", "wayland", desktop=desktop, wayland="/nowhere", bus=address)


async def told(backend: WindowBackend) -> dict[str, Any] | None:
    """What it tells next."""
    async with asyncio.timeout(8):
        while not backend.take():
            await asyncio.sleep(0.02)
    window = backend.current()
    return window.data if window else None


def kwin(scripts: list[str], plasma: int) -> StandIn:
    def load(message: Message) -> Any:
        scripts.append(Path(message.body[0]).read_text())
        return "i", [7]

    run = "/Scripting/Script7 run" if plasma == 6 else "/7 run"
    return StandIn(
        "org.kde.KWin",
        {
            "isScriptLoaded": ("b", [False]),
            "unloadScript": ("b", [False]),
            "loadScript": load,
            run: ("", []),
        },
    )


@pytest.mark.parametrize("plasma", [5, 6])
async def test_kwin_runs_a_script_that_tells_each_change(address: str, plasma: int) -> None:
    scripts: list[str] = []
    desktop = kwin(scripts, plasma)
    await desktop.start(address)
    backend = await asyncio.to_thread(choose, session(address, "KDE"))
    assert isinstance(backend, KdeWindows)
    backend.open()
    try:
        async with asyncio.timeout(8):
            while not any(member == "run" for _, member, _ in desktop.called):
                await asyncio.sleep(0.02)
        (target,) = set(re.findall(r'callDBus\("(:[0-9.]+)", "/hunch"', scripts[0]))
        window = {"app": "org.kde.kate", "title": "ü — Kate", "id": "{1}", "pid": PID}
        await desktop.send(target, window | {"workspace": 2, "fullscreen": False})
        seen = await told(backend)
        await desktop.send(target, {})
        gone = await told(backend)
        await desktop.send(target, {"pid": "no number"})  # what is no window is passed over
        assert not backend.take()
        other = StandIn("org.test.Other", {})
        await other.start(address)
        await other.send(target, window)  # and so is who is not KWin
        assert not backend.take()
        await other.stop()
    finally:
        backend.close()
        await asyncio.sleep(0.2)
        await desktop.stop()
    executable = Path("/proc/self/exe").resolve().name
    assert seen == {
        "app": "org.kde.kate", "title": "ü — Kate", "pid": PID, "executable": executable,
        "workspace": 2, "fullscreen": False,
    }  # fmt: skip
    assert gone is None
    assert [member for _, member, _ in desktop.called][-1] == "unloadScript"
    (loaded,) = (body for _, member, body in desktop.called if member == "loadScript")
    assert not Path(loaded[0]).exists()


STAND_IN_JS = """
const signal = () => { const all = []; return {
    connect: f => all.push(f), disconnect: f => all.splice(all.indexOf(f), 1),
    emit: (...a) => all.slice().forEach(f => f(...a)), all } };
const make = (title) => ({ caption: title, resourceClass: "app", internalId: "{1}", pid: 5,
    fullScreen: false, captionChanged: signal(), fullScreenChanged: signal() });
const one = make("one"), two = make("two");
const active = signal();
globalThis.workspace = { currentDesktopChanged: signal() };
if (PLASMA === 6) { workspace.windowActivated = active; workspace.activeWindow = one;
    workspace.currentDesktop = { x11DesktopNumber: 3 }; }
else { workspace.clientActivated = active; workspace.activeClient = one;
    workspace.currentDesktop = 3; }
globalThis.callDBus = (...told) => console.log(JSON.stringify(told));
"""
ACTS = """
one.caption = "renamed"; one.captionChanged.emit();
active.emit(two);
one.captionChanged.emit();  // no longer followed
two.fullScreen = true; two.fullScreenChanged.emit();
active.emit(null);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="the script needs an engine: node")
@pytest.mark.parametrize("plasma", [5, 6])
def test_the_script_tells_windows_titles_and_full_screen(plasma: int, tmp_path: Path) -> None:
    file = tmp_path / "script.js"
    script = (SCRIPT % {"name": ":1.5"}).replace('"use strict";', "")
    file.write_text(f"const PLASMA = {plasma};\n{STAND_IN_JS}\n{script}\n{ACTS}")
    done = subprocess.run(
        ["node", str(file)], capture_output=True, text=True, timeout=60, check=True
    )
    calls = [json.loads(line) for line in done.stdout.splitlines()]
    assert {tuple(call[:4]) for call in calls} == {(":1.5", "/hunch", "org.hunch.Window", "Active")}
    seen = [read(json.loads(call[4])) for call in calls]
    assert [(window.title, window.fullscreen) if window else None for window in seen] == [
        ("one", False), ("renamed", False), ("two", False), ("two", True), None,
    ]  # fmt: skip
    assert seen[0] is not None
    assert (seen[0].app, seen[0].pid, seen[0].workspace) == ("app", 5, 3)


async def test_without_kwin_there_is_a_sentence(address: str) -> None:
    with pytest.raises(WatcherError, match="KWin does not answer"):
        choose(session(address, "KDE"))
    with pytest.raises(WatcherError, match="KWin does not answer"):
        choose(session("unix:path=/nowhere", "KDE"))


async def test_gnome_is_asked_through_focused_window(address: str) -> None:
    window = {"title": "notes.txt", "wm_class": "org.gnome.TextEditor", "pid": PID, "id": 5}
    desktop = StandIn("org.gnome.Shell", {"Get": lambda message: ("s", [json.dumps(window)])})
    await desktop.start(address)
    backend = await asyncio.to_thread(choose, session(address, "ubuntu:GNOME"))
    assert isinstance(backend, GnomeWindows)
    backend.open()
    try:
        first = await told(backend)
        window["title"] = "other.txt"
        second = await told(backend)
        window.clear()
        third = await told(backend)
    finally:
        backend.close()
        await asyncio.sleep(0.1)
        await desktop.stop()
    assert first is not None and second is not None and third is None
    assert (first["app"], first["title"], first["pid"]) == (
        "org.gnome.TextEditor", "notes.txt", PID,
    )  # fmt: skip
    assert second["title"] == "other.txt"


async def test_gnome_is_asked_through_window_calls(address: str) -> None:
    listed = [
        {"wm_class": "other", "id": 1, "pid": 1, "focus": False, "workspace": 0},
        {"wm_class": "firefox", "id": 2, "pid": PID, "focus": True, "workspace": 1},
    ]
    answers = {"List": ("s", [json.dumps(listed)]), "GetTitle": ("s", ["A page"])}
    desktop = StandIn("org.gnome.Shell", answers)
    await desktop.start(address)
    backend = await asyncio.to_thread(choose, session(address, "GNOME"))
    backend.open()
    try:
        seen = await told(backend)
    finally:
        backend.close()
        await asyncio.sleep(0.1)
        await desktop.stop()
    assert seen is not None
    assert (seen["app"], seen["title"], seen["workspace"]) == ("firefox", "A page", 2)
    assert desktop.called[-1][2] == [2]


async def test_gnome_without_an_extension_is_a_sentence(address: str) -> None:
    desktop = StandIn("org.gnome.Shell", {})
    await desktop.start(address)
    try:
        with pytest.raises(WatcherError, match="Focused Window D-Bus"):
            await asyncio.to_thread(choose, session(address, "GNOME"))
    finally:
        await desktop.stop()
