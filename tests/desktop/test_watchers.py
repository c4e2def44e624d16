"""Windows on a real X server are what the watcher tells; and all watchers when the server goes away."""

import asyncio
from itertools import groupby
from pathlib import Path

import pytest

from daemon.allowed import lines
from daemon.config import Settings
from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import ListSink, input_watcher, running, until, xdotool
from watchers.clipboard import choose as clipboards
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.watcher import Watcher, WatcherError
from watchers.window import choose as windows
from watchers.window.watcher import WindowWatcher

pytestmark = pytest.mark.anyio


def told(sink: ListSink) -> list[tuple[str, str]]:
    return [(data["app"], data["title"]) for data in sink.data("currentwindow")]


async def test_another_window_is_told_and_closes_what_was_being_typed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    keys = input_watcher()
    window = WindowWatcher("test", windows.choose(read_session()), on_switch=keys.flush)
    other = desktop.start(["xterm", "-class", "Other", "-T", "second: ünïcode", "-e", "cat"])
    number = await xdotool(desktop, "search", "--sync", "--onlyvisible", "--class", "Other")
    try:
        await asyncio.to_thread(desktop.activate, terminal)
        async with running(keys, window) as sink:
            await xdotool(desktop, "type", "one")
            await asyncio.sleep(0.2)  # no hand is faster; a busy machine's hooks may be late
            await asyncio.to_thread(desktop.activate, number)
            await xdotool(desktop, "type", "two")
            await xdotool(desktop, "set_window", "--name", "renamed", number)
            await xdotool(desktop, "type", " three")
            await until(lambda: len(sink.input()) == 2)
            await until(lambda: len(sink.data("currentwindow")) == 3)
    finally:
        desktop.stop(other)
    assert [entry["data"] for entry in sink.input()] == ["one", "two three"]
    assert told(sink) == [
        ("XTerm", "first terminal"),
        ("Other", "second: ünïcode"),
        ("Other", "renamed"),
    ]
    first, second, _ = sink.events["currentwindow"]
    assert abs((second.timestamp - first.end).total_seconds()) < 0.001


async def test_windows_that_vanish_all_the_time_do_no_harm(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        for _ in range(12):
            short = desktop.start(["xterm", "-T", "short", "-e", "sleep 0.05"])
            await asyncio.to_thread(short.wait, 10)
        await asyncio.to_thread(desktop.activate, terminal)
        await until(lambda: sink.data("currentwindow")[-1]["title"] == "first terminal")
    assert told(sink)[-1] == ("XTerm", "first terminal")


async def test_a_window_tells_its_process_program_workspace_and_full_screen(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        await until(lambda: bool(sink.data("currentwindow")))
        pid = int(await xdotool(desktop, "getwindowpid", terminal))
        await xdotool(desktop, "key", "alt+Return")  # an xterm's full screen
        await until(lambda: sink.data("currentwindow")[-1]["fullscreen"])
        await xdotool(desktop, "key", "alt+Return")
        await until(lambda: not sink.data("currentwindow")[-1]["fullscreen"])
        try:
            await xdotool(desktop, "set_desktop_for_window", terminal, "1")
            await xdotool(desktop, "set_desktop", "1")
            await asyncio.to_thread(desktop.activate, terminal)
            await until(lambda: sink.data("currentwindow")[-1]["workspace"] == 2)
        finally:
            await xdotool(desktop, "set_desktop", "0")
    known = {"app": "XTerm", "title": "first terminal", "pid": pid, "executable": "xterm"}
    seen = [data for data, _ in groupby(sink.data("currentwindow")) if data["pid"] == pid]
    assert seen[:3] == [
        known | {"workspace": 1, "fullscreen": full} for full in (False, True, False)
    ]
    assert known | {"workspace": 2, "fullscreen": False} in seen


async def test_a_window_is_asked_for_only_when_it_changed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    backend = windows.choose(read_session())
    await asyncio.to_thread(desktop.activate, terminal)
    descriptor = backend.open()
    assert isinstance(descriptor, int)
    try:
        assert backend.current() is not None
        await asyncio.sleep(0.3)
        backend.take()
        for property_name in ("_NET_WM_USER_TIME", "_SOMETHING_ELSE"):
            await asyncio.to_thread(
                desktop.command, "xprop", "-id", terminal, "-f", property_name, "32c",
                "-set", property_name, "7",
            )  # fmt: skip
        await asyncio.sleep(0.3)
        assert not backend.take()
        await xdotool(desktop, "set_window", "--name", "new", terminal)
        await asyncio.sleep(0.3)
        assert backend.take()
    finally:
        backend.close()


async def test_a_title_whose_number_turns_is_told_again_when_it_rests(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        await until(lambda: bool(sink.data("currentwindow")))
        for turn in range(30):
            await xdotool(desktop, "set_window", "--name", f"turn {turn}", terminal)
            await asyncio.sleep(0.05)
        await until(lambda: told(sink)[-1] == ("XTerm", "turn 29"))
    assert told(sink)[-1] == ("XTerm", "turn 29")
    assert len(told(sink)) <= 4


async def test_a_title_that_counts_to_a_hundred_percent_stays_one_title(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        await xdotool(desktop, "set_window", "--name", "0% - backup.tar", terminal)
        await asyncio.to_thread(desktop.activate, terminal)
        await until(lambda: ("XTerm", "0% - backup.tar") in told(sink))
        for percent in range(5, 100, 10):
            await xdotool(desktop, "set_window", "--name", f"{percent}% - backup.tar", terminal)
            await asyncio.sleep(0.3)
        await xdotool(desktop, "set_window", "--name", "done", terminal)
        await until(lambda: told(sink)[-1] == ("XTerm", "done"))
    assert told(sink)[-2:] == [("XTerm", "0% - backup.tar"), ("XTerm", "done")]
    assert len(told(sink)) <= 3


async def test_a_display_that_goes_away_ends_each_watcher_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VirtualDesktop(tmp_path, tray=False) as own:
        monkeypatch.setenv("DISPLAY", own.env["DISPLAY"])
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        session = read_session()
        keys = InputWatcher("test", session)
        watchers: list[Watcher] = [
            keys,
            WindowWatcher("test", windows.choose(session)),
            ClipboardWatcher("test", clipboards.choose(session)),
        ]
        tasks = [asyncio.create_task(watcher.run(ListSink())) for watcher in watchers]
        await asyncio.wait_for(keys.ready.wait(), 15)
        await asyncio.sleep(0.3)
    for task in tasks:
        with pytest.raises(WatcherError, match="start Hunch"):
            await asyncio.wait_for(task, 15)


async def test_no_display_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    session = read_session()
    with pytest.raises(WatcherError, match="start Hunch"):
        await input_watcher().run(ListSink())
    with pytest.raises(WatcherError, match="start Hunch"):
        windows.choose(session)
    with pytest.raises(WatcherError, match="start Hunch"):
        await ClipboardWatcher("test", clipboards.choose(session)).run(ListSink())


def test_doctor_says_what_x11_allows(desktop: VirtualDesktop) -> None:
    found = {line.name: line for line in lines(Settings(port=0), read_session())}
    for name, way in (
        ("window", "PropertyNotify"),
        ("clipboard", "XFIXES"),
        ("keyboard", "X RECORD"),
        ("mouse", "X RECORD"),
    ):
        assert (found[name].mark, way in found[name].told) == ("ok", True)
