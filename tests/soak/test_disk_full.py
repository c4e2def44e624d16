"""A disk without room: what was acknowledged is there, the rest is refused, and it goes on by itself.

On a small tmpfs, which root may mount; `tests/integration/test_store.py` bounds the file's pages instead.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import HunchError
from daemon.store import copies
from daemon.store.backup import back_up
from tests.planted import plant
from tests.soak.ledger import Say, balance, integrity, numbers, times
from tests.soak.load import BUCKET, Load


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def problems(daemon: Any) -> str:
    return " ".join(json.loads(daemon.cli("status", "--json").stdout)["problems"])


def until(true: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.timeout(times(180, 3600))
def test_a_full_disk_loses_nothing_acknowledged_and_is_told(
    disk: Path, start_daemon: Callable[..., Any], say: Say
) -> None:
    rounds, load = times(1, 10), Load(lanes=3)
    daemon = start_daemon(data_dir=disk / "data")
    for _ in range(rounds):
        refused = sum(load.refused.values())
        with load.on(daemon.port, daemon.token, 0.01):
            ballast = fill(disk)
            until(lambda known=refused: sum(load.refused.values()) > known + 10)  # type: ignore[misc]
            until(lambda: "full" in problems(daemon))
            ballast.unlink()
            before = len(load.acknowledged)
            until(lambda known=before: len(load.acknowledged) > known + 20)  # type: ignore[misc]
            until(lambda: "full" not in problems(daemon))
    daemon.stop()
    found = numbers(disk / "data" / "hunch.db", BUCKET)
    state = integrity(disk / "data" / "hunch.db")
    say(
        f"{rounds} times full: {balance(load.acknowledged, found)}, "
        f"{sum(load.refused.values()):,} refused, integrity {state}"
    )
    assert set(load.refused) <= {503}
    assert not set(load.acknowledged) - set(found) and state == "ok"
    assert len(found) == len(set(found))


def test_full_at_the_start_is_one_sentence_and_harms_nothing(
    disk: Path, start_daemon: Callable[..., Any], say: Say
) -> None:
    load = Load(lanes=2)
    daemon = start_daemon(data_dir=disk / "data")
    with load.on(daemon.port, daemon.token):
        time.sleep(0.7)
        daemon.process.kill()
        daemon.process.wait(10)
    ballast = fill(disk)
    done = daemon.cli("run", "--yes")
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    ballast.unlink()
    start_daemon(data_dir=disk / "data").stop()
    found = numbers(disk / "data" / "hunch.db", BUCKET)
    say(f"full at start: {balance(load.acknowledged, found)}; told: {done.stderr.strip()}")
    assert not set(load.acknowledged) - set(found)


def test_a_backup_without_room_leaves_the_one_before(disk: Path, say: Say) -> None:
    path = disk / "hunch.db"
    plant(path, 6, repeat=3)
    back_up(path, threading.Event())
    before = copies.backup_of(path).read_bytes()
    plant(path, 6, repeat=3)
    fill(disk)
    with pytest.raises((HunchError, OSError)) as refused:
        back_up(path, threading.Event())
    assert copies.backup_of(path).read_bytes() == before
    assert not copies.half_made(path).exists()
    say(f"backup on a full disk: the one before stands ({refused.value})")
