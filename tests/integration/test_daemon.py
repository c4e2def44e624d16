"""The daemon's life: consent, one a folder, killed, started on what it cannot use."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from daemon.lock import running
from daemon.token import token_of


def run_hunch(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "HUNCH_DATA_DIR": str(folder), "HUNCH_TRAY": "false", "HUNCH_PORT": "0"}
    env |= {f"HUNCH_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-P", "-m", "daemon", *arguments],
        env=env, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_before_a_yes_nothing_is_captured(tmp_path: Path) -> None:
    done = run_hunch(tmp_path / "data", "run")
    assert done.returncode == 1
    assert "--yes or HUNCH_CONSENT=yes" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_hunch(tmp_path / "file" / "data", "run", "--yes")
    assert done.returncode == 1 and "--data-dir" in done.stderr and done.stderr.count("\n") == 1


def test_a_second_daemon_says_so_and_exits_1(start_daemon: Callable[..., Any]) -> None:
    first = start_daemon()
    second = first.cli("run", "--yes")
    assert second.returncode == 1
    assert f"already running on {first.folder} (process {first.process.pid})" in second.stderr
    assert first.process.poll() is None


def test_start_status_and_stop(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    try:
        started = run_hunch(folder, "start", consent="yes", model="none")
        assert started.returncode == 0 and "Hunch is running" in started.stdout, started.stderr
        status = json.loads(run_hunch(folder, "status", "--json").stdout)
        assert status["state"] == "recording" and status["mode"] == "embedded"
    finally:
        stopped = run_hunch(folder, "stop")
    assert stopped.returncode == 0 and "stopped" in stopped.stdout
    assert running(folder) is None
    assert json.loads(run_hunch(folder, "status", "--json").stdout)["state"] == "stopped"
    refused = run_hunch(folder, "accept", "1")
    assert refused.returncode == 1 and "hunch start" in refused.stderr


def test_an_empty_secret_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "token").touch()
    assert len(token_of(tmp_path)) >= 32
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_acknowledged_events_survive_a_kill(start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon()
    acknowledged: list[int] = []
    start = datetime.now(UTC) - timedelta(hours=1)

    def stream(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=5)
        with closing(connection):
            for number in range(first, 100_000, 4):
                event = {
                    "timestamp": (start + timedelta(milliseconds=number)).isoformat(),
                    "data": {"number": number},
                }
                try:
                    connection.request("POST", "/api/0/buckets/kill/events", json.dumps(event))
                    if connection.getresponse().read() is not None:
                        acknowledged.append(number)
                except (OSError, http.client.HTTPException):
                    return

    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=5)
    connection.request("POST", "/api/0/buckets/kill", '{"type": "t"}')
    assert connection.getresponse().status == 200
    connection.close()
    threads = [threading.Thread(target=stream, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    daemon.process.send_signal(signal.SIGKILL)
    daemon.process.wait(10)
    for thread in threads:
        thread.join()
    again = start_daemon()
    again.stop()
    with closing(sqlite3.connect(again.folder / "hunch.db")) as database:
        rows = database.execute("SELECT json_extract(data, '$.number') FROM events").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(acknowledged) > 50
    assert not set(acknowledged) - {row[0] for row in rows}


def test_a_killed_daemon_goes_on_with_its_session(start_daemon: Callable[..., Any]) -> None:
    first = start_daemon()
    first.process.kill()
    first.process.wait(10)
    second = start_daemon()
    assert json.loads(second.cli("status", "--json").stdout)["session"] == 1
    second.stop()
    sessions = json.loads(second.cli("sessions", "--json").stdout)
    assert [session["id"] for session in sessions] == [1] and sessions[0]["ended"]


def test_a_database_of_a_newer_hunch_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "hunch.db"
    _newer(path)
    before = path.read_bytes()
    done = run_hunch(tmp_path, "run", "--yes")
    assert done.returncode == 1 and "written by a newer Hunch" in done.stderr
    assert done.stderr.count("\n") == 1 and path.read_bytes() == before


def test_a_damaged_database_is_set_aside_and_told_in_one_sentence(
    tmp_path: Path, start_daemon: Callable[..., Any]
) -> None:
    path = tmp_path / "data" / "hunch.db"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    before = path.read_bytes()
    daemon = start_daemon()
    (aside,) = path.parent.glob("hunch.db.damaged-*")
    assert aside.read_bytes() == before
    problems = json.loads(daemon.cli("status", "--json").stdout)["problems"]
    (told,) = [problem for problem in problems if "was damaged" in problem]
    assert "begins anew" in told and aside.name in told
    assert aside.name in daemon.cli("doctor").stdout
    assert told in (path.parent / "hunch.log").read_text()
    daemon.stop()
    assert told in daemon.process.stderr.read().decode()
    assert run_hunch(path.parent, "forget", "--all", "--yes").returncode == 0
    assert not aside.exists() and "was damaged" not in run_hunch(path.parent, "status").stdout


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set, name, applied_at);"
            "INSERT INTO _sqlite_migrations VALUES (1, 'hunch', '9999_future', '');"
        )


def test_a_port_in_use_is_told_and_the_rest_goes_on(start_daemon: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        daemon = start_daemon(port=port)
        status = json.loads(daemon.cli("status", "--json").stdout)
    assert status["port"] != port
    assert any(f"Port {port} is used" in problem for problem in status["problems"])


def test_without_a_display_each_watcher_says_so_and_the_api_works(
    start_daemon: Callable[..., Any],
) -> None:
    env = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    daemon = start_daemon(env)
    time.sleep(1)
    problems = json.loads(daemon.cli("status", "--json").stdout)["problems"]
    assert problems and all("display" in problem for problem in problems)


def test_where_no_key_is_heard_it_says_that_no_popup_comes(
    start_daemon: Callable[..., Any],
) -> None:
    env = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
    daemon = start_daemon({**env, "DISPLAY": ":7777"}, tray="true")  # nobody answers there
    deadline = time.monotonic() + 30
    while "no popup comes" not in (told := daemon.cli("status").stdout):
        assert time.monotonic() < deadline, told
        time.sleep(0.2)


def test_wrong_usage_and_wrong_settings(tmp_path: Path) -> None:
    assert run_hunch(tmp_path, "log", "--bogus").returncode == 2
    assert run_hunch(tmp_path, "pause", "soon").returncode == 2
    done = run_hunch(tmp_path, "log")
    assert done.returncode == 1 and "Nothing is recorded" in done.stderr
    wrong = run_hunch(tmp_path, "log", popup_s="-3")
    assert wrong.returncode == 1 and "popup_s" in wrong.stderr


def test_times_are_told_in_the_users_own_zone(start_daemon: Callable[..., Any]) -> None:
    # Given: a user five hours east of UTC (POSIX counts the other way)
    daemon = start_daemon({**os.environ, "TZ": "EAST-5"})
    here = timezone(timedelta(hours=5))
    # When: it is paused, and its sessions are listed
    before = datetime.now(here)
    paused = daemon.cli("pause", "10m").stdout
    status = daemon.cli("status").stdout
    listed = daemon.cli("sessions").stdout
    # Then: by the clock on the wall
    until = re.search(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d)\.\n", paused)
    assert until is not None, paused
    expected = {f"{before + timedelta(minutes=10, seconds=extra):%H:%M}" for extra in (0, 30)}
    assert until[2] in expected and f"paused until {until[0][:-2]}, on port" in status
    assert f"{before:%Y-%m-%d}" in listed
    assert any(f" {before - timedelta(seconds=ago):%H:%M} to now" in listed for ago in (0, 60))


def test_a_list_without_rows_says_so(start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon()
    assert daemon.cli("search", "nowhere").stderr == "No sentence holds all of these words.\n"
    assert "No sentence yet" in daemon.cli("log").stderr
    assert daemon.cli("proposals").stderr == "Nothing was proposed yet.\n"
    for command in ("log", "egress", "proposals"):
        assert daemon.cli(command, "--limit", "-3").returncode == 2
