"""A window that says that the screen is shared is noticed as it opens and as it closes."""

import asyncio
import time
from collections.abc import Callable

import pytest

from daemon.demo.display import VirtualDesktop
from watchers.event import Bucket, Event
from watchers.platform import read_session
from watchers.sharing import SharingWatcher

pytestmark = pytest.mark.anyio


class Nothing:
    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        raise AssertionError

    def insert(self, bucket: Bucket, event: Event) -> None:
        raise AssertionError


async def test_sharing_is_noticed(desktop: VirtualDesktop) -> None:
    told: list[bool] = []
    watcher = SharingWatcher(read_session(), told.append)
    running = asyncio.create_task(watcher.run(Nothing()))
    await asyncio.sleep(0.5)
    other = desktop.start(["xterm", "-T", "notes on screen sharing", "-e", "sleep 60"])
    sign = desktop.start(
        ["xterm", "-T", "meet.example.org is sharing your screen.", "-e", "sleep 60"]
    )
    await until(lambda: told == [True])
    other.terminate()
    await asyncio.sleep(1.5)
    assert told == [True]
    sign.terminate()
    await until(lambda: told == [True, False])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for process in (other, sign):
        process.wait(10)


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
