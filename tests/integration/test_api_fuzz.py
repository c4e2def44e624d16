"""Bytes that are no request, or almost one: refused or cut, never 500, and the next is answered."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.raw import exchange, request

BEAT = b"/api/0/buckets/b/heartbeat?pulsetime=5"
LINES = st.sampled_from(
    (
        b"GET /api/0/info HTTP/1.1", b"POST " + BEAT + b" HTTP/1.1", b"GET * HTTP/1.1", b"PRI * HTTP/2.0",
        b"GET /%zz HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET  / HTTP/1.1", b"get / http/1.1", b"GET / HTTP/9.9",
        b"GET /",
        b"POST /api/0/buckets/%ff%00 HTTP/1.1", b"GET /api/0/info?limit=%ff HTTP/1.0", b"",
    )
)  # fmt: skip
HEADERS = st.sampled_from(
    (
        b"Host: localhost", b"Host: [::1]:1", b"Host: \xff", b"Content-Length: 10", b"Content-Length: -1",
        b"Content-Length: 99999999999999999999", b"Content-Length: 1_0", b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: chunked, chunked", b"Expect: 100-continue", b"Connection: close", b"Connection: upgrade",
        b"Upgrade: h2c", b"Authorization: Bearer \x80", b"Origin: null", b"Content-Type: \xff", b": x", b"X:\x00y",
        b" folded",
        b"Sec-Fetch-Site: \xff", b"Trailer: Host",
    )
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        (b"{}", b"[" * 5000, b'{"timestamp": 1e999}', b'{"timestamp":"2026-01-01T00:00:00Z","data":{"\\ud800":1}}',
         b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\n",
         b"5;" + b"x" * 2000 + b"\r\nhello\r\n0\r\nHost: evil\r\n\r\n")
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def daemon(module_daemon: Callable[..., Any]) -> Iterator[Any]:
    running = module_daemon()
    body = b'{"type": "t"}'
    assert exchange(running.port, request("POST", "/api/0/buckets/b", body=body)).status == 200
    yield running


def fine(daemon: Any, sent: bytes) -> None:
    answer = exchange(daemon.port, sent, timeout_s=0.3)
    assert answer.status < 500, sent
    assert exchange(daemon.port, request("GET", "/api/0/info")).status == 200


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@example(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # TLS
@example(b"\r\n" * 1000)
@example(b"\x00" * 70_000)
def test_bytes_that_are_no_request(daemon: Any, sent: bytes) -> None:
    fine(daemon, sent)


@given(LINES, st.lists(HEADERS, max_size=5), BODIES)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_bytes_that_are_almost_one(
    daemon: Any, line: bytes, headers: list[bytes], body: bytes
) -> None:
    fine(daemon, b"\r\n".join([line, *headers, b"", b""]) + body)


@given(st.binary(max_size=400).filter(lambda body: body.strip() != b"[]"))  # no events are fine
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_bodies_that_are_no_event(daemon: Any, body: bytes) -> None:
    for path in (BEAT.decode(), "/api/0/buckets/b/events", "/api/0/buckets/c"):
        answer = exchange(daemon.port, request("POST", path, body=body))
        assert 400 <= answer.status < 500, body


def test_nothing_of_it_was_logged_as_an_error(daemon: Any) -> None:
    assert " ERROR " not in (daemon.folder / "hunch.log").read_text()
