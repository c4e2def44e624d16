"""An aw-server that is away again and again, while we are killed again and again: it gets all, once each.

The server is Hunch's own; hours are seconds.
"""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.forwarding import Forwarder
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store
from tests.integration.test_attached import free_port, serving
from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.watching import KEYS
from watchers.forwarding import Peer

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(times(180, 3600))]


@contextmanager
def watching(path: Path, port: int) -> Iterator[None]:
    """Our side; killed at the end."""
    first = max(numbers(path, KEYS.id), default=-1) + 1 if path.exists() else 0
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.soak.watching", str(path), str(first), str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)


async def test_an_aw_server_that_vanishes_gets_all_once(tmp_path: Path, say: Say) -> None:
    rounds, chance, port = times(4, 60), random.Random(6), free_port()
    ours = tmp_path / "ours.db"
    with Store.open(tmp_path / "theirs.db") as theirs:
        for number in range(rounds):
            with watching(ours, port):
                await asyncio.sleep(chance.uniform(0.5, 2.5))  # away
                if number % 4 < 3:  # and now and then for two of our lives
                    async with serving(theirs, port):
                        await asyncio.sleep(chance.uniform(0.5, 3.0))
        async with serving(theirs, port):
            await _send_the_rest(ours, port)
    kept, sent = numbers(ours, KEYS.id), numbers(tmp_path / "theirs.db", KEYS.id)
    say(
        f"{rounds} kills, {rounds} times away: of what is kept here, on the server: {balance(kept, sent)}, "
        f"integrity {integrity(ours)}"
    )
    assert len(kept) > 20 * rounds
    assert sorted(sent) == sorted(kept) == sorted(set(kept))


async def _send_the_rest(path: Path, port: int) -> None:
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()))
        peer = Peer(port)
        forwarder = Forwarder(store, recorder, peer, [KEYS.id], lambda: datetime.now(UTC))
        await forwarder.start()
        assert await forwarder._try()
