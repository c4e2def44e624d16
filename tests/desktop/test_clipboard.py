"""What real programs put on the clipboard of a real X server is what the watcher tells."""

import asyncio
import logging
from pathlib import Path

import pytest

from daemon.demo.display import VirtualDesktop
from tests.desktop.watching import running, until
from watchers.clipboard import choose as clipboards
from watchers.clipboard.polling import PyperclipClipboard
from watchers.clipboard.watcher import ClipboardWatcher
from watchers.platform import read_session

pytestmark = pytest.mark.anyio


async def copy(desktop: VirtualDesktop, text: str, *options: str) -> None:
    # xclip stays behind as the selection's owner, and its output must not be waited for
    await asyncio.to_thread(
        desktop.command, "sh", "-c", 'xclip -selection clipboard "$@" >/dev/null 2>&1', "sh", *options,
        text=text,
    )  # fmt: skip


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
