"""When a popup comes, on a real screen: not in the middle of typing; and what the icon's menu marks."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.demo.display import VirtualDesktop
from daemon.store import marks
from daemon.store.reader import Reader
from tests.offering import answers
from tests.user import ERROR, User, rows

OTHER = "ZeroDivisionError: division by zero"  # a copy of what is there already would be none
MISSED = 4  # its line in the menu


@pytest.fixture
def user(desktop: VirtualDesktop) -> User:
    return User(desktop)


def test_a_popup_waits_for_the_pause(user: User, start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon(user.desktop.env, tray="true", pause_s=2, quiet_typing_s=2)
    time.sleep(2)
    user.open_terminal("typist")
    user.copy(ERROR)
    with typing(user):
        row = user.until(lambda: rows(daemon, "proposals"), 90)[0]
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:  # it waits, however long the typing goes on
            assert not user.popup()
            time.sleep(0.2)
        assert rows(daemon, "proposals")[0]["state"] == "waiting"
    stopped = time.monotonic()
    user.until(user.popup)
    assert time.monotonic() - stopped > 1.0
    found = user.until(lambda: [row for row in rows(daemon, "proposals") if row["shown"]])
    assert (found[0]["id"], found[0]["state"]) == (row["id"], "shown")


@contextlib.contextmanager
def typing(user: User) -> Iterator[None]:
    """Words, one after another, until the end of the block; no key is left down."""
    enough = threading.Event()

    def type_on() -> None:
        while not enough.is_set():
            user.desktop.xdotool("type", "--delay", "100", "and on ")

    hands = threading.Thread(target=type_on)
    hands.start()
    try:
        yield
    finally:
        enough.set()
        hands.join(30)


@pytest.mark.parametrize("moves", [False, True])
def test_ignored_is_what_somebody_saw(
    user: User, start_daemon: Callable[..., Any], moves: bool
) -> None:
    daemon = start_daemon(user.desktop.env, tray="true", pause_s=2, popup_s=4)
    time.sleep(2)
    user.open_terminal("gone")
    user.copy(ERROR if moves else OTHER)
    user.until(lambda: [row for row in rows(daemon, "proposals") if row["shown"]])
    if moves:
        user.desktop.xdotool("mousemove", "300", "300")
    row = user.until(lambda: [row for row in rows(daemon, "proposals") if row["ended"]])[0]
    expected = ("ignored", None) if moves else ("withdrawn", "not seen")
    assert (row["state"], row["reason"]) == expected


def test_the_first_days_are_silent_and_are_reviewed(
    user: User, start_daemon: Callable[..., Any]
) -> None:
    daemon = start_daemon(user.desktop.env, tray="true", pause_s=2, shadow_days=3)
    time.sleep(2)
    user.open_terminal("beginner")
    user.copy(OTHER)
    row = user.until(lambda: rows(daemon, "proposals"), 90)[0]
    assert (row["state"], row["reason"], row["shadow"]) == ("withdrawn", "shadow", True)
    time.sleep(3)
    assert not user.popup()
    review = [sys.executable, "-P", "-m", "daemon", "review"]
    done = subprocess.run(
        review,
        env=daemon.env,
        input="y\nq\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "ZeroDivisionError" in done.stdout and "graded" in done.stdout, done.stdout
    with Reader.open_readonly(daemon.folder / "hunch.db") as store:
        given = store.read(answers)
    assert given == [("accept", "review")]
    opened = user.desktop.command("xclip", "-selection", "clipboard", "-o")
    assert opened == OTHER  # nothing was carried out


def test_help_was_needed_just_now(
    user: User, start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    daemon = start_daemon(user.desktop.env, tray="true", pause_s=2)
    time.sleep(2)
    user.open_terminal("stuck")
    user.type("true")
    seen = user.until(lambda: [row for row in rows(daemon, "log") if "true" in row["event"]])
    user.menu()
    user.desktop.screenshot(tmp_path / "menu.png")
    user.desktop.xdotool("mousemove", "400", "400")
    user.choose(MISSED)
    user.until(lambda: user.visible("Hunch-note"))
    user.desktop.screenshot(tmp_path / "note.png")
    with Reader.open_readonly(daemon.folder / "hunch.db") as store:
        found = user.until(lambda: store.read(marks.marks))
    assert [(mark.needed, mark.via) for mark in found] == [(True, "tray")]
    assert found[0].observation_id >= seen[0]["id"]
    assert "Taken back" in daemon.cli("missed", "--undo").stdout
