"""Nothing is handed to a model that is not in the ledger, and the ledger can be read."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.egress import BEFORE_ALL, Ledger
from daemon.errors import HunchError
from daemon.store import Store, egress
from daemon.worker import ModelWorker, WorkerUnavailable
from models.asking import Asking
from models.messages import Setup
from models.observation import Observation
from tests.chat_server import ScriptedServer
from tests.conftest import Daemon
from tests.moments import key, keyboard, moment

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SEGMENT = moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment
HISTORY = [Observation("1784624400.000", "The user runs 'pytest -q' in XTerm.")]


@pytest.mark.anyio
async def test_each_question_is_written_down_before_it_is_asked(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        worker = ModelWorker(Setup("none"), Ledger(store, lambda: NOW))
        try:
            await worker.describe(SEGMENT)
            await worker.need(HISTORY, [None])
            await worker.status()
        finally:
            await worker.close()
        rows = store.read(egress.newest)
    assert [(row.purpose, row.destination) for row in rows] == [
        ("describe", "model worker"),
        ("need", "model worker"),
    ]
    assert (rows[0].first, rows[0].last) == (SEGMENT.start, SEGMENT.end)
    assert all(row.bytes > 50 and row.time == NOW and row.text is None for row in rows)


@pytest.mark.anyio
async def test_what_cannot_be_written_down_is_not_handed_over(tmp_path: Path) -> None:
    class Full(Ledger):
        async def note(
            self,
            purpose: str,
            size: int,
            first: datetime,
            last: datetime,
            destination: str = "",
            text: str | None = None,
        ) -> None:
            raise HunchError("Disk full", "The disk is full.")

    with Store.open(tmp_path / "hunch.db") as store:
        worker = ModelWorker(Setup("none"), Full(store, lambda: NOW))
        try:
            with pytest.raises(WorkerUnavailable, match="The disk is full"):
                await worker.describe(SEGMENT)
        finally:
            await worker.close()


@pytest.mark.anyio
async def test_what_goes_to_a_server_is_written_down_word_by_word(tmp_path: Path) -> None:
    with ScriptedServer() as server, Store.open(tmp_path / "hunch.db") as store:
        worker = ModelWorker(Setup(server.address), Ledger(store, lambda: NOW), key="sesame")
        try:
            await worker.describe(SEGMENT)
            await worker.predict(Asking(HISTORY))
            assert worker.thrift.asked == 1  # a server is asked, whatever it takes there
        finally:
            await worker.close()
        rows = [row for row in store.read(egress.newest) if row.text]
        assert [row.purpose for row in rows] == ["describe", "predict"]
        # Forgetting any time before forgets the words of a profile with them.
        assert (rows[0].first, rows[1].first) == (SEGMENT.start, BEFORE_ALL)
        assert {row.destination for row in rows} == {f"server {server.where}"}
        assert [row.text for row in rows] == [asked.words for asked in server.asked]
        assert "pytest -q" in (rows[1].text or "") and rows[1].bytes == len(server.asked[1].words)
        assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer sesame"}
        assert "sesame" not in (tmp_path / "hunch.db").read_bytes().decode(errors="replace")


@pytest.mark.anyio
async def test_what_cannot_be_written_down_goes_to_no_server(tmp_path: Path) -> None:
    class Full(Ledger):
        async def note(self, *told: Any, **more: Any) -> None:
            if len(told) > 4:  # to another program
                raise HunchError("Disk full", "The disk is full.")

    with ScriptedServer() as server, Store.open(tmp_path / "hunch.db") as store:
        worker = ModelWorker(Setup(server.address), Full(store, lambda: NOW))
        try:
            assert (await worker.describe(SEGMENT))[1] == "rules"
            assert worker.problem is not None and "nothing was sent" in worker.problem
        finally:
            await worker.close()
        assert server.asked == []


def test_the_ledger_of_a_day_is_read_on_the_command_line(
    start_daemon: Callable[..., Daemon],
) -> None:
    daemon = start_daemon(pause_s=1.0)
    bucket = f"http://127.0.0.1:{daemon.port}/api/0/buckets/aw-watcher-window_here"
    post(daemon, bucket, {"type": "currentwindow", "client": "test", "hostname": "here"})
    for title in ("notes.txt", "report.py"):
        data = {"app": "Mousepad", "title": title}
        now = datetime.now(UTC).isoformat()
        post(daemon, f"{bucket}/events", {"timestamp": now, "duration": 0.5, "data": data})
        time.sleep(1)
    deadline = time.monotonic() + 40
    while not (rows := json.loads(daemon.cli("egress", "--json").stdout)["rows"]):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    told = daemon.cli("egress").stdout
    assert "Nothing left this machine" in told and "describe" in told
    daemon.stop()
    assert daemon.cli("egress", str(rows[0]["id"])).stdout.startswith("The user ")
    one = json.loads(daemon.cli("egress", str(rows[0]["id"]), "--json").stdout)
    assert one["row"] == rows[0] and one["told"][0].startswith("The user ")
    missing = daemon.cli("egress", "999999")
    assert missing.returncode == 1 and missing.stderr.count("\n") == 1
    with sqlite3.connect(daemon.folder / "hunch.db") as conn:
        columns = " ".join(str(row) for row in conn.execute("SELECT * FROM egress"))
    conn.close()
    assert "notes.txt" not in columns


def test_the_daemon_itself_is_offline(tmp_path: Path) -> None:
    """The guard stands in the very process: what it would load cannot phone home."""
    code = (
        "import socket, threading\n"
        "from daemon.config import load_settings\n"
        "from daemon import service\n"
        "def started(port, silent):\n"
        "    socket.create_connection(('127.0.0.1', port), 5).close()\n"
        "    socket.create_connection(('192.0.2.1', 80), 1)\n"
        "service.serve(load_settings(), started)\n"
    )
    values = {"HUNCH_PORT": "0", "HUNCH_TRAY": "false", "HUNCH_MODEL": "none"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, **values, "HUNCH_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "models.offline.OfflineError" in done.stderr and "192.0.2.1" not in done.stderr


def post(daemon: Daemon, url: str, body: object) -> None:
    import urllib.request

    request = urllib.request.Request(  # noqa: S310 - loopback
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
