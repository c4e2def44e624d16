"""Logs tell where something went wrong, and never in an exception's own words."""

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from daemon import tasks
from daemon.logfile import logged

WORDS = "what the user typed"


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module, name in (("sys", "excepthook"), ("sys", "unraisablehook")):
        monkeypatch.setattr(f"{module}.{name}", getattr(__import__(module), name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    return tmp_path / "hunch.log"


def fail() -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[WORDS]
    except KeyError as error:
        raise ValueError(f"no such thing: {WORDS}") from error


def test_an_exception_is_logged_without_its_words(lines: Path) -> None:
    with logged(lines):
        try:
            fail()
        except ValueError:
            logging.getLogger("x").exception("it failed")
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    text = lines.read_text()
    assert WORDS not in text.replace('raise ValueError(f"no such thing: {WORDS}")', "")
    assert "builtins.ValueError" in text and "builtins.KeyError" in text and "in fail" in text
    assert "a thread ended" in text


def test_a_task_that_nobody_awaits_is_logged_without_its_words(lines: Path) -> None:
    async def left_over() -> None:
        asyncio.get_running_loop().set_exception_handler(tasks.left_over)

        async def work(words: str) -> None:
            raise ValueError(words)

        asyncio.get_running_loop().call_soon(int, f"{WORDS} back")

        task = asyncio.create_task(work(WORDS))
        await asyncio.wait({task})
        del task

    with logged(lines):
        asyncio.run(left_over())
    text = lines.read_text()
    assert WORDS not in text and "builtins.ValueError" in text
