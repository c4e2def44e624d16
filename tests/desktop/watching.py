"""Running watchers for a while on the virtual desktop, and keeping what they tell."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from daemon.demo.display import VirtualDesktop
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.input import InputWatcher
from watchers.platform import read_session
from watchers.watcher import Watcher


class ListSink:
    """Keeps what comes, heartbeats merged as a store merges them."""

    def __init__(self) -> None:
        self.events: dict[str, list[Event]] = {}

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.events.setdefault(bucket.type, []).append(event)

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        known = self.events.setdefault(bucket.type, [])
        merged = merge_heartbeat(known[-1], event, pulsetime_s) if known else None
        if merged is None:
            known.append(event)
        else:
            known[-1] = merged

    def data(self, kind: str) -> list[dict[str, Any]]:
        return [event.data for event in self.events.get(kind, [])]

    def input(self) -> list[dict[str, Any]]:
        moved = {"from": "mouse", "data": {"type": "move"}}
        return [data for data in self.data("os.hid.input") if data != moved]


@asynccontextmanager
async def running(*watchers: Watcher) -> AsyncIterator[ListSink]:
    sink = ListSink()
    threads = set(threading.enumerate())
    tasks = [asyncio.create_task(watcher.run(sink)) for watcher in watchers]
    try:
        for watcher in watchers:
            if isinstance(watcher, InputWatcher):
                await asyncio.wait_for(watcher.ready.wait(), 15)
        await asyncio.sleep(0.3)  # the others have no more to do than one read
        yield sink
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ended:
            if not isinstance(end, asyncio.CancelledError):
                raise end or AssertionError("a watcher ended by itself")
    left = [t for t in set(threading.enumerate()) - threads if "asyncio" not in t.name]
    assert left == []


async def until(true: Callable[[], bool], within_s: float = 8.0) -> None:
    deadline = time.monotonic() + within_s
    while not true() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


async def xdotool(desktop: VirtualDesktop, *arguments: str) -> str:
    return await asyncio.to_thread(desktop.xdotool, *arguments)


def input_watcher(**options: Any) -> InputWatcher:
    return InputWatcher("test", read_session(), **options)
