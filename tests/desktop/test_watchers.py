"""What xdotool types, clicks, scrolls and copies on a real X server is what the watchers tell."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.demo.display import VirtualDesktop
from watchers.clipboard import choose as clipboards
from watchers.clipboard.polling import PyperclipClipboard
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.watcher import Watcher, WatcherError
from watchers.window import choose as windows
from watchers.window.watcher import WindowWatcher

pytestmark = pytest.mark.anyio

TYPED = "Hello, World! echo \"$HOME\" | grep -c 'a_b' ~{}[]<>:;@#%^&*()+=-?/\\`0123456789"


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

    def windows(self) -> list[tuple[str, str]]:
        return [(data["app"], data["title"]) for data in self.data("currentwindow")]

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


async def copy(desktop: VirtualDesktop, text: str, *options: str) -> None:
    # xclip stays behind as the selection's owner, and its output must not be waited for
    await asyncio.to_thread(
        desktop.command, "sh", "-c", 'xclip -selection clipboard "$@" >/dev/null 2>&1', "sh", *options,
        text=text,
    )  # fmt: skip


@pytest.fixture
def terminal(desktop: VirtualDesktop) -> Iterator[str]:
    """An xterm with the focus."""
    process = desktop.start(["xterm", "-T", "first terminal", "-e", "cat"])
    yield desktop.xdotool("search", "--sync", "--onlyvisible", "--name", "first terminal")
    desktop.stop(process)


def input_watcher(**options: Any) -> InputWatcher:
    return InputWatcher("test", read_session(), **options)


async def test_typing_becomes_a_run_a_named_key_and_shortcuts(
    desktop: VirtualDesktop, terminal: str
) -> None:
    times: list[datetime] = []
    async with running(input_watcher(on_typing=times.append)) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await xdotool(desktop, "type", "--delay", "15", TYPED + "xx")
        await xdotool(desktop, "key", "BackSpace", "BackSpace", "Return", "ctrl+c")
        await xdotool(desktop, "key", "ctrl+alt+Left", "shift+Tab", "super+e", "F5", "Down", "Down")
        await until(lambda: len(sink.input()) >= 8)
    keyboard = sink.input()
    assert keyboard[0] == {"from": "keyboard", "type": "input", "data": TYPED}
    assert [entry["data"] for entry in keyboard[1:]] == [
        {"type": "pressAndRelease", "key": "enter"},
        {"type": "shortcut", "key": "ctrl+c"},
        {"type": "shortcut", "key": "ctrl+alt+left"},
        {"type": "shortcut", "key": "shift+tab"},
        {"type": "shortcut", "key": "super+e"},
        {"type": "pressAndRelease", "key": "f5"},
        {"type": "pressAndRelease", "key": "down", "count": 2},
    ]
    run = sink.events["os.hid.input"][0]
    # the first key pressed is shift, for the H
    assert abs((run.timestamp - times[0]).total_seconds()) < 0.1 and run.duration > 0.5
    assert len(times) > len(TYPED)


async def test_characters_that_the_layout_lacks_are_read(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(input_watcher()) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await xdotool(desktop, "type", "--delay", "60", "café 中文")
        await until(lambda: bool(sink.input()))
    assert sink.input() == [{"from": "keyboard", "type": "input", "data": "café 中文"}]


async def test_a_change_of_the_layout_its_third_level_and_its_dead_keys_are_followed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(input_watcher()) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        try:
            await asyncio.to_thread(desktop.command, "setxkbmap", "de")
            await asyncio.sleep(0.3)
            await xdotool(desktop, "key", "z", "udiaeresis", "at")  # the last is AltGr and q
            await asyncio.to_thread(desktop.command, "setxkbmap", "fr")
            await asyncio.sleep(0.3)
            await xdotool(desktop, "key", "34", "26")  # a dead circumflex, then e
        finally:
            await asyncio.to_thread(desktop.command, "setxkbmap", "us")
        await until(lambda: bool(sink.input()))
    assert sink.input()[0]["data"] == "zü@ê"


async def test_caps_lock_writes_capitals(desktop: VirtualDesktop, terminal: str) -> None:
    async with running(input_watcher()) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await xdotool(desktop, "key", "a", "Caps_Lock", "b", "shift+c", "Caps_Lock", "d")
        await until(lambda: bool(sink.input()))
    assert sink.input()[0]["data"] == "aBcd"


async def test_the_mouse_clicks_scrolls_and_moves(desktop: VirtualDesktop, terminal: str) -> None:
    async with running(input_watcher()) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await xdotool(desktop, "mousemove", "200", "200", "click", "1", "click", "1")
        await xdotool(desktop, "click", "--repeat", "5", "--delay", "40", "5")
        await xdotool(desktop, "click", "4")
        await xdotool(desktop, "mousemove", "300", "220", "click", "2")
        await until(lambda: len(sink.input()) >= 4)
    assert [entry["data"] for entry in sink.input()] == [
        {"type": "click", "button": "left", "count": 2},
        {"type": "scroll", "direction": "down", "amount": 5},
        {"type": "scroll", "direction": "up", "amount": 1},
        {"type": "click", "button": "middle"},
    ]
    assert {"from": "mouse", "data": {"type": "move"}} in sink.data("os.hid.input")


async def test_what_is_switched_off_is_not_kept_but_still_no_absence(
    desktop: VirtualDesktop, terminal: str
) -> None:
    watcher = input_watcher(keyboard=False, mouse=False, afk_s=1.0, tick_s=0.2)
    async with running(watcher) as sink:
        await until(lambda: sink.data("afkstatus")[-1:] == [{"status": "afk"}])
        await xdotool(desktop, "type", "--delay", "15", "secret")
        await xdotool(desktop, "click", "1")
        await until(lambda: sink.data("afkstatus")[-1:] == [{"status": "not-afk"}])
    assert sink.data("os.hid.input") == []
    assert [data["status"] for data in sink.data("afkstatus")] == ["not-afk", "afk", "not-afk"]


async def test_another_window_is_told_and_closes_what_was_being_typed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    keys = input_watcher()
    window = WindowWatcher("test", windows.choose(read_session()), on_switch=keys.flush)
    other = desktop.start(["xterm", "-class", "Other", "-T", "second: ünïcode", "-e", "cat"])
    number = await xdotool(desktop, "search", "--sync", "--onlyvisible", "--class", "Other")
    try:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        async with running(keys, window) as sink:
            await xdotool(desktop, "type", "one")
            await asyncio.sleep(0.2)  # no hand is faster; a busy machine's hooks may be late
            await xdotool(desktop, "windowactivate", "--sync", number)
            await xdotool(desktop, "type", "two")
            await xdotool(desktop, "set_window", "--name", "renamed", number)
            await xdotool(desktop, "type", " three")
            await until(lambda: len(sink.input()) == 2)
            await until(lambda: len(sink.data("currentwindow")) == 3)
    finally:
        desktop.stop(other)
    assert [entry["data"] for entry in sink.input()] == ["one", "two three"]
    assert sink.windows() == [
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
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await until(lambda: sink.data("currentwindow")[-1]["title"] == "first terminal")
    assert sink.windows()[-1] == ("XTerm", "first terminal")


async def test_a_window_tells_its_process_program_workspace_and_full_screen(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await until(lambda: bool(sink.data("currentwindow")))
        pid = int(await xdotool(desktop, "getwindowpid", terminal))
        await xdotool(desktop, "key", "alt+Return")  # an xterm's full screen
        await until(lambda: sink.data("currentwindow")[-1]["fullscreen"])
        await xdotool(desktop, "key", "alt+Return")
        await until(lambda: not sink.data("currentwindow")[-1]["fullscreen"])
        try:
            await xdotool(desktop, "set_desktop_for_window", terminal, "1")
            await xdotool(desktop, "set_desktop", "1")
            await xdotool(desktop, "windowactivate", "--sync", terminal)
            await until(lambda: sink.data("currentwindow")[-1]["workspace"] == 2)
        finally:
            await xdotool(desktop, "set_desktop", "0")
    known = {"app": "XTerm", "title": "first terminal", "pid": pid, "executable": "xterm"}
    told = [data for data in sink.data("currentwindow") if data["pid"] == pid]
    assert told[:3] == [
        known | {"workspace": 1, "fullscreen": full} for full in (False, True, False)
    ]
    assert known | {"workspace": 2, "fullscreen": False} in told


async def test_a_window_is_asked_for_only_when_it_changed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    backend = windows.choose(read_session())
    await xdotool(desktop, "windowactivate", "--sync", terminal)
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
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await until(lambda: bool(sink.data("currentwindow")))
        for turn in range(30):
            await xdotool(desktop, "set_window", "--name", f"turn {turn}", terminal)
            await asyncio.sleep(0.05)
        await until(lambda: sink.windows()[-1] == ("XTerm", "turn 29"))
    assert sink.windows()[-1] == ("XTerm", "turn 29")
    assert len(sink.windows()) <= 4


async def test_a_title_that_counts_to_a_hundred_percent_stays_one_title(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(WindowWatcher("test", windows.choose(read_session()))) as sink:
        await xdotool(desktop, "set_window", "--name", "0% - backup.tar", terminal)
        await xdotool(desktop, "windowactivate", "--sync", terminal)
        await until(lambda: ("XTerm", "0% - backup.tar") in sink.windows())
        for percent in range(5, 100, 10):
            await xdotool(desktop, "set_window", "--name", f"{percent}% - backup.tar", terminal)
            await asyncio.sleep(0.3)
        await xdotool(desktop, "set_window", "--name", "done", terminal)
        await until(lambda: sink.windows()[-1] == ("XTerm", "done"))
    assert sink.windows()[-2:] == [("XTerm", "0% - backup.tar"), ("XTerm", "done")]
    assert len(sink.windows()) <= 3


async def test_copies_are_told_once_and_not_what_was_there_before(desktop: VirtualDesktop) -> None:
    await copy(desktop, "before")
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()), limit=1000)
    async with running(watcher) as sink:
        for text in ("KeyError: 'amount'", "KeyError: 'amount'", "ünï\n中", "x" * 300_000):
            await copy(desktop, text)
            await asyncio.sleep(0.7)
        await until(lambda: len(sink.data("clipboard")) == 3)
    assert sink.data("clipboard") == [
        {"type": "text", "text": "KeyError: 'amount'", "length": 18},
        {"type": "text", "text": "ünï\n中", "length": 5},
        {"type": "text", "text": "x" * 1000, "length": 300_000},
    ]


async def test_a_secret_and_an_image_on_the_clipboard_are_left_alone(
    desktop: VirtualDesktop,
) -> None:
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    async with running(watcher) as sink:
        await copy(desktop, "hunter2", "-target", "x-kde-passwordManagerHint")
        await asyncio.sleep(0.8)
        await copy(desktop, "no text", "-target", "image/png")
        await asyncio.sleep(0.8)
        await copy(desktop, "text again")
        await until(lambda: bool(sink.data("clipboard")))
    assert [data["text"] for data in sink.data("clipboard")] == ["text again"]


async def test_an_owner_of_the_clipboard_that_never_answers_is_given_up(
    desktop: VirtualDesktop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    silent = tmp_path / "silent.py"
    silent.write_text(
        "from Xlib import X; from Xlib.display import Display; import time\n"
        "d = Display(); w = d.screen().root.create_window(0, 0, 1, 1, 0, d.screen().root_depth)\n"
        "w.set_selection_owner(d.intern_atom('CLIPBOARD'), X.CurrentTime); d.sync(); time.sleep(60)"
    )
    import sys

    async with running(watcher) as sink:
        owner = desktop.start([sys.executable, str(silent)])
        await until(lambda: "did not answer" in caplog.text)
        desktop.stop(owner)
        await copy(desktop, "after")
        await until(lambda: bool(sink.data("clipboard")))
    assert "did not answer" in caplog.text
    assert [data["text"] for data in sink.data("clipboard")] == ["after"]


async def test_the_polling_reader_reads_the_same_clipboard(desktop: VirtualDesktop) -> None:
    await copy(desktop, "polled é")
    copied = await PyperclipClipboard(read_session()).read(6)
    assert copied is not None and (copied.text, copied.length) == ("polled", 8)


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
