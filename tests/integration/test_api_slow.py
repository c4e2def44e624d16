"""Clients that are slow, silent, too many, or gone: each is cut, and the others are answered."""

import asyncio
import contextlib
import json
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.server import bind, create_app, serve
from daemon.server.connection import MOST, Patience
from daemon.store import Store, capture
from tests.raw import exchange, read, request
from watchers.event import Bucket, Event

SHORT = Patience(request=1.0, idle=1.5, unread=1.0)
LATE_S = 4.0
HEAD = b"POST /api/0/buckets/b/heartbeat?pulsetime=5 HTTP/1.1\r\nHost: localhost\r\n"


class Talkative:
    """Of our own endpoints, the stream alone; it says a lot."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    async def listen(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        try:
            while True:
                yield "status", {"text": "x" * 100_000}
                await asyncio.sleep(0.001)
        finally:
            self.ended.set()


class Server:
    def __init__(self, port: int, talk: Talkative) -> None:
        self.port = port
        self.talk = talk

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=LATE_S)

    def works(self) -> bool:
        return exchange(self.port, request("GET", "/api/0/info")).status == 200


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    ready, talk = threading.Event(), Talkative()
    listener = bind(0)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        with Store.open(tmp_path / "hunch.db") as store:
            recorder = Recorder(store, Privacy(Rules()))
            await recorder.create_bucket(Bucket("b", "t", "c", "h"))
            many = [Event(datetime.now(UTC), data={"text": "long " * 200})] * 20_000
            await store.write(lambda conn: capture.insert(conn, "b", many))
            app = create_app(store, recorder, talk, token="t", device_id="d")  # type: ignore[arg-type]
            ready.set()
            await serve(app, listener, stop, SHORT)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(60)
    yield Server(listener.getsockname()[1], talk)
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


def ended(connection: socket.socket) -> float:
    """Seconds until the server closed the connection."""
    began = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return time.monotonic() - began


def test_who_says_nothing_is_cut(server: Server) -> None:
    with server.connect() as connection:
        assert ended(connection) < LATE_S


def test_headers_that_trickle_are_cut(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(HEAD)
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < LATE_S:
                connection.sendall(b"X: a\r\n")
                time.sleep(0.1)
    assert server.works()


def test_a_body_that_trickles_is_cut(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < LATE_S:
                connection.sendall(b" ")
                time.sleep(0.1)
    assert server.works()


def test_a_body_that_never_comes_is_answered_with_408(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
        assert read(connection).status == 408


def test_an_idle_connection_is_closed(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(request("GET", "/api/0/info"))
        assert read(connection).status == 200
        assert ended(connection) < LATE_S


def test_a_connection_in_use_is_kept(server: Server) -> None:
    with server.connect() as connection:
        for _ in range(12):
            connection.sendall(request("GET", "/api/0/info"))
            assert read(connection).status == 200
            time.sleep(0.3)


@pytest.mark.parametrize("path", ["/api/0/export", "/api/hunch/0/stream"])
def test_who_does_not_read_is_cut(server: Server, path: str) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(request("GET", path, "Authorization: Bearer t"))
        time.sleep(LATE_S)
        assert server.works()
        with pytest.raises(ConnectionError):
            while connection.recv(1 << 20):
                pass
    if "stream" in path:
        assert server.talk.ended.wait(10)


def test_who_reads_slowly_but_reads_gets_all(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(
            request("GET", "/api/0/export", "Authorization: Bearer t", "Connection: close")
        )
        size = 0
        while part := connection.recv(1 << 19):
            size += len(part)
            time.sleep(0.05)
    assert size > 20_000_000


def test_too_many_connections_make_room(server: Server) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(MOST + 20):
            held.enter_context(server.connect())
        assert server.works()


@pytest.mark.parametrize("length", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
def test_who_leaves_in_a_body_is_no_error(
    server: Server, caplog: pytest.LogCaptureFixture, length: bytes
) -> None:
    caplog.set_level(logging.WARNING)
    for path in (b"/api/0/buckets/b/heartbeat?pulsetime=5", b"/api/0/buckets/b/events"):
        with server.connect() as connection:
            head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n"
            connection.sendall(head + length + b"\r\n\r\n")
            time.sleep(0.1)
    assert server.works()
    time.sleep(0.2)
    assert caplog.records == []


def test_who_leaves_before_the_answer_is_no_error(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    event = {"timestamp": datetime.now(UTC).isoformat(), "data": {"text": "x"}}
    for _ in range(20):
        with server.connect() as connection:
            body = json.dumps(event).encode()
            connection.sendall(request("POST", "/api/0/buckets/b/heartbeat?pulsetime=5", body=body))
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
            )  # reset, not closed
    for path in ("/api/0/export", "/api/hunch/0/stream"):
        with server.connect() as connection:
            connection.sendall(request("GET", path, "Authorization: Bearer t"))
            connection.recv(1000)
    assert server.works()
    time.sleep(0.2)
    assert caplog.records == []
