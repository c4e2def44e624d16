"""What really stands in Tk's, Chromium's and readline's lines is what a typed run tells."""

import asyncio
import random
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import (
    GROUP,
    KEYS,
    copy,
    entry,
    input_watcher,
    keys,
    line,
    python,
    running,
    until,
    xdotool,
)
from watchers.clipboard import choose as clipboards
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.platform import read_session
from watchers.typed import FIELD, Typed

pytestmark = pytest.mark.anyio

REPEAT = """
from Xlib import X
from Xlib.display import Display
display = Display()
display.change_keyboard_control(auto_repeat_mode=X.AutoRepeatModeOn)
display.sync()
"""


async def test_characters_that_the_layout_lacks_are_read(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(input_watcher()) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
        await xdotool(desktop, "type", "--delay", "60", "café 中文")
        await until(lambda: bool(sink.input()))
    assert sink.input() == [{"from": "keyboard", "type": "input", "data": "café 中文"}]


async def test_a_change_of_the_layout_its_third_level_and_its_dead_keys_are_followed(
    desktop: VirtualDesktop, terminal: str
) -> None:
    async with running(input_watcher()) as sink:
        await asyncio.to_thread(desktop.activate, terminal)
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
        await asyncio.to_thread(desktop.activate, terminal)
        await xdotool(desktop, "key", "a", "Caps_Lock", "b", "shift+c", "Caps_Lock", "d")
        await until(lambda: bool(sink.input()))
    assert sink.input()[0]["data"] == "aBcd"


@pytest.mark.parametrize(
    "pressed",
    [
        "'wrogn' BackSpace BackSpace 'ng'",
        "'hllo' Left Left Left 'e' Right Delete 'l'",
        "'world' Home 'hello ' End '!'",
        "'some words' shift+Left shift+Left shift+Left 'k'",
        "'first' shift+Home 'second'",
        "'first' Home shift+End Delete 'third'",
        "'all of it' ctrl+a 'anew'",
        "'ab' Home shift+Right BackSpace 'c' KP_1 KP_Add End KP_Decimal",
        "'two words' Left Left shift+Left shift+Right shift+Right 'x'",
    ],
)
async def test_a_run_is_what_stands_in_the_field(
    desktop: VirtualDesktop, tmp_path: Path, pressed: str
) -> None:
    field = entry(desktop, tmp_path)
    try:
        async with running(input_watcher()) as sink:
            await keys(desktop, pressed)
            await asyncio.sleep(0.3)  # the end of the watcher closes the run
        assert sink.input() == [{"from": "keyboard", "type": "input", "data": field.text}]
    finally:
        field.close()


@pytest.mark.parametrize(
    "pressed",
    [
        "'status' ctrl+a 'git ' ctrl+e ' -s'",
        "'cat one two' ctrl+w 'three' ctrl+b ctrl+h",
        "'rm -r' ctrl+u 'ls' Left Left 'echo ' ctrl+k 'done'",
        "'abd' Left 'c' End BackSpace Home Delete",
    ],
)
async def test_a_command_is_what_readline_makes_of_the_keys(
    desktop: VirtualDesktop, tmp_path: Path, pressed: str
) -> None:
    field = line(desktop, tmp_path)
    try:
        async with running(input_watcher(front=lambda: "XTerm")) as sink:
            await keys(desktop, pressed + " Return")
            await until(lambda: bool(field.text) and len(sink.input()) == 2)
        assert [entry["data"] for entry in sink.input()] == [
            field.text,
            {"type": "pressAndRelease", "key": "enter"},
        ]
    finally:
        field.close()


async def test_random_edits_are_what_chromium_makes_of_them(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    """Word by word, too; with an edit that leads out of the text left out."""
    page = "<title>-</title><input autofocus oninput=\"document.title='='+value\" size=80>"
    options = ["--no-sandbox", f"--user-data-dir={tmp_path}", "--no-first-run", "--disable-gpu"]
    program = desktop.start(["chromium", *options, f"--app=data:text/html,{page}"])
    try:
        number = desktop.xdotool("search", "--sync", "--onlyvisible", "--class", "chromium")
        number = number.split()[-1]
        desktop.activate(number)
        await until(lambda: desktop.xdotool("getwindowname", number) == "-", 20)
        await asyncio.sleep(1.0)
        pressed, made = edits_at_random(random.Random(7), 150)
        async with running(input_watcher()) as sink:
            await xdotool(desktop, "key", "--delay", "12", *pressed)
            await asyncio.sleep(0.3)
        assert desktop.xdotool("getwindowname", number) == "=" + made.replace("  ", " ")
        assert "".join(entry["data"] for entry in sink.input()) == made
    finally:
        desktop.stop(program)


def edits_at_random(source: random.Random, length: int) -> tuple[list[str], str]:
    """Names of keys, and the text that they should make."""
    names = {"backspace": "BackSpace", "delete": "Delete", "left": "Left", "right": "Right"}
    names |= {"home": "Home", "end": "End"}
    typed, pressed = Typed(whole=True), ["a"]
    typed = typed.write("a")
    while len(pressed) < length:
        name = source.choice([*FIELD.edits, *"abcdefghijklmnopqrstuvwxyz"])
        edit = FIELD.edits.get(name)
        after = edit(typed) if edit else typed.write(name)
        if after is not None and after.text and (name != "ctrl+a" or source.random() < 0.2):
            typed = after
            *held, key = name.split("+")
            pressed.append("+".join([*held, names.get(key, key)]))
    return pressed, typed.text


async def test_a_paste_is_in_the_run_and_told_as_one(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    copies = ClipboardWatcher("test", clipboards.choose(read_session()))
    field = entry(desktop, tmp_path)
    try:
        async with running(copies, input_watcher(clipboard=copies.newest)) as sink:
            await copy(desktop, "https://a.example/")
            await keys(desktop, "'<' ctrl+v '>' Left BackSpace")
            await until(lambda: bool(sink.input()))
            await copy(desktop, "x" * 300)
            await keys(desktop, "Left ctrl+v")  # too long: the shortcut alone, and the copy
            await until(lambda: len(sink.input()) == 3)
        run = {"from": "keyboard", "type": "input", "data": "<https://a.example>", "pasted": 17}
        assert sink.input()[0] == run and field.text.replace("x" * 300, "") == run["data"]
        assert sink.input()[2]["data"] == {"type": "shortcut", "key": "ctrl+v"}
    finally:
        field.close()


async def test_a_held_key_and_a_shift_that_is_let_go_first(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    field = entry(desktop, tmp_path)
    try:
        await python(desktop, REPEAT)
        async with running(input_watcher()) as sink:
            await keys(desktop, "'hello '")
            await xdotool(desktop, "keydown", "l", "sleep", "0.9", "keyup", "l")
            await xdotool(
                desktop, "keydown", "shift", "keydown", "a", "keyup", "shift", "keyup", "a"
            )
            await keys(desktop, "b")
            await asyncio.sleep(0.3)
        assert [entry["data"] for entry in sink.input()] == [field.text]
        assert field.text.startswith("hello lll") and field.text.endswith("Ab")
    finally:
        field.close()


async def test_dead_keys_and_compose_sequences_write_what_libx11_writes(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    field = entry(desktop, tmp_path)
    try:
        async with running(input_watcher()) as sink:
            await asyncio.to_thread(desktop.command, "setxkbmap", "de", "-option", "compose:ralt")
            await asyncio.sleep(0.3)
            await keys(desktop, "dead_acute e dead_circumflex o dead_acute x y dead_acute space a")
            await keys(desktop, "Multi_key minus greater Multi_key s s Multi_key q z b")
            await keys(desktop, "Multi_key BackSpace Multi_key o e Multi_key Left c")
            await asyncio.sleep(0.3)
    finally:
        field.close()
        await asyncio.to_thread(desktop.command, "setxkbmap", "us", "-option")
    assert [entry["data"] for entry in sink.input()] == [field.text]
    assert field.text == "éôy'a→ßzbœc"


async def test_each_of_several_layouts_writes_its_own_letters(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    field = entry(desktop, tmp_path)
    try:
        await asyncio.to_thread(desktop.command, "setxkbmap", "us,ru,gr,de")
        async with running(input_watcher()) as sink:
            await asyncio.sleep(0.3)
            for group in ("0", "1", "2", "3"):
                await python(desktop, GROUP, group)
                await python(desktop, KEYS, "24", "25")
            await xdotool(desktop, "key", "Caps_Lock")
            await python(desktop, GROUP, "3")
            await python(desktop, KEYS, "29", "47")
            await asyncio.sleep(0.3)
        assert [entry["data"] for entry in sink.input()] == [field.text] == ["qwйц;ςqwZÖ"]
    finally:
        field.close()
        await xdotool(desktop, "key", "Caps_Lock")
        await python(desktop, GROUP, "0")
        await asyncio.to_thread(desktop.command, "setxkbmap", "us")
