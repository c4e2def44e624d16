"""Another program holds the database: a moment is waited for, more is told, nothing acknowledged is lost."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.load import BUCKET, Load

HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
held.execute(sys.argv[2])
print("held", flush=True)
time.sleep(float(sys.argv[3]))
held.execute("ROLLBACK")
"""


@pytest.mark.timeout(times(180, 3600))
@pytest.mark.parametrize(("how", "seconds"), [("BEGIN IMMEDIATE", 1.0), ("BEGIN EXCLUSIVE", 8.0)])
def test_a_locked_database_is_waited_for(
    how: str, seconds: float, start_daemon: Callable[..., Any], say: Say
) -> None:
    rounds, seconds = times(1, 3), seconds if seconds < 2 else times(8, 20)
    load, daemon = Load(lanes=2), start_daemon()
    path = daemon.folder / "hunch.db"
    for _ in range(rounds):
        with load.on(daemon.port, daemon.token, 0.02):
            other = subprocess.Popen(
                [sys.executable, "-c", HOLD, str(path), how, str(seconds)],
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert other.stdout is not None and other.stdout.readline() == "held\n"
            time.sleep(seconds - 0.5)
            problems = " ".join(json.loads(daemon.cli("status", "--json").stdout)["problems"])
            assert other.wait(60) == 0
            other.stdout.close()
            before, deadline = len(load.acknowledged), time.monotonic() + 20
            while len(load.acknowledged) < before + 20:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert ("Another program holds" in problems) == (seconds > 6), problems
    daemon.stop()
    found = numbers(path, BUCKET)
    say(
        f"{rounds} times {how} for {seconds:g} s: {balance(load.acknowledged, found)}, "
        f"{sum(load.refused.values())} refused, integrity {integrity(path)}"
    )
    assert not set(load.acknowledged) - set(found) and len(found) == len(set(found))
    assert set(load.refused) <= {503} and integrity(path) == "ok"
    assert seconds > 2 or not load.refused
