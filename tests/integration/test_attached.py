"""Attached to a server that speaks ActivityWatch: a real one over HTTP, with aw-client on both sides.

The server is Hunch's own, embedded one, so that no other program is needed. Tried by hand besides
against aw-server 0.12.0 (with `--storage memory`: its default one fails with peewee 4).
"""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from daemon.forwarding import Forwarder
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.server.activitywatch import ActivityWatch
from daemon.server.guard import Guard, Rights
from daemon.server.serve import bind, serve
from daemon.store import Store, capture
from watchers.activitywatch import AttachedSource, probe
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.forwarding import Peer

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # aw-client's, of its imports
]

HOUR = timedelta(hours=1)
WINDOW = Bucket("aw-watcher-window_test", "currentwindow", "aw-watcher-window", "test")
KEYS = Bucket("aw-watcher-input_test", "os.hid.input", "aw-watcher-input", "test")


class ListSink:
    """Keeps what comes, heartbeats merged as a store merges them."""

    def __init__(self) -> None:
        self.events: dict[Bucket, list[Event]] = {}

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.events.setdefault(bucket, []).append(event)

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        known = self.events.setdefault(bucket, [])
        merged = merge_heartbeat(known[-1], event, pulsetime_s) if known else None
        self.events[bucket] = [*known[:-1], merged] if merged else [*known, event]

    def told(self, bucket_id: str) -> list[tuple[dict[str, Any], float]]:
        return [
            (event.data, event.duration)
            for bucket, events in self.events.items()
            if bucket.id == bucket_id
            for event in events
        ]


@asynccontextmanager
async def serving(store: Store, port: int) -> AsyncIterator[None]:
    stop = asyncio.Event()
    watch = ActivityWatch(store, Recorder(store, Privacy(Rules())), "device")
    app = Starlette(routes=[one.route() for one in watch.endpoints()])
    task = asyncio.create_task(serve(Guard(app, "token", Rights(reads=True)), bind(port), stop))
    try:
        await until(lambda: True)
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def pulling(source: AttachedSource) -> AsyncIterator[ListSink]:
    sink = ListSink()
    task = asyncio.create_task(source.run(sink))
    try:
        yield sink
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    await asyncio.sleep(0.1)
    while not true() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def other_client(port: int) -> AsyncIterator[Any]:
    from aw_client import ActivityWatchClient

    client = await asyncio.to_thread(
        ActivityWatchClient, "aw-watcher-web", host="127.0.0.1", port=port
    )
    try:
        yield client
    finally:
        release(client)


def release(client: Any) -> None:
    """Close what aw-client leaves open: its queue's file, and the lock that allows one of a name."""
    client.request_queue._persistqueue.close()
    if (lock := getattr(client.instance, "fp", None)) is not None:
        lock.close()


def peer(moment: datetime, duration_s: float = 0.0, **data: str) -> Any:
    from aw_core.models import Event as PeerEvent

    return PeerEvent(timestamp=moment, duration=timedelta(seconds=duration_s), data=data)


async def test_what_others_write_comes_in_once_as_it_grows_and_nothing_from_before(
    tmp_path: Path,
) -> None:
    port, now = free_port(), datetime.now(UTC)
    source = AttachedSource(port, skip={"ours_test"}, interval_s=0.1, since=now - HOUR / 2)
    with Store.open(tmp_path / "hunch.db") as store:
        async with serving(store, port), pulling(source) as sink, other_client(port) as client:
            for bucket in ("web_test", "ours_test"):
                await asyncio.to_thread(client.create_bucket, bucket, "web.tab.current")
                for event in (
                    peer(now - HOUR, 60, url="long ago"),
                    peer(now - HOUR / 2 - timedelta(seconds=60), 90, url="reaches in"),
                    peer(now - timedelta(seconds=60), 1, url="a"),
                ):
                    await asyncio.to_thread(client.insert_event, bucket, event)
            for second in range(6):
                moment = now - timedelta(seconds=30 - second)
                beat = peer(moment, 0, url="grows")
                await asyncio.to_thread(client.heartbeat, "web_test", beat, 5)
                await asyncio.sleep(0.1)
            await until(lambda: ({"url": "grows"}, 5.0) in sink.told("web_test"))
    told = sink.told("web_test")
    assert told[0] == ({"url": "reaches in"}, pytest.approx(30.0, abs=0.01))
    assert told[1:] == [({"url": "a"}, 1.0), ({"url": "grows"}, 5.0)]
    assert sink.told("ours_test") == []


async def test_a_server_that_goes_away_is_waited_for_and_nothing_is_missed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port, now = free_port(), datetime.now(UTC)
    source = AttachedSource(port, interval_s=0.1, since=now - HOUR)
    with Store.open(tmp_path / "hunch.db") as store:
        async with pulling(source) as sink:
            for number in range(3):
                async with serving(store, port), other_client(port) as client:
                    await asyncio.to_thread(client.create_bucket, "web_test", "web.tab.current")
                    event = peer(now - timedelta(seconds=60 - number), 0.5, url=str(number))
                    await asyncio.to_thread(client.insert_event, "web_test", event)
                    if number != 1:  # the second is written while nobody may have looked
                        await until(lambda told=number: len(sink.told("web_test")) > told)  # type: ignore[misc]
    assert [data["url"] for data, _ in sink.told("web_test")] == ["0", "1", "2"]
    assert "does not answer" in caplog.text


@asynccontextmanager
async def forwarding(path: Path, port: int) -> AsyncIterator[tuple[Recorder, Forwarder]]:
    """Our own side: what the recorder takes is sent."""
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()))
        peer, ids = Peer(port), (WINDOW.id, KEYS.id)
        forwarder = Forwarder(store, recorder, peer, ids, lambda: datetime.now(UTC), 0.1)
        await forwarder.start()
        task = asyncio.create_task(forwarder.run())
        try:
            yield recorder, forwarder
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_our_events_reach_the_server_and_others_buckets_are_left_to_them(
    tmp_path: Path,
) -> None:
    port, now = free_port(), datetime.now(UTC) - HOUR
    with Store.open(tmp_path / "hunch.db") as store:
        async with serving(store, port), other_client(port) as other:
            await asyncio.to_thread(other.create_bucket, WINDOW.id, WINDOW.type)
            async with forwarding(tmp_path / "ours.db", port) as (recorder, _):
                for second in range(5):
                    moment = now + timedelta(seconds=second)
                    recorder.heartbeat(WINDOW, Event(moment, data={"app": "XTerm"}), 5)
                    recorder.insert(KEYS, Event(moment, 0.25, {"data": str(second)}))
                await recorder.flush()
                await until(lambda: store.read(lambda conn: capture.count(conn, KEYS.id)) == 5)
        typed = store.read(lambda conn: capture.events(conn, KEYS.id))
        assert store.read(lambda conn: capture.events(conn, WINDOW.id)) == []
    assert sorted(event.data["data"] for event in typed) == ["0", "1", "2", "3", "4"]
    assert {event.duration for event in typed} == {0.25}


async def test_a_state_grows_on_the_server_too(tmp_path: Path) -> None:
    port, now = free_port(), datetime.now(UTC) - HOUR
    with Store.open(tmp_path / "hunch.db") as store:
        async with serving(store, port), forwarding(tmp_path / "ours.db", port) as (recorder, _):
            for second in range(6):
                moment = now + timedelta(seconds=second)
                recorder.heartbeat(WINDOW, Event(moment, data={"app": f"a{second // 3}"}), 5)
                await recorder.flush()
                await asyncio.sleep(0.15)

            def told() -> list[tuple[str, float]]:
                events = store.read(lambda conn: capture.events(conn, WINDOW.id))
                return [(event.data["app"], event.duration) for event in events]

            await until(lambda: told() == [("a1", 2.0), ("a0", 2.0)])
        assert told() == [("a1", 2.0), ("a0", 2.0)]


async def test_what_was_forgotten_while_the_server_was_away_is_never_sent(tmp_path: Path) -> None:
    port, now = free_port(), datetime.now(UTC) - HOUR
    with Store.open(tmp_path / "hunch.db") as store:
        async with forwarding(tmp_path / "ours.db", port) as (recorder, forwarder):
            for number in range(6):
                data = {"data": "secret" if number % 2 else f"plain {number}"}
                recorder.insert(KEYS, Event(now + timedelta(seconds=number), 0.0, data))
            await recorder.flush()
            await until(lambda: forwarder.problem is not None)
            ours = forwarder._store
            await ours.write(
                lambda conn: conn.execute("DELETE FROM events WHERE data LIKE '%secret%'")
            )
            recorder.insert(
                KEYS, Event(now + HOUR / 2, 0.0, {"data": "a number that is used again"})
            )
            await recorder.flush()
            async with serving(store, port):
                await until(lambda: store.read(lambda conn: capture.count(conn, KEYS.id)) == 4)
        events = store.read(lambda conn: capture.events(conn, KEYS.id))
        assert [event.data["data"] for event in reversed(events)] == [
            "plain 0", "plain 2", "plain 4", "a number that is used again",
        ]  # fmt: skip


async def test_who_answers_at_a_port(tmp_path: Path) -> None:
    port = free_port()
    assert probe(port) == "free"
    with Store.open(tmp_path / "hunch.db") as store:
        async with serving(store, port):
            assert await asyncio.to_thread(probe, port) == "hunch"
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as stranger:
        thread = threading.Thread(target=stranger.handle_request)
        thread.start()
        assert await asyncio.to_thread(probe, stranger.server_port) == "other"
        thread.join()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert await asyncio.to_thread(probe, mute.getsockname()[1], timeout_s=0.2) == "other"
