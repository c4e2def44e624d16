"""The clock stepping back and forward an hour (libfaketime): all is there, and nothing waits an hour."""

import http.client
import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.load import BUCKET, Load, headers, make_bucket

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
HOUR_S = 3600
EACH = times(2, 3)  # windows before a step

pytestmark = [
    pytest.mark.skipif(LIBRARY is None, reason="without libfaketime no clock can be stepped"),
    pytest.mark.timeout(times(180, 3600)),
]


class Clock:
    """The clock of a daemon's process; time that passes is the machine's."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.step(0)
        self.env = {
            **os.environ,
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
        }

    def step(self, offset_s: int) -> None:
        """Set it so far from the true time."""
        scratch = self._file.with_suffix(".new")
        scratch.write_text(f"{offset_s:+d}\n")
        scratch.replace(self._file)
        self.offset = timedelta(seconds=offset_s)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def windows(daemon: Any, clock: Clock, number: int) -> str:
    """A page in front for a moment, as a window watcher tells it."""
    title = f"page {number}"
    event = {"timestamp": clock.now().isoformat(), "duration": 1.5,
             "data": {"app": f"Writer{number % 3}", "title": title}}  # fmt: skip
    with closing(http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)) as line:
        path = "/api/0/buckets/windows/events"
        line.request("POST", path, json.dumps(event), headers(daemon.token))
        assert line.getresponse().status == 200
    return title


def test_a_clock_that_steps_an_hour_loses_nothing(
    tmp_path: Path, start_daemon: Callable[..., Any], say: Say
) -> None:
    clock, load, titles = Clock(tmp_path), Load(lanes=2), list[str]()
    daemon = start_daemon(clock.env, pause_s=1)
    with closing(http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)) as line:
        body = json.dumps({"type": "currentwindow", "client": "c", "hostname": "h"})
        line.request("POST", "/api/0/buckets/windows", body, headers(daemon.token))
        line.getresponse().read()
    make_bucket(daemon.port, daemon.token)
    steps = (-HOUR_S, 0, HOUR_S, 0) * times(1, 5)
    with load.on(daemon.port, daemon.token, 0.05):
        for offset in steps:
            for _ in range(EACH):
                titles.append(windows(daemon, clock, len(titles)))
                time.sleep(1.6)
            clock.step(offset)
    assert daemon.cli("pause", "1s").returncode == 0  # begins, and ends though the clock goes back
    clock.step(-HOUR_S)
    deadline = time.monotonic() + 10
    while json.loads(daemon.cli("status", "--json").stdout)["state"] != "recording":
        assert time.monotonic() < deadline, "a pause of a second waits for an hour"
    daemon.stop()
    path = daemon.folder / "hunch.db"
    found = numbers(path, BUCKET)
    told = _told(path)
    say(
        f"{len(steps)} steps: {balance(load.acknowledged, found)}, {sum(load.refused.values())} refused, "
        f"{len(titles)} windows, {len(set(titles) & set(told))} told, integrity {integrity(path)}"
    )
    assert not set(load.acknowledged) - set(found) and len(found) == len(set(found))
    # the last ones lie an hour ahead of the clock as it was at the end: their rows are kept
    assert set(titles[:-EACH]) <= set(told) and len(told) == len(set(told))
    assert integrity(path) == "ok" and not load.refused


def _told(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT title FROM segments WHERE title LIKE 'page %'").fetchall()
    return [row[0] for row in rows]
