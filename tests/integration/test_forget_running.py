"""`hunch forget` in a running daemon: what it holds in memory goes too, and capture goes on."""

import http.client
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.planted import held, kept


class Client:
    """Speaks to a daemon's API as a watcher does."""

    def __init__(self, daemon: Any) -> None:
        self._daemon = daemon

    def post(self, path: str, body: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._daemon.port, timeout=30)
        with closing(connection):
            headers = {"Authorization": f"Bearer {self._daemon.token}"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")

    def bucket(self, name: str, kind: str) -> None:
        self.post(f"/api/0/buckets/{name}", {"type": kind, "client": "c", "hostname": "h"})

    def insert(self, name: str, time_: datetime, length: float, **data: Any) -> Any:
        body = {"timestamp": time_.isoformat(), "duration": length, "data": data}
        return self.post(f"/api/0/buckets/{name}/events", body)[1]


@pytest.fixture
def busy(start_daemon: Callable[..., Any]) -> Any:
    """A daemon that has segments, sentences and a proposal of known words."""
    daemon = start_daemon(pause_s=1)
    client = Client(daemon)
    client.bucket("w", "currentwindow")
    client.bucket("c", "clipboard")
    client.bucket("k", "os.hid.input")
    return daemon, client


def _wait(folder: Path, query: str, wanted: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(folder / "hunch.db")) as database:
            if database.execute(query).fetchone()[0] >= wanted:
                return
        time.sleep(0.1)
    raise AssertionError(query)


def test_a_running_daemon_forgets_what_it_holds_in_memory_too(busy: Any) -> None:
    daemon, client = busy
    secret = "Project Nightingale budget"
    now = datetime.now(UTC)
    for number in range(6):
        title = f"{secret} {number}" if number % 2 else f"Plain page {number}"
        start = now + timedelta(seconds=1.5 * number)
        client.insert("w", start, 1.4, app=f"App{number}", title=title)
        client.insert("k", start + timedelta(seconds=0.2), 0.5,
                      **{"from": "keyboard", "type": "input", "data": f"typed {title}"})  # fmt: skip
        client.insert("c", start + timedelta(seconds=1), 0.0, type="text", text=f"copied {title}")
    _wait(daemon.folder, "SELECT count(*) FROM observations", 4)
    assert held(daemon.folder, [secret])
    done = daemon.cli("forget", "--string", secret, "--yes", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["left_in"] == [] and told["gone"]["raw rows"] >= 9
    assert held(daemon.folder, [secret]) == {}
    # told late, typed again by the command itself: not for the next minutes
    client.insert("k", datetime.now(UTC), 0.0, command=f"hunch forget --string '{secret}'")
    client.insert("w", datetime.now(UTC), 1.0, app="Terminal", title=f"forget {secret}")
    client.insert("w", datetime.now(UTC), 1.0, app="Terminal", title="something else")
    time.sleep(2.5)
    daemon.stop()
    assert held(daemon.folder, [secret]) == {}
    assert "something else" in kept(daemon.folder) and "Plain page" in kept(daemon.folder)


def test_under_load_the_rest_arrives_and_what_went_stays_away(busy: Any) -> None:
    daemon, client = busy
    stop, acknowledged = threading.Event(), []
    start = datetime.now(UTC)

    def load(lane: int) -> None:
        number = 0
        while not stop.is_set():
            word = "forgettable" if number % 5 == 0 else "lasting"
            text = f"{word} words {lane}-{number}"
            client.insert("c", datetime.now(UTC), 0.0, type="text", text=text)
            acknowledged.append((text, time.monotonic()))
            number += 1

    threads = [threading.Thread(target=load, args=(lane,)) for lane in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    done = daemon.cli("forget", "--string", "forgettable words", "--yes", "--json")
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["left_in"] == []
    daemon.stop()
    assert held(daemon.folder, ["forgettable words"]) == {}
    whole = kept(daemon.folder)
    lasting = [text for text, _ in acknowledged if text.startswith("lasting")]
    assert len(lasting) > 50 and all(f'"{text}"' in whole for text in lasting)
    assert start < datetime.now(UTC)


def test_the_last_minutes_go_from_an_open_window_and_all_from_everything(busy: Any) -> None:
    daemon, client = busy
    now = datetime.now(UTC)
    client.insert(
        "w", now - timedelta(hours=3), 3 * 3600 - 1, app="Reader", title="A long book read"
    )
    client.insert("c", now - timedelta(hours=2), 0.0, type="text", text="copied two hours ago")
    client.insert("c", now - timedelta(minutes=2), 0.0, type="text", text="copied two minutes ago")
    done = daemon.cli("forget", "--last", "1h", "--yes")
    assert done.returncode == 0, done.stderr
    assert held(daemon.folder, ["copied two minutes ago"]) == {}
    with closing(sqlite3.connect(daemon.folder / "hunch.db")) as database:
        (length,) = database.execute(
            "SELECT duration_us FROM events WHERE data LIKE '%book%'"
        ).fetchone()
    assert abs(length / 1e6 - 7200) < 60, "a state that began before is cut at the border"
    assert daemon.cli("forget", "--all", "--yes").returncode == 0
    assert held(daemon.folder, ["A long book read", "copied two hours ago"]) == {}
    assert client.insert("c", datetime.now(UTC), 0.0, type="text", text="copied afterwards")
    assert json.loads(daemon.cli("status", "--json").stdout)["state"] == "recording"
    daemon.stop()
    assert "copied afterwards" in kept(daemon.folder)


def test_the_api_wants_the_token_and_one_selector(busy: Any) -> None:
    daemon, client = busy
    client.insert("c", datetime.now(UTC), 0.0, type="text", text="this stays where it is")
    bad: list[Any] = [
        {}, {"everything": True, "app": "x"}, {"app": "x", "text": "y"}, {"text": " "},
        {"string": "x"}, {"before": "once"},
    ]  # fmt: skip
    for body in bad:
        status, answer = client.post("/api/hunch/0/forget", body)
        assert 400 <= status < 504 and answer["message"], body
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)
    with closing(connection):
        connection.request("POST", "/api/hunch/0/forget", '{"everything": true}')
        assert connection.getresponse().status == 401
    status, answer = client.post("/api/hunch/0/forget", {"everything": True, "count_only": True})
    assert status == 200 and answer["counted"] and answer["gone"]["raw rows"] == 1
    daemon.stop()
    assert "this stays where it is" in kept(daemon.folder)
