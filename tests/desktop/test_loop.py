"""The whole loop on a real screen: real keys, a real popup, a real mouse, real files."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.demo.display import VirtualDesktop
from models.trace import read_records, read_rewards, read_trace
from tests.user import ERROR, User, rows
from tray.popup.window import ACCEPT, REJECT


@pytest.fixture
def user(desktop: VirtualDesktop) -> User:
    return User(desktop)


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that writes down which page it was asked for."""
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    script.chmod(0o755)
    return script


def test_from_a_keystroke_to_an_accepted_proposal(
    user: User, start_daemon: Callable[..., Any], browser: Path, tmp_path: Path
) -> None:
    daemon = start_daemon(
        {**user.desktop.env, "BROWSER": f"{browser} %s"},
        tray="true",
        pause_s=3,
        notes_dir=tmp_path / "notes",
        search_url="https://search.example/?q={query}",
    )
    time.sleep(2)
    window = user.open_terminal("work")
    user.type("echo hello")
    user.copy(ERROR)
    user.until(user.popup)
    assert user.desktop.xdotool("getwindowfocus") == window  # the popup takes no focus
    user.desktop.xdotool("type", "--delay", "40", "abc")
    user.press(ACCEPT)
    opened = tmp_path / "opened"
    assert user.until(lambda: opened.exists() and opened.read_text()) == (
        "https://search.example/?q=python+KeyError%3A+%27amount%27"
    )
    proposals = user.until(lambda: [row for row in rows(daemon, "proposals") if row["result"]])
    assert proposals[0]["state"] == "accepted" and proposals[0]["skill"] == "error_search"
    assert user.desktop.command("xclip", "-selection", "clipboard", "-o") == "KeyError: 'amount'"

    told = [row["event"] for row in rows(daemon, "log")]
    assert any("runs 'echo hello'" in event and "XTerm" in event for event in told), told
    assert any("copies the error \"KeyError: 'amount'\"" in event for event in told), told

    done = daemon.cli("export", str(tmp_path / "trace.json"))
    assert done.returncode == 0, done.stderr
    events = [item for file in done.stdout.split() for item in read_trace(Path(file))]
    accepted = [item for item in events if item.task_status]
    assert len(accepted) == 1 and "KeyError" in accepted[0].agent_response.candidate_task[0]
    assert daemon.cli("export", str(tmp_path / "r.jsonl"), "--format", "reward").returncode == 0
    reward = read_rewards(tmp_path / "r.jsonl")
    assert [(row.valid, row.annotation) for row in reward] == [(True, [True])]
    assert daemon.cli("export", str(tmp_path / "raw.json"), "--format", "raw").returncode == 0
    runs = [item["data"] for row in read_records(tmp_path / "raw.json") for item in row.user_input]
    assert "echo hello" in runs
    assert daemon.cli("export", str(tmp_path / "all.jsonl"), "--format", "jsonl").returncode == 0
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    kinds = {line["kind"] for line in lines}
    assert kinds == {
        "event", "observation", "prediction", "judgement", "proposal", "answer", "execution",
    }  # fmt: skip

    undone = daemon.cli("undo", str(proposals[0]["id"]))
    assert "The clipboard is as before." in undone.stdout, undone.stderr
    assert "Traceback" in user.desktop.command("xclip", "-selection", "clipboard", "-o")


def test_a_rejected_popup_closes_and_nothing_is_done(
    user: User, start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    daemon = start_daemon(user.desktop.env, tray="true", pause_s=3)
    time.sleep(2)
    user.open_terminal("other work")
    user.type("true")
    user.copy("error[E0308]: mismatched types\n --> src/main.rs:2:5\n")
    user.press(REJECT)
    row = user.until(lambda: [row for row in rows(daemon, "proposals") if row["ended"]])[0]
    assert (row["state"], row["result"]) == ("rejected", None)
    assert "doc.rust-lang.org" in row["task"]
    user.until(lambda: not user.popup())


def test_three_snippets_become_a_note_by_the_command_line(
    user: User, start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    daemon = start_daemon(user.desktop.env, pause_s=3, notes_dir=notes)
    time.sleep(2)
    for number, name in enumerate(("alpha", "beta", "gamma")):
        user.desktop.start(["xmessage", "-title", f"page {name}", "text"])
        window = user.until(partial(user.window, f"page {name}"))
        user.desktop.activate(window)
        time.sleep(1)
        user.copy(f"def snippet_{number}(): return {number}")
    row = user.until(lambda: rows(daemon, "proposals"))[0]  # offered; no tray shows it
    assert row["skill"] == "collect_snippets"
    done = daemon.cli("accept", str(row["id"]))
    assert done.returncode == 0 and "Collected 3 snippets" in done.stdout, done.stderr
    note = next(notes.glob("*.md"))
    text = note.read_text()
    for number, name in enumerate(("alpha", "beta", "gamma")):
        assert f"## page {name}" in text and f"snippet_{number}" in text
    assert daemon.cli("accept", str(row["id"])).returncode == 1
    assert "was removed" in daemon.cli("undo", str(row["id"])).stdout
    assert not note.exists()


def test_the_icons_menu_pauses(user: User, start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon(user.desktop.env, tray="true")
    user.choose(0)
    status = user.until(lambda: _status(daemon) if _status(daemon)["state"] == "paused" else None)
    until = datetime.fromisoformat(status["paused_until"])
    assert 13 < (until - datetime.now(UTC)).total_seconds() / 60 < 15.1


def _status(daemon: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(daemon.cli("status", "--json").stdout)
    return found
