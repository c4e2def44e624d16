"""What real programs put on the clipboard of a real X server is what the watcher tells."""

import asyncio
import logging
import sys
import time
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import copy, entry, keys, running, until
from watchers.clipboard import choose as clipboards
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.platform import read_session

pytestmark = pytest.mark.anyio

HALF = """
import sys
from pathlib import Path
from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.protocol.event import SelectionNotify
display = Display()
root = display.screen().root
names = ("CLIPBOARD", "TARGETS", "UTF8_STRING", "INCR")
clipboard, targets, text, parts = map(display.intern_atom, names)
window = root.create_window(0, 0, 1, 1, 0, display.screen().root_depth)
window.set_selection_owner(clipboard, X.CurrentTime)
while True:
    asked = display.next_event()
    if asked.type != X.SelectionRequest:
        continue
    if asked.target == targets:
        asked.requestor.change_property(asked.property, Xatom.ATOM, 32, [text])
    else:  # says that it will come in parts, and never sends one
        asked.requestor.change_property(asked.property, parts, 32, [100])
        Path(sys.argv[1]).touch()
    asked.requestor.send_event(SelectionNotify(
        time=asked.time, requestor=asked.requestor, selection=asked.selection,
        target=asked.target, property=asked.property))
    display.flush()
"""


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


async def test_a_secret_is_left_alone_and_a_paste_of_it_unknown(desktop: VirtualDesktop) -> None:
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    async with running(watcher) as sink:
        await copy(desktop, "before")
        await until(lambda: watcher.newest() == "before")
        await copy(desktop, "hunter2", "-target", "x-kde-passwordManagerHint")
        await until(lambda: watcher.newest() is None)
        await asyncio.sleep(0.8)
        assert watcher.newest() is None
        await copy(desktop, "text again")
        await until(lambda: len(sink.data("clipboard")) == 2)
        assert watcher.newest() == "text again"
    assert [data["text"] for data in sink.data("clipboard")] == ["before", "text again"]


async def test_files_are_told_by_their_names(desktop: VirtualDesktop) -> None:
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    some = "file:///home/ada/r%C3%A9sum%C3%A9.pdf\r\nfile:///home/ada/two%20words/\r\n"
    many = "copy\n" + "\n".join(f"file:///tmp/{number}.txt" for number in range(80))
    async with running(watcher) as sink:
        await copy(desktop, some, "-target", "text/uri-list")
        await until(lambda: len(sink.data("clipboard")) == 1)
        await asyncio.sleep(0.6)
        await copy(desktop, many, "-target", "x-special/gnome-copied-files")
        await until(lambda: len(sink.data("clipboard")) == 2)
        assert watcher.newest() is None
    first, second = sink.data("clipboard")
    assert first.pop("paths") == [
        "/home/ada/résumé.pdf",
        "/home/ada/two words/",
    ]  # privacy drops them
    assert first == {"type": "files", "files": ["résumé.pdf", "two words"], "count": 2}
    assert second["count"] == 80 and second["files"] == [f"{number}.txt" for number in range(50)]


@pytest.mark.parametrize("size", [70, 700_000, 3_000_000, 20_000_000])
async def test_a_picture_is_told_by_its_kind_and_size_alone(
    desktop: VirtualDesktop, size: int
) -> None:
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    async with running(watcher) as sink:
        await copy(desktop, "p" * size, "-target", "image/png")
        await until(lambda: bool(sink.data("clipboard")))
        await copy(desktop, "text again")
        await until(lambda: len(sink.data("clipboard")) == 2)
    told = {"type": "image", "format": "image/png"}
    # xclip sends more than a megabyte in parts, and announces no size; 8 MB of them are counted
    assert sink.data("clipboard")[0] == (told if size > 8 << 20 else {**told, "bytes": size})
    assert sink.data("clipboard")[1]["text"] == "text again"


async def test_of_a_huge_text_the_beginning_and_the_length_are_kept(
    desktop: VirtualDesktop,
) -> None:
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()), limit=10)
    async with running(watcher) as sink:
        await copy(desktop, "äb" * 5_000_000)  # 15 MB, in parts
        await until(lambda: bool(sink.data("clipboard")), 20)
        assert watcher.newest() is None
    assert sink.data("clipboard") == [{"type": "text", "text": "äb" * 5, "length": 10_000_000}]


async def test_a_copy_has_the_application_of_the_window_that_it_came_from(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    field = entry(desktop, tmp_path)
    try:
        watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
        async with running(watcher) as sink:
            await copy(desktop, "by a program without a window")
            await until(lambda: len(sink.data("clipboard")) == 1)
            await asyncio.sleep(0.6)
            await keys(desktop, "'in the entry' ctrl+a ctrl+c")
            await until(lambda: len(sink.data("clipboard")) == 2)
    finally:
        field.close()
    first, second = sink.data("clipboard")
    assert (first["text"], first["app"]) == ("by a program without a window", "Entry")
    assert second == {"type": "text", "text": "in the entry", "length": 12, "app": "Entry"}


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
    async with running(watcher) as sink:
        owner = desktop.start([sys.executable, str(silent)])
        await until(lambda: "did not answer" in caplog.text)
        desktop.stop(owner)
        await copy(desktop, "after")
        await until(lambda: bool(sink.data("clipboard")))
    assert "did not answer" in caplog.text
    assert [data["text"] for data in sink.data("clipboard")] == ["after"]


async def test_an_owner_that_stops_in_the_middle_is_given_up_for_the_next(
    desktop: VirtualDesktop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watcher = ClipboardWatcher("test", clipboards.choose(read_session()))
    program, asked = tmp_path / "half.py", tmp_path / "asked"
    program.write_text(HALF)
    async with running(watcher) as sink:
        owner = desktop.start([sys.executable, str(program), str(asked)])
        await until(asked.exists)
        assert watcher.newest() is None
        await copy(desktop, "the next")
        began = time.monotonic()
        await until(lambda: bool(sink.data("clipboard")))
        took_s = time.monotonic() - began
        desktop.stop(owner)
    assert [data["text"] for data in sink.data("clipboard")] == ["the next"]
    assert "another owner" in caplog.text and took_s < 1.5
