"""The local API at its border: who may ask, and what happens to what cannot be taken."""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

NOW = datetime.now(UTC)
EVENT = {"timestamp": NOW.isoformat(), "duration": 0, "data": {"title": "x"}}
EXTENSION = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"


class Asker:
    def __init__(self, daemon: Any) -> None:
        self.daemon = daemon

    def __call__(
        self, method: str, path: str, body: Any = b"", token: bool = False, **headers: str
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=10)
        if token:
            headers["Authorization"] = f"Bearer {self.daemon.token}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            raw = response.read()
        return response.status, json.loads(raw) if raw else None


@pytest.fixture
def ask(start_daemon: Callable[..., Any]) -> Iterator[Asker]:
    asker = Asker(start_daemon())
    assert (
        asker("POST", "/api/0/buckets/b", {"type": "t", "client": "c", "hostname": "h"})[0] == 200
    )
    yield asker


def test_who_may_ask(ask: Asker) -> None:
    info, beat = "/api/0/info", "/api/0/buckets/b/heartbeat?pulsetime=5"
    assert ask("GET", info)[0] == 200
    assert ask("GET", info, Host="LOCALHOST:5600")[0] == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "", "127.0.0.1@evil.example"):
        assert ask("GET", info, Host=host)[0] in (400, 403), host
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "chrome-extension://abc"):
        assert ask("POST", beat, EVENT, Origin=origin)[0] == 403, origin
        assert ask("OPTIONS", beat, Origin=origin)[0] == 403, origin
    beat = "/api/0/buckets/aw-watcher-web-chrome/heartbeat?pulsetime=5"
    assert ask("POST", beat.split("/heart")[0], {"type": "web.tab.current"})[0] == 200
    assert ask("POST", beat, EVENT, Origin=EXTENSION)[0] == 200
    assert ask("OPTIONS", beat, Origin=EXTENSION)[0] == 204
    assert ask("GET", "/api/hunch/0/status", token=True, Origin=EXTENSION)[0] == 403


def test_reading_and_ours_need_the_token(ask: Asker) -> None:
    reads = ("/api/0/buckets/", "/api/0/buckets/b/events", "/api/0/export", "/api/hunch/0/status")
    for path in reads:
        assert ask("GET", path)[0] == 401, path
        assert ask("GET", path, Authorization="Bearer wrong")[0] == 401, path
        assert ask("GET", path, token=True)[0] == 200, path
    assert ask("DELETE", "/api/0/buckets/b")[0] == 401
    assert ask("POST", "/api/hunch/0/pause", {"minutes": 1})[0] == 401
    assert (ask.daemon.folder / "token").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_taken_is_refused_with_a_reason_and_leaves_nothing(ask: Asker) -> None:
    beat, events = "/api/0/buckets/b/heartbeat?pulsetime=5", "/api/0/buckets/b/events"
    later = (NOW + timedelta(days=2)).isoformat()
    bad: list[Any] = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"timestamp": "yesterday"}',
        b'{"timestamp": "%s", "data": {"x": NaN}}' % NOW.isoformat().encode(),
        b'{"timestamp": "%s", "data": {"x": "\\ud800"}}' % NOW.isoformat().encode(),
        {**EVENT, "duration": -1},
        {**EVENT, "duration": 1e300},
        {**EVENT, "timestamp": later},
        {**EVENT, "timestamp": "0001-01-01T00:00:00Z"},
        {**EVENT, "data": []},
        {**EVENT, "data": {"x": "a"}, "id": "7"},
        {**EVENT, "duration": 30 * 86400},  # ends in the future
        {**EVENT, "data": {"x": json.loads("[" * 500 + "]" * 500)}},
        {"data": {}},
        "text",
        17,
    ]
    for body in bad:
        for path in (beat, events):
            status, answer = ask("POST", path, body)
            assert 400 <= status < 500, (path, body if len(str(body)) < 200 else "…", status)
            assert answer["message"]
    assert ask("POST", events, [EVENT, {**EVENT, "duration": -1}])[0] == 400
    for number in (2**63, 2**80, -1, 0):
        assert ask("POST", events, {**EVENT, "id": number})[0] == 400, number
    assert ask("POST", beat.replace("5", "x"), EVENT)[0] == 400
    assert ask("POST", beat.replace("=5", "=-5"), EVENT)[0] == 400
    assert ask("POST", beat.replace("=5", "=nan"), EVENT)[0] == 400
    assert ask("POST", "/api/0/buckets/none/heartbeat?pulsetime=5", EVENT)[0] == 404
    assert ask("POST", "/api/0/buckets/%ff/events", EVENT)[0] == 404
    assert ask("GET", "/api/0/buckets/b/events?start=soon", token=True)[0] == 400
    assert ask("GET", "/api/0/nothing", token=True)[0] == 404
    assert ask("PUT", "/api/0/info", token=True)[0] == 405
    for row in (str(10**30), "9" * 5000, "-1", "%C2%B2"):
        assert ask("GET", f"/api/0/buckets/b/events/{row}", token=True)[0] == 404, row
    assert ask("POST", f"/api/hunch/0/proposals/{'9' * 5000}/shown", token=True)[0] == 404
    assert ask("GET", "/api/0/buckets/b/events/count", token=True) == (200, 0)


def test_a_body_of_ten_megabytes_is_refused(ask: Asker) -> None:
    body = {**EVENT, "data": {"x": "a" * 10_000_000}}
    try:
        status, _ = ask("POST", "/api/0/buckets/b/events", body)
        assert status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before it was read
    assert ask("GET", "/api/0/buckets/b/events/count", token=True) == (200, 0)


def test_typed_text_is_bounded_for_each_event_and_not_for_a_batch(ask: Asker) -> None:
    bucket = {"type": "os.hid.input", "client": "c", "hostname": "h"}
    assert ask("POST", "/api/0/buckets/typed", bucket)[0] == 200

    def typed(text: str) -> dict[str, Any]:
        return {**EVENT, "data": {"from": "keyboard", "type": "input", "data": text}}

    events = "/api/0/buckets/typed/events"
    assert ask("POST", events, [typed("some words " * 10)] * 60)[0] == 200
    assert ask("POST", events, [typed("words"), typed("some words " * 300)])[0] == 413
    assert ask("GET", f"{events}/count", token=True) == (200, 60)


def test_a_body_in_chunks_is_bounded_too(ask: Asker) -> None:
    request = "POST /api/0/buckets/b/events HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", ask.daemon.port), timeout=10) as connection:
        connection.sendall(request.encode())
        with contextlib.suppress(ConnectionError):  # refused before all was sent
            for _ in range(4):
                connection.sendall(chunk)
            assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert ask("GET", "/api/0/buckets/b/events/count", token=True) == (200, 0)


def test_a_long_pulsetime_is_only_long(ask: Asker) -> None:
    for pulsetime in ("1e13", "1e300"):
        assert ask("POST", f"/api/0/buckets/b/heartbeat?pulsetime={pulsetime}", EVENT)[0] == 200


def test_who_may_not_delete_may_not_replace(ask: Asker) -> None:
    events = "/api/0/buckets/b/events"
    _, kept = ask("POST", events, EVENT, token=True)
    other = {**EVENT, "data": {"title": "other"}, "id": kept["id"]}
    assert ask("POST", events, other)[0] == 200
    assert ask("GET", f"{events}/count", token=True) == (200, 2)
    assert ask("GET", f"{events}/{kept['id']}", token=True)[1]["data"] == EVENT["data"]
    assert ask("POST", events, other, token=True)[1]["id"] == kept["id"]
    assert ask("GET", f"{events}/{kept['id']}", token=True)[1]["data"] == {"title": "other"}


def test_heartbeats_into_a_bucket_that_is_being_deleted(ask: Asker) -> None:
    statuses: set[int] = set()
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            statuses.add(ask("POST", "/api/0/buckets/gone/heartbeat?pulsetime=1", EVENT)[0])

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        ask("POST", "/api/0/buckets/gone", {"type": "t"})
        ask("DELETE", "/api/0/buckets/gone", token=True)
    over.set()
    for thread in threads:
        thread.join()
    assert statuses <= {200, 404}


def test_secrets_and_excluded_windows_are_not_kept(ask: Asker) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    secret = {**EVENT, "data": {"title": f"my key {key}"}}
    assert ask("POST", "/api/0/buckets/b/events", secret)[0] == 200
    tabs = {"type": "web.tab.current", "client": "c", "hostname": "h"}
    assert ask("POST", "/api/0/buckets/tabs", tabs)[0] == 200
    private = {**EVENT, "data": {"url": "https://a.example", "title": "a", "incognito": True}}
    assert ask("POST", "/api/0/buckets/tabs/heartbeat?pulsetime=5", private)[0] == 200
    _, kept = ask("GET", "/api/0/buckets/b/events", token=True)
    assert kept[0]["data"]["title"] == "my key [redacted: key]"
    assert ask("GET", "/api/0/buckets/tabs/events/count", token=True) == (200, 0)
    ask.daemon.stop()
    for path in ask.daemon.folder.iterdir():
        assert key.encode() not in path.read_bytes(), path.name


def test_paused_means_nothing_is_kept(ask: Asker) -> None:
    assert ask.daemon.cli("pause", "10m").returncode == 0
    assert json.loads(ask.daemon.cli("status", "--json").stdout)["state"] == "paused"
    untold = ask("POST", "/api/0/buckets/b/events", EVENT)
    assert ask("POST", "/api/0/buckets/b/events", EVENT, token=True) == (200, None)
    assert ask("GET", "/api/0/buckets/b/events/count", token=True) == (200, 0)
    assert ask.daemon.cli("resume").returncode == 0
    told = ask("POST", "/api/0/buckets/b/events", EVENT)
    assert untold == told  # without the token the answer does not say whether Hunch is paused
    assert ask("GET", "/api/0/buckets/b/events/count", token=True) == (200, 1)


def test_clients_hear_that_a_timed_pause_has_ended(start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon()
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=20)
    connection.request(
        "GET", "/api/hunch/0/stream", headers={"Authorization": f"Bearer {daemon.token}"}
    )
    stream = connection.getresponse()
    assert daemon.cli("pause", "2s").returncode == 0
    states: list[str] = []
    while states[-2:] != ["paused", "recording"]:
        line = stream.readline().decode()
        if line.startswith("data: "):
            states.append(json.loads(line[6:])["state"])
    connection.close()
