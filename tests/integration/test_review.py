"""`hunch review` and `hunch missed`, with a real daemon and without one: grades and marks, nothing carried out."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from daemon.lock import DataDirLock
from daemon.store import Store, executions, marks, proposals, review, story
from daemon.store.reader import Reader
from models.observation import Judgement, Need, Observation, Prediction
from models.segment import UNSEEN, Segment
from tests.offering import answers

TASK = Prediction(
    "Search example.org for a.", response="You copied a.", source="skill:error_search",
    skill="error_search", arguments={"url": "http://127.0.0.1:9/", "text": "a"},
)  # fmt: skip


def plant(folder: Path, ago: timedelta = timedelta(minutes=5)) -> None:
    """Three moments: one kept in shadow mode, a silence close to the threshold, one far from it."""
    folder.mkdir(parents=True, exist_ok=True)
    begin = datetime.now(UTC) - ago

    def keep(conn: story.Connection) -> None:
        session = story.start_session(conn, begin)
        for number, need in enumerate((0.8, 0.24, 0.01)):
            time = begin + timedelta(seconds=30 * number)
            segment = story.add_segment(conn, session, Segment(time, 10.0, "XTerm"))
            told = Observation(str(time.timestamp()), f"The user does thing {number}.")
            seen = story.add_observation(conn, segment, told, "rules")
            offered = TASK if number == 0 else Prediction(None, source="gate")
            made = proposals.add_prediction(conn, seen, Need(need, 0.25, "m"), offered)
            if number == 0:
                proposals.add_withheld(conn, made, time, "shadow")
        gap = story.add_segment(
            conn, session, Segment(begin + timedelta(minutes=2), 1.0, None, status=UNSEEN)
        )
        story.add_observation(conn, gap, Observation("1", "Nothing was seen."), "rules")

    with Store.open(folder / "hunch.db") as store:
        asyncio.run(store.write(keep))


def hunch(folder: Path, *arguments: str, said: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", *arguments, "--data-dir", str(folder)],
        input=said, capture_output=True, text=True, timeout=60, check=False, env=os.environ,
    )  # fmt: skip
    return done.stdout + done.stderr


def kept(folder: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Answers and marks."""
    with Reader.open_readonly(folder / "hunch.db") as store:
        given: list[tuple[Any, ...]] = [*store.read(answers)]
        found: list[tuple[Any, ...]] = [
            (row.observation_id, row.needed, row.via) for row in store.read(marks.marks)
        ]
        assert store.read(lambda conn: executions.execution(conn, 1)) is None
        row = store.read(lambda conn: proposals.proposal(conn, 1))
        assert row is not None and row.state == "withdrawn"
    return given, found


def test_a_review_without_a_daemon(tmp_path: Path) -> None:
    plant(tmp_path)
    assert "Search example.org for a. (shadow)" in hunch(tmp_path, "proposals")
    told = hunch(tmp_path, "review", said="s\nm\ny\nn\n")
    assert "would have offered: Search example.org for a." in told and "You copied a." in told
    assert "The user does thing 0." in told and "Say y, n, s or q." in told
    assert "2 of 3 graded" in told
    given, found = kept(tmp_path)
    assert given == [("reject", "review")]
    assert found == [(2, True, "review"), (1, False, "review")]
    left = json.loads(hunch(tmp_path, "review", "--json"))
    assert [item["id"] for item in left] == [3]  # what was graded is not asked again
    assert "Nothing was graded" in hunch(tmp_path, "review")  # the input ends
    assert "1 of 1 graded" in hunch(tmp_path, "review", said="y\n")
    assert "nothing to review" in hunch(tmp_path, "review", said="y\n")


def test_what_kept_it_silent_is_told(tmp_path: Path) -> None:
    plant(tmp_path)
    cases = [
        (Prediction(None, source="agent:m"), None),
        (Prediction("Do it.", source="agent:m"), None),
        (TASK, 0.2),
        (TASK, None),
    ]

    def keep(conn: story.Connection) -> None:
        for thought, accept in cases:
            told = Observation("2", "The user goes on.")
            seen = story.add_observation(conn, 1, told, "rules")
            made = proposals.add_prediction(conn, seen, Need(0.31, 0.25, "m"), thought)
            if accept is not None:
                proposals.add_judgement(conn, made, Judgement(accept, 0.5, "m"))

    with Store.open(tmp_path / "hunch.db") as store:
        asyncio.run(store.write(keep))
        found = store.read(lambda conn: review.silences(conn, 50))
    assert Counter(item.silence for item in found) == {
        "need": 2, "no task": 1, "no skill": 1, "unlikely": 1, "unfinished": 1,
    }  # fmt: skip
    told = hunch(tmp_path, "review", "--limit", "50", said="s\n" * 50)
    assert "Hunch stayed silent: nobody knew a task (need 31%)." in told, told


def test_help_but_not_this(tmp_path: Path) -> None:
    plant(tmp_path)
    hunch(tmp_path, "review", "--limit", "5", said="q\n")
    assert kept(tmp_path) == ([], [])
    hunch(tmp_path, "review", said="s\ns\nm\n")
    assert kept(tmp_path) == ([("reject", "review")], [(1, True, "review")])


def test_missed_without_a_daemon(tmp_path: Path) -> None:
    plant(tmp_path)
    told = hunch(tmp_path, "missed")
    assert told.startswith("Noted: help was needed at ") and "thing 2" in told, told
    assert hunch(tmp_path, "missed") == told  # once
    assert kept(tmp_path)[1] == [(3, True, "cli")]
    assert "Taken back" in hunch(tmp_path, "missed", "--undo")
    assert "no mark" in hunch(tmp_path, "missed", "--undo")
    assert "Nothing is recorded" in hunch(tmp_path / "other", "missed")


def test_missed_tells_when_nothing_can_be_learnt_of_the_moment(tmp_path: Path) -> None:
    plant(tmp_path)
    assert "cannot learn" not in hunch(tmp_path, "missed")
    with Store.open(tmp_path / "hunch.db") as store:
        store.write_now(
            lambda conn: conn.execute("UPDATE predictions SET need_model = ''") and None
        )
    assert "No model was asked at that moment" in hunch(tmp_path, "missed")


def test_a_daemon_that_is_about_to_start_is_not_called_stopped(tmp_path: Path) -> None:
    plant(tmp_path)
    with DataDirLock(tmp_path):
        assert "about to start" in hunch(tmp_path, "missed")


def test_missed_is_about_just_now(tmp_path: Path) -> None:
    plant(tmp_path, ago=timedelta(hours=3))
    assert "in the last hour" in hunch(tmp_path, "missed")


@pytest.fixture
def daemon(start_daemon: Callable[..., Any], tmp_path: Path) -> Any:
    plant(tmp_path / "data")
    return start_daemon(shadow_days=3)


def test_with_a_daemon(daemon: Any) -> None:
    def post(path: str, body: dict[str, Any] | None = None, token: bool = True) -> Any:
        return requests.post(
            f"http://127.0.0.1:{daemon.port}/api/hunch/0/{path}",
            data=msgspec.json.encode(body or {}),
            headers={"Authorization": f"Bearer {daemon.token}"} if token else {},
            timeout=10,
        )

    status = json.loads(daemon.cli("status", "--json").stdout)
    assert status["silent_until"] and "watches silently until" in daemon.cli("status").stdout
    told = hunch(daemon.folder, "review", said="s\ns\ny\n")
    assert "1 of 3 graded" in told, told
    assert kept(daemon.folder) == ([("accept", "review")], [(1, True, "review")])
    again = post("review", {"kind": "proposal", "id": 1, "grade": "no"})
    assert again.status_code == 409 and "waits for a grade" in again.json()["message"]
    assert post("review", {"kind": "silence", "id": 99, "grade": "no"}).status_code == 404
    assert post("review", {"kind": "silence", "id": 2, "grade": "perhaps"}).status_code == 400
    assert post("missed", {"via": "tray"}, token=False).status_code == 401
    assert "thing 2" in post("missed", {"via": "tray"}).json()["message"]
    assert kept(daemon.folder)[1][-1] == (3, True, "tray")
    assert "Taken back" in hunch(daemon.folder, "missed", "--undo")
    listed = requests.get(
        f"http://127.0.0.1:{daemon.port}/api/hunch/0/review",
        headers={"Authorization": f"Bearer {daemon.token}"}, timeout=10,
    ).json()  # fmt: skip
    assert {(item["kind"], item["id"]) for item in listed} == {("silence", 2), ("silence", 3)}
    gone = hunch(daemon.folder, "forget", "--all", "--yes", "--json")
    assert json.loads(gone)["gone"]["marks"] == 1
