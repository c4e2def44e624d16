"""What xdotool types, clicks and scrolls on a real X server is what the watcher tells."""

import asyncio
from datetime import datetime

import pytest

from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import input_watcher, running, until, xdotool

pytestmark = pytest.mark.anyio

TYPED = "Hello, World! echo \"$HOME\" | grep -c 'a_b' ~{}[]<>:;@#%^&*()+=-?/\\`0123456789"


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
