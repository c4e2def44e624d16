"""SIGKILL at random moments under load: what was acknowledged is there, what watchers saw a second ago, too."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.soak import watching
from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.load import BUCKET, Load

WITHIN_S = 1.0  # what watchers saw so long ago is on disk


@pytest.mark.timeout(times(180, 3600))
def test_what_was_acknowledged_survives_kills(start_daemon: Callable[..., Any], say: Say) -> None:
    kills, load, chance = times(6, 200), Load(), random.Random(4)
    for _ in range(kills):
        daemon = start_daemon()
        with load.on(daemon.port, daemon.token):
            time.sleep(chance.uniform(0.05, 1.5))
            daemon.process.send_signal(signal.SIGKILL)
            daemon.process.wait(10)
        assert integrity(daemon.folder / "hunch.db") == "ok"
    found = numbers(daemon.folder / "hunch.db", BUCKET)
    say(f"{kills} kills: {balance(load.acknowledged, found)}, integrity ok")
    assert len(load.acknowledged) > 20 * kills
    assert not set(load.acknowledged) - set(found)
    assert len(found) == len(set(found))
    assert not list(daemon.folder.glob("*.damaged-*")), "a kill is no damage"


@pytest.mark.timeout(times(180, 3600))
def test_what_our_watchers_saw_a_second_before_a_kill_is_there(tmp_path: Path, say: Say) -> None:
    kills, chance, path = times(5, 200), random.Random(5), tmp_path / "hunch.db"
    told: list[int] = []
    due: set[int] = set()
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.soak.watching", str(path), str(len(told))],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        heard: list[tuple[int, float]] = []
        reading = threading.Thread(target=_hear, args=(process, heard))
        reading.start()
        while not heard:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.2, 2.5))
        process.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        process.wait(10)
        reading.join()
        assert process.stdout is not None
        process.stdout.close()
        told += [number for number, _ in heard]
        due |= {number for number, moment in heard if moment <= killed - WITHIN_S}
        assert integrity(path) == "ok"
    found = numbers(path, watching.KEYS.id)
    say(f"{kills} kills: {len(told):,} seen, of those older than 1 s: {balance(due, found)}, integrity ok")  # fmt: skip
    assert len(due) > 10 * kills
    assert not due - set(found)
    assert len(found) == len(set(found))


def _hear(process: "subprocess.Popen[str]", heard: list[tuple[int, float]]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n"):
            heard.append((int(line), time.monotonic()))  # noqa: PERF401 - heard while it grows
