"""Gaps as they are told: by status, the log and exports, also after a kill."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.store import Store, capture, story
from models.observation import Observation
from models.segment import Segment
from watchers.coverage import ALL, GAP
from watchers.event import Bucket, Event

WINDOW = Bucket("w", "currentwindow", "c", "h")


def gaps_of(folder: Path) -> list[tuple[str, str, float, float]]:
    query = (
        "SELECT data ->> 'source', data ->> 'cause', time_us / 1e6, duration_us / 1e6 FROM events"
        " JOIN buckets ON buckets.id = bucket_id WHERE type = ? ORDER BY time_us"
    )
    with closing(sqlite3.connect(folder / "hunch.db")) as database:
        return database.execute(query, (GAP,)).fetchall()


def test_a_pause_survives_a_kill_and_the_rest_is_stopped(start_daemon: Callable[..., Any]) -> None:
    first = start_daemon()
    assert first.cli("pause").returncode == 0
    time.sleep(4.5)
    killed = time.time()
    first.process.kill()
    first.process.wait(10)
    time.sleep(1)
    second = start_daemon()
    status = json.loads(second.cli("status", "--json").stdout)
    second.stop()
    (paused,) = [row for row in gaps_of(second.folder) if row[:2] == (ALL, "paused")]
    stopped = [row for row in gaps_of(second.folder) if row[:2] == (ALL, "stopped")]
    end = paused[2] + paused[3]
    assert killed - 4.2 < end < killed
    assert stopped[0][2] == pytest.approx(end, abs=0.6) and stopped[0][3] > 1.0
    assert stopped[-1][3] == 0.0  # the mark of the clean stop
    assert status["state"] == "recording"


def test_status_tells_every_source_its_mode_and_why_it_is_not_seen(
    start_daemon: Callable[..., Any],
) -> None:
    daemon = start_daemon(keyboard="counts", clipboard="off")
    daemon.cli("pause")
    time.sleep(0.7)
    found = json.loads(daemon.cli("status", "--json").stdout)["sources"]
    sources = {source["source"]: source for source in found}
    assert list(sources) == [
        "keyboard", "mouse", "afk", "clipboard", "window", "browser", "editor", "shell", "files",
    ]  # fmt: skip
    assert sources["keyboard"]["mode"] == "counts" and sources["clipboard"]["mode"] == "off"
    assert sources["browser"]["cause"] == "paused" and not sources["browser"]["seen"]
    assert datetime.fromisoformat(sources["browser"]["since"]) < datetime.now(UTC)
    told = daemon.cli("status").stdout
    assert "browser    text    not seen for" in told and "recording is paused" in told
    daemon.cli("resume")
    told = daemon.cli("status").stdout
    assert "browser    text    told by other programs; nothing yet" in told


@pytest.mark.anyio
async def test_a_gap_of_a_minute_is_a_sentence_in_log_and_export(
    start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    daemon = start_daemon()
    daemon.process.kill()
    daemon.process.wait(10)
    now = datetime.now(UTC)
    with Store.open(daemon.folder / "hunch.db") as store:

        def keep(conn: sqlite3.Connection) -> None:
            conn.execute("DELETE FROM events")
            capture.create_bucket(conn, WINDOW)
            data = {"app": "XTerm", "title": "sh"}
            capture.insert(conn, "w", [Event(now - timedelta(minutes=8), 60.0, data)])
            conn.execute(
                "UPDATE sessions SET ended_us = NULL, started_us = ?1, cursor_us = ?1",
                (capture.to_us(now - timedelta(minutes=8)),),
            )

        await store.write(keep)
    again = start_daemon()
    await asyncio.sleep(0.5)
    again.stop()
    log = json.loads(again.cli("log", "--json").stdout)
    assert [line["event"] for line in log] == [
        "The user switches to XTerm.",
        "Nothing was seen for 7 minutes: Hunch was not running.",
    ]
    done = again.cli("export", str(tmp_path / "trace.json"), "--format", "proactivebench")
    assert done.returncode == 0, done.stderr
    trace = json.loads((tmp_path / "trace.json").read_text())
    assert [item["observation"]["event"] for item in trace] == [line["event"] for line in log]
    assert set(trace[1]["observation"]) == {"time", "event"} and not trace[1]["task_status"]
    again.cli("export", str(tmp_path / "raw.json"), "--format", "raw")
    record = json.loads((tmp_path / "raw.json").read_text())[1]
    assert record["status"] == "unseen" and record["user_input"] == []
    assert [item["data"]["cause"] for item in record["events"]] == ["stopped"]


@pytest.mark.anyio
async def test_the_time_between_two_sessions_is_told_in_the_log_and_belongs_to_none(
    start_daemon: Callable[..., Any],
) -> None:
    first = start_daemon()
    first.stop()
    hour = 3600 * 1_000_000

    def earlier(conn: sqlite3.Connection) -> None:  # all that was is an hour ago
        conn.execute("UPDATE events SET time_us = time_us - ?", (hour,))
        conn.execute(
            "UPDATE sessions SET started_us = started_us - ?1, ended_us = ended_us - ?1", (hour,)
        )
        session = conn.execute("SELECT id, started_us FROM sessions").fetchone()
        start = capture.from_us(session["started_us"])
        number = story.add_segment(conn, session["id"], Segment(start, 1.0, "XTerm"))
        story.add_observation(conn, number, Observation("1", "The user opens XTerm."), "rules")

    with Store.open(first.folder / "hunch.db") as store:
        await store.write(earlier)
    again = start_daemon()
    again.stop()
    told = [line["event"] for line in json.loads(again.cli("log", "--json").stdout)]
    assert told == [
        "The user opens XTerm.",
        "Nothing was seen for 60 minutes: Hunch was not running.",
    ]
    alone = json.loads(again.cli("log", "--json", "--session", "1").stdout)
    assert [line["event"] for line in alone] == ["The user opens XTerm."]
    assert len(json.loads(again.cli("log", "--json", "--limit", "1").stdout)) == 1
