"""The kit itself: it lets a watcher of another's pass, and none that is wrong."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.watchers.checks import (
    check_counts,
    check_form,
    check_golden,
    check_refusal,
    check_words,
    leaving_nothing,
    not_blocked,
)
from tests.watchers.example import lamp
from tests.watchers.kit import Entry, Script, Told, watching
from watchers.coverage import Cause
from watchers.event import Bucket, Event
from watchers.sink import Sink
from watchers.watcher import WatcherError

BUCKET = Bucket("lamp_test", "house.lamp", "lamp", "test")
NOW = datetime.now(UTC)
GOOD = Event(NOW, data={"state": "on", "label": "the numbat's"})
ENTRY = Entry("lamp", lamp.make, lamp.MANIFESTS, lamp.KINDS)
SCRIPT = Script(
    Path("lamp-on.toml"), ("numbat",), (), ({"type": "house.lamp", "data": {"state": "on"}},)
)


def said(**data: object) -> Event:
    return Event(NOW, data={**GOOD.data, **data})


def told(*events: Event, bucket: Bucket = BUCKET) -> Told:
    sink = Told()
    for event in events:
        sink.insert(bucket, event)
    return sink


def test_a_watcher_that_keeps_to_its_word_passes() -> None:
    sink = told(GOOD)
    check_golden(SCRIPT, sink)
    check_form(ENTRY, sink)
    check_words(ENTRY, sink)
    check_counts(ENTRY, SCRIPT, sink)


@pytest.mark.parametrize(
    ("check", "sink"),
    [
        (lambda sink: check_golden(SCRIPT, sink), told()),
        (lambda sink: check_golden(SCRIPT, sink), told(GOOD, GOOD)),
        (lambda sink: check_golden(SCRIPT, sink), told(said(state="off"))),
        (lambda sink: check_form(ENTRY, sink), told(GOOD, bucket=Bucket("x", "other", "c", "h"))),
        (lambda sink: check_form(ENTRY, sink), told(said(label=("a", "tuple")))),
        (lambda sink: check_form(ENTRY, sink), told(Event(datetime.now(), data={}))),
        (lambda sink: check_form(ENTRY, sink), told(Event(NOW, -1.0, {}))),
        (lambda sink: check_form(ENTRY, sink), told(Event(NOW + timedelta(hours=1), data={}))),
        (lambda sink: check_words(ENTRY, sink), told(said(state="in the bedroom"))),
        (lambda sink: check_words(ENTRY, sink), told(said(room="bedroom"))),
        (lambda sink: check_words(ENTRY, sink), told(said(more={"label": "x"}))),
        (lambda sink: check_counts(ENTRY, SCRIPT, sink), told(said(room="numbat"))),
        (lambda sink: check_counts(ENTRY, SCRIPT, sink), told(said(numbat=1))),
        (lambda sink: check_counts(ENTRY, SCRIPT, sink), told(said(label="x"))),
    ],
)
def test_a_watcher_that_does_not_is_caught(check: Callable[[Told], None], sink: Told) -> None:
    with pytest.raises(AssertionError):
        check(sink)


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("no display", "permission"),
        ("There is no lamp.", "permission"),
        ("There is no lamp. Buy one: start it.", "permission"),
        ("There is no lamp: start it.", "bored"),
    ],
)
def test_what_does_not_help_the_user_is_caught(words: str, cause: Cause) -> None:
    with pytest.raises(AssertionError):
        check_refusal(WatcherError(words, cause))
    check_refusal(WatcherError("There is no lamp: start it.", "wayland"))


class Careless:
    """Leaves something behind."""

    name = "careless"

    def __init__(self, leave: Callable[[], object]) -> None:
        self._leave = leave
        self.left: list[Any] = []

    async def run(self, sink: Sink) -> None:
        self.left.append(self._leave())
        await asyncio.sleep(60)


def thread() -> threading.Event:
    stop = threading.Event()
    threading.Thread(target=stop.wait, args=(20,), daemon=True).start()
    return stop


@pytest.mark.anyio
@pytest.mark.parametrize("what", ["thread", "child", "file"])
async def test_what_is_left_behind_is_found(
    what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.watchers.checks.GONE_S", 0.2)
    leave: dict[str, Callable[[], Any]] = {
        "thread": thread,
        "child": lambda: subprocess.Popen(["sleep", "20"]),
        "file": lambda: (tmp_path / "x").open("w"),
    }
    watcher = Careless(leave[what])
    try:
        with pytest.raises(AssertionError, match="left behind"):
            async with leaving_nothing(), watching(watcher, Told()):
                pass
    finally:
        (left,) = watcher.left
        if isinstance(left, threading.Event):
            left.set()
        elif isinstance(left, subprocess.Popen):
            left.kill()
            left.wait(10)
        else:
            left.close()


@pytest.mark.anyio
async def test_a_watcher_that_ends_by_itself_or_swallows_the_end_is_caught() -> None:
    class Short:
        name = "short"

        async def run(self, sink: Sink) -> None:
            await asyncio.sleep(0.7)

    class Stubborn:
        name = "stubborn"

        async def run(self, sink: Sink) -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                return

    with pytest.raises(AssertionError, match="ended by itself"):
        async with watching(Short(), Told()):
            await asyncio.sleep(0.5)
    with pytest.raises(AssertionError, match="cancelled, stubborn said"):
        async with watching(Stubborn(), Told()):
            pass


@pytest.mark.anyio
async def test_a_loop_that_stands_still_is_noticed() -> None:
    with pytest.raises(AssertionError, match="stood still"):
        async with not_blocked():
            await asyncio.sleep(0.1)
            time.sleep(1.3)
            await asyncio.sleep(0.1)


def test_another_programs_watcher_is_tried_as_ours_are() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "tests/watchers/test_conformance.py", "-q"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HUNCH_WATCHER": "tests.watchers.example.lamp:make"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout, done.stdout
