"""A daemon that is stopped and goes on (SIGSTOP, SIGCONT), as a laptop that sleeps."""

import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.load import BUCKET, Load


@pytest.mark.timeout(times(180, 3600))
def test_suspended_and_resumed_under_load(start_daemon: Callable[..., Any], say: Say) -> None:
    rounds, load, chance = times(4, 100), Load(lanes=3), random.Random(9)
    daemon = start_daemon()
    with load.on(daemon.port, daemon.token):
        for _ in range(rounds):
            time.sleep(chance.uniform(0.05, 0.4))
            daemon.process.send_signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.1, 1.5))
            daemon.process.send_signal(signal.SIGCONT)
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(times(2, 11))  # in the long form longer than the clients wait: they leave
        daemon.process.send_signal(signal.SIGCONT)
        before, deadline = len(load.acknowledged), time.monotonic() + 30
        while len(load.acknowledged) < before + 20:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    daemon.stop()
    path = daemon.folder / "hunch.db"
    found = numbers(path, BUCKET)
    say(f"{rounds + 1} times: {balance(load.acknowledged, found)}, integrity {integrity(path)}")
    assert not set(load.acknowledged) - set(found) and len(found) == len(set(found))
    assert integrity(path) == "ok" and not load.refused
