"""What xdotool types, clicks and scrolls on a real X server is what the watcher tells."""

import asyncio
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import (
    ListSink,
    entry,
    input_watcher,
    running,
    until,
    xdotool,
)
from watchers.coverage import Cause
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.watcher import WatcherError

pytestmark = pytest.mark.anyio

TYPED = "Hello, World! echo \"$HOME\" | grep -c 'a_b' ~{}[]<>:;@#%^&*()+=-?/\\`0123456789"


async def test_typing_becomes_a_run_a_named_key_and_shortcuts(
    desktop: VirtualDesktop, terminal: str
) -> None:
    times: list[datetime] = []
    async with running(input_watcher(on_typing=times.append)) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
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


async def test_a_modifier_that_was_pressed_or_let_go_unheard_is_known_from_the_keys(
    desktop: VirtualDesktop, terminal: str
) -> None:
    watcher = input_watcher()
    try:
        await asyncio.to_thread(desktop.activate, terminal)
        await xdotool(desktop, "keydown", "ctrl")
        async with running(watcher) as sink:
            await xdotool(desktop, "key", "l")
            await until(lambda: bool(sink.input()))
        assert [entry["data"] for entry in sink.input()] == [{"type": "shortcut", "key": "ctrl+l"}]
    finally:
        await xdotool(desktop, "keyup", "ctrl")
    async with running(watcher) as sink:
        await xdotool(desktop, "key", "l")
        await until(lambda: bool(sink.input()))
    assert [entry["data"] for entry in sink.input()] == ["l"]


@pytest.mark.parametrize("delay_ms", [20, 0])
async def test_a_burst_of_keys_loses_none(
    desktop: VirtualDesktop, tmp_path: Path, delay_ms: int
) -> None:
    """At 50 keys a second, and as fast as xdotool sends them (some 2,000 a second)."""
    field = entry(desktop, tmp_path)
    text = "the quick brown fox jumps over a lazy dog " * 9
    times: list[datetime] = []
    watcher = input_watcher(on_typing=times.append)
    try:
        async with running(watcher) as sink:
            await xdotool(desktop, "type", "--delay", str(delay_ms), text)
            await until(lambda: field.text == text)
            await until(lambda: not sink.input() or len(sink.input()) == 1)
            await asyncio.sleep(0.3)
        assert field.text == text
        assert "".join(entry["data"] for entry in sink.input()) == text
        assert watcher.dropped == 0 and len(times) == len(text) >= 300
        took_s = (times[-1] - times[0]).total_seconds()
        assert took_s < (2 * 0.02 if delay_ms else 0.02) * len(text)
    finally:
        field.close()


async def test_a_release_that_is_read_late_parts_no_double_click(
    desktop: VirtualDesktop, terminal: str
) -> None:
    """Releases are read twice a second: this one between the two clicks."""
    async with running(input_watcher()) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        at = ("mousemove", "200", "200", "mousemove", "300", "300")  # from now on they rest
        press = ("sleep", "0.1", "key", "Return", "sleep", "0.05", "click", "1")
        await xdotool(desktop, *at, *press, "sleep", "0.6", "click", "1")
        await until(lambda: len(sink.input()) >= 2)
    clicks = [entry["data"] for entry in sink.input() if entry["from"] == "mouse"]
    assert clicks == [{"type": "click", "button": "left", "count": 2}]


async def test_a_display_that_ends_is_noticed_at_once() -> None:
    """Not at the next heartbeat of absence: what is heard no more is a gap from there on."""
    with subprocess.Popen(
        # it would begin anew, and drop who comes then, whenever its last client has gone
        ["Xvfb", "-displayfd", "1", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        assert server.stdout is not None
        session = replace(read_session(), display=f":{server.stdout.readline().decode().strip()}")
        watcher = InputWatcher("test", session, tick_s=60.0)
        task = asyncio.create_task(watcher.run(ListSink()))
        try:
            await asyncio.wait_for(watcher.ready.wait(), 15)
            await asyncio.sleep(0.5)  # it sleeps
        finally:
            server.kill()
        with pytest.raises(WatcherError):
            await asyncio.wait_for(task, 2)


class Gaps:
    """Keeps what a watcher says it could not see."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str, datetime]] = []

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        self.told.append(("lost", source, cause, since))

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        self.told.append(("regained", source, cause, at))


async def test_a_burst_that_no_queue_holds_is_a_gap(
    desktop: VirtualDesktop, terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchers.heard.QUEUE", 40)
    gaps = Gaps()
    watcher = input_watcher(coverage=gaps, mouse=False)
    async with running(watcher) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        began = datetime.now(UTC)
        desktop.xdotool("type", "--delay", "0", "a" * 200)  # the loop stands still meanwhile
        time.sleep(0.3)
        await until(lambda: len(gaps.told) == 2)
        await xdotool(desktop, "type", "and on")
        await until(lambda: len(sink.input()) == 2)
    (_, source, cause, since), (_, _, _, at) = gaps.told
    assert [what for what, *_ in gaps.told] == ["lost", "regained"]
    assert (source, cause) == ("keyboard", "lost")
    assert began < since < at < datetime.now(UTC)
    assert [entry["data"] for entry in sink.input()] == ["a" * 40, "and on"]
    assert watcher.dropped == 160


async def test_keys_are_credited_to_the_window_in_which_they_were_pressed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    """Though the switch is heard only when the next keys came already."""
    watcher = input_watcher()
    async with running(watcher) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        for number in range(3):
            await xdotool(desktop, "type", "--delay", "3", "one")
            switched = datetime.now(UTC)
            await xdotool(desktop, "type", "--delay", "3", "two")
            watcher.flush(switched)
            await asyncio.sleep(0.1)
            watcher.flush()
            runs = [entry["data"] for entry in sink.input()[2 * number :]]
            assert runs == ["one", "two"]


async def test_the_mouse_clicks_scrolls_and_moves(desktop: VirtualDesktop, terminal: str) -> None:
    async with running(input_watcher()) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        await xdotool(desktop, "mousemove", "200", "200", "click", "1", "click", "1")
        await xdotool(desktop, "click", "--repeat", "5", "--delay", "40", "5")
        await xdotool(desktop, "click", "4")
        await xdotool(desktop, "click", "--repeat", "3", "--delay", "40", "7", "click", "6")
        await xdotool(desktop, "mousemove", "300", "220", "click", "2")
        await xdotool(desktop, "click", "--repeat", "3", "--delay", "60", "1")
        await until(lambda: len(sink.input()) >= 7)
    assert [entry["data"] for entry in sink.input()] == [
        {"type": "click", "button": "left", "count": 2},
        {"type": "scroll", "direction": "down", "amount": 5},
        {"type": "scroll", "direction": "up", "amount": 1},
        {"type": "scroll", "direction": "right", "amount": 3},
        {"type": "scroll", "direction": "left", "amount": 1},
        {"type": "click", "button": "middle"},
        {"type": "click", "button": "left", "count": 3},
    ]
    assert {"from": "mouse", "data": {"type": "move"}} in sink.data("os.hid.input")


async def test_a_drag_is_told_as_one_and_no_click(desktop: VirtualDesktop, terminal: str) -> None:
    async with running(input_watcher()) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        await xdotool(desktop, "mousemove", "200", "200", "mousedown", "1")
        for x in range(200, 300, 20):
            await xdotool(desktop, "mousemove", str(x), "210")
        await asyncio.sleep(1.3)
        assert sink.input() == []
        await xdotool(desktop, "mouseup", "1")
        await xdotool(desktop, "mousedown", "1", "mousemove_relative", "3", "2", "mouseup", "1")
        await until(lambda: len(sink.input()) == 2)
    drag, click = (event for event in sink.events["os.hid.input"] if "type" in event.data["data"]
                   and event.data["data"]["type"] != "move")  # fmt: skip
    assert drag.data["data"] == {"type": "drag", "button": "left"} and drag.duration > 1.3
    assert click.data["data"] == {"type": "click", "button": "left"} and click.duration == 0


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
