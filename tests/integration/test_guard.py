"""What a browser's extension may do at the local API, whoever it says that it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

STORE = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"
OURS = "chrome-extension://kjdflilclpojjlmgkhicocnaihpabafg"
FIREFOX = "moz-extension://0a1b2c3d-0000-4000-8000-00000000abcd"
UNPACKED = "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh"
WEB = {"client": "c", "type": "web.tab.current", "hostname": "h"}
BUCKET = "/api/0/buckets/aw-watcher-web-chrome_h"


class Extension:
    """Asks as an extension's background does."""

    def __init__(self, daemon: Any, origin: str) -> None:
        self.daemon = daemon
        self.origin = origin

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        return requests.request(
            method,
            f"http://127.0.0.1:{self.daemon.port}{path}",
            json=json,
            headers={"Origin": self.origin, **headers},
            timeout=10,
        )


def beat() -> dict[str, Any]:
    return {
        "timestamp": datetime.now(UTC).isoformat(),
        "duration": 0,
        "data": {"url": "https://a.example/", "title": "a"},
    }


def test_the_known_extensions_write_pages(start_daemon: Callable[..., Any]) -> None:
    daemon = start_daemon(extension_origins=UNPACKED)
    for origin in (STORE, OURS, FIREFOX, UNPACKED):
        ask = Extension(daemon, origin)
        assert ask("GET", "/api/0/info").ok
        assert ask("POST", BUCKET, WEB).status_code in (200, 304)
        answer = ask("POST", f"{BUCKET}/heartbeat?pulsetime=80", beat())
        assert answer.ok, origin
        assert answer.headers["access-control-allow-origin"] == origin
    strangers = (UNPACKED.replace("a", "b"), UNPACKED + ".evil.example", "https://evil.example")
    for origin in strangers:
        ask = Extension(daemon, origin)
        assert ask("POST", f"{BUCKET}/heartbeat?pulsetime=80", beat()).status_code == 403, origin
        assert ask("OPTIONS", BUCKET).status_code == 403, origin


def test_only_pages_and_only_writing(start_daemon: Callable[..., Any]) -> None:
    """Not even where any program may read, and not with the token."""
    daemon = start_daemon(open_reads="true")
    ask = Extension(daemon, OURS)
    assert ask("POST", BUCKET, WEB).ok
    other = "/api/0/buckets/aw-watcher-input_h"
    assert requests.post(
        f"http://127.0.0.1:{daemon.port}{other}", json={"type": "os.hid.input"}, timeout=10
    ).ok
    token = {"Authorization": f"Bearer {daemon.token}"}
    for method, path in (
        ("POST", other),
        ("POST", f"{other}/heartbeat?pulsetime=1"),
        ("POST", f"{other}/events"),
        ("GET", "/api/0/buckets/"),
        ("GET", "/api/0/export"),
        ("GET", f"{BUCKET}/events"),
        ("DELETE", BUCKET),
        ("GET", "/api/hunch/0/status"),
        ("POST", "/api/hunch/0/pause"),
    ):
        refused = ask(method, path, beat() if method == "POST" else None, **token)
        assert refused.status_code == 403, path
    kind = {**WEB, "type": "os.hid.input"}
    assert ask("POST", "/api/0/buckets/aw-watcher-web-x", kind).status_code == 403


@pytest.mark.parametrize("asked", ["true", None])
def test_a_browser_that_asks_before_it_sends(
    start_daemon: Callable[..., Any], asked: str | None
) -> None:
    ask = Extension(start_daemon(), STORE)
    headers = {"Access-Control-Request-Method": "POST"}
    if asked:
        headers["Access-Control-Request-Private-Network"] = asked
    answer = ask("OPTIONS", f"{BUCKET}/heartbeat", None, **headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == STORE
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert answer.headers.get("access-control-allow-private-network") == asked
    headers["Access-Control-Request-Method"] = "DELETE"
    assert ask("OPTIONS", BUCKET, None, **headers).status_code == 403
