"""What happens under a real sway is what the watchers tell: windows, copies."""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from daemon.allowed import lines
from daemon.config import Settings
from tests.conftest import Daemon
from tests.desktop.sway import Sway, virtual_keyboard, window
from tests.desktop.watching import ListSink, running, until
from watchers.clipboard import choose as clipboards
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.coverage import Cause
from watchers.evdev import may_read
from watchers.input import InputWatcher
from watchers.watcher import Watcher, WatcherError
from watchers.window import choose as windows
from watchers.window.sway import SwayWindows
from watchers.window.watcher import WindowWatcher
from watchers.window.wlroots import WlrootsWindows
from watchers.xkb import XkbKeymap, compositor_keymap

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def sway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sway]:
    with Sway(tmp_path_factory.mktemp("sway")) as shared:
        yield shared


async def copy(sway: Sway, text: str | bytes, *options: str) -> None:
    await asyncio.to_thread(sway.copy, text, *options)
    await asyncio.sleep(0.8)  # the watcher reads at most twice a second


async def test_windows_titles_and_full_screen_are_told_by_foreign_toplevel(sway: Sway) -> None:
    async with running(WindowWatcher("test", WlrootsWindows(sway.session))) as sink:
        with window(sway, "org.hunch.First", "erstes Fenster") as first:
            await until(lambda: len(sink.data("currentwindow")) == 1)
            with window(sway, "second", "two"):
                await until(lambda: len(sink.data("currentwindow")) == 2)
            await until(lambda: len(sink.data("currentwindow")) == 3)
            await asyncio.sleep(1.0)  # a title is told once a second
            first.rename("renamed ✓")
            await until(lambda: len(sink.data("currentwindow")) == 4)
            first.fullscreen(True)
            await until(lambda: len(sink.data("currentwindow")) == 5)
    one = {"app": "org.hunch.First", "title": "erstes Fenster", "fullscreen": False}
    assert sink.data("currentwindow") == [
        one,
        {"app": "second", "title": "two", "fullscreen": False},
        one,
        one | {"title": "renamed ✓"},
        one | {"title": "renamed ✓", "fullscreen": True},
    ]


async def test_sway_itself_tells_process_program_and_workspace_too(sway: Sway) -> None:
    backend = windows.choose(sway.session)
    assert isinstance(backend, SwayWindows)
    known = {"pid": os.getpid(), "executable": Path("/proc/self/exe").resolve().name}
    async with running(WindowWatcher("test", backend)) as sink:
        with window(sway, "org.hunch.First", "erstes Fenster") as first:
            await until(lambda: len(sink.data("currentwindow")) == 1)
            first.fullscreen(True)
            await until(lambda: len(sink.data("currentwindow")) == 2)
            first.fullscreen(False)
            await until(lambda: len(sink.data("currentwindow")) == 3)
            sway.msg("move container to workspace number 3, workspace number 3")
            await until(lambda: len(sink.data("currentwindow")) == 4)
            sway.msg("workspace number 1")
    one = {"app": "org.hunch.First", "title": "erstes Fenster", "fullscreen": False} | known
    assert sink.data("currentwindow") == [
        one | {"workspace": 1},
        one | {"workspace": 1, "fullscreen": True},
        one | {"workspace": 1},
        one | {"workspace": 3},
    ]


async def test_copies_are_told_by_kind_and_secrets_not_at_all(sway: Sway) -> None:
    await copy(sway, "before")
    watcher = ClipboardWatcher("test", clipboards.choose(sway.session), limit=1000)
    async with running(watcher) as sink:
        await copy(sway, "KeyError: 'ünï'")
        await copy(sway, "KeyError: 'ünï'")
        await copy(sway, "hunter2", "--type", "x-kde-passwordManagerHint")
        await copy(sway, "x" * 300_000)
        await copy(sway, b"\x89PNG\r\n" + bytes(100), "--type", "image/png")
        await copy(sway, "file:///srv/a%20b.pdf\r\nfile:///c/", "--type", "text/uri-list")
        await until(lambda: len(sink.data("clipboard")) == 4)
    assert sink.data("clipboard") == [
        {"type": "text", "text": "KeyError: 'ünï'", "length": 15},
        {"type": "text", "text": "x" * 1000, "length": 300_000},
        {"type": "image", "format": "image/png", "bytes": 106},
        {
            "type": "files",
            "files": ["a b.pdf", "c"],
            "count": 2,
            "paths": ["/srv/a b.pdf", "/c/"],  # for privacy, which keeps none
        },
    ]


async def test_the_layout_is_the_compositors_own(tmp_path: Path) -> None:
    with Sway(tmp_path) as own:
        assert compositor_keymap(own.session) is None  # no keyboard, no keymap
        with virtual_keyboard(own):
            text = compositor_keymap(own.session)
        assert text is not None and b"udiaeresis" in text
    keymap = XkbKeymap(text, {})
    assert [keymap.press(code).char for code in (44, 26)] == ["y", "ü"]


async def test_an_owner_that_never_answers_is_given_up(
    sway: Sway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    backend = clipboards.choose(sway.session)
    owner = sway.start("wl-copy", "--foreground", "kept")
    await asyncio.sleep(0.5)
    owner.send_signal(19)  # stopped, as in a debugger
    try:
        backend.open()
        began = time.monotonic()
        assert await backend.read(100) is None
        assert 1.5 < time.monotonic() - began < 6
    finally:
        backend.close()
        owner.send_signal(18)
        sway.end(owner)
    assert "did not answer" in caplog.text


async def test_a_compositor_that_goes_away_ends_the_watchers_with_a_sentence(
    tmp_path: Path,
) -> None:
    with Sway(tmp_path) as own:
        watchers: list[Watcher] = [
            WindowWatcher("test", windows.choose(own.session)),
            ClipboardWatcher("test", clipboards.choose(own.session)),
        ]
        tasks = [asyncio.create_task(watcher.run(ListSink())) for watcher in watchers]
        await asyncio.sleep(0.3)
        own.kill()
        for task in tasks:
            with pytest.raises(WatcherError, match="start Hunch"):
                await asyncio.wait_for(task, 15)
        with pytest.raises(WatcherError, match="start Hunch"):
            windows.choose(own.session)
        with pytest.raises(WatcherError, match="start Hunch"):
            clipboards.choose(own.session)


def test_doctor_says_what_sway_allows(sway: Sway) -> None:
    found = {line.name: line for line in lines(Settings(port=0), sway.session)}
    assert found["window"].mark == found["clipboard"].mark == "ok"
    assert found["window"].told.endswith("workspace, full screen; by sway's socket")
    assert found["clipboard"].told.endswith("by data-control")
    if not may_read():
        assert found["keyboard"].mark == "--" and "group input" in found["keyboard"].told


class Gaps:
    """Hears what is lost, as the daemon does."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        self.told.append(("lost", source, cause))

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        self.told.append(("regained", source, cause))


@pytest.mark.skipif(may_read(), reason="the kernel's devices may be read here")
async def test_whether_somebody_is_there_is_known_though_keys_are_not(sway: Sway) -> None:
    gaps = Gaps()
    watcher = InputWatcher("test", sway.session, afk_s=2.0, tick_s=0.2, coverage=gaps)
    async with running(watcher) as sink:
        await until(lambda: sink.data("afkstatus")[-1:] == [{"status": "afk"}])
        with virtual_keyboard(sway) as press:
            press(30)
            await until(lambda: sink.data("afkstatus")[-1] == {"status": "not-afk"})
    assert [data["status"] for data in sink.data("afkstatus")][:3] == ["not-afk", "afk", "not-afk"]
    assert sink.data("os.hid.input") == []
    assert gaps.told == [
        (way, source, "wayland") for way in ("lost", "regained") for source in ("keyboard", "mouse")
    ]


def test_the_daemon_under_sway_tells_windows_and_copies_and_names_the_gap(
    sway: Sway, start_daemon: Callable[..., Daemon]
) -> None:
    daemon = start_daemon(env={**os.environ, "DISPLAY": "", **sway.env})
    with window(sway, "org.hunch.Test", "notes.txt"):
        time.sleep(1.5)
        sway.copy("copied under sway")
        time.sleep(1.5)
    status = json.loads(daemon.cli("status", "--json").stdout)
    daemon.stop()
    seen = {source["source"]: (source["seen"], source["cause"]) for source in status["sources"]}
    assert seen["window"] == seen["clipboard"] == (True, None)
    if not may_read():
        assert seen["keyboard"] == seen["mouse"] == (False, "wayland")
        assert seen["afk"] == (True, None)
    with closing(sqlite3.connect(daemon.folder / "hunch.db")) as store:
        rows = store.execute(
            "SELECT type, data FROM events JOIN buckets ON buckets.id = bucket_id"
        ).fetchall()
    told = {kind: json.loads(data) for kind, data in rows if kind in ("clipboard", "currentwindow")}
    assert told["currentwindow"]["title"] == "notes.txt"
    assert (told["clipboard"]["text"], told["clipboard"]["app"]) == (
        "copied under sway", "org.hunch.Test",
    )  # fmt: skip
