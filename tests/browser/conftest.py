"""A real Chromium with our extension in it, a real daemon, and a small web of our own on 127.0.0.1."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

import watchers
from daemon.demo.display import VirtualDesktop
from tests.browser.chromium import Chromium, Page, until

EXTENSION = Path(watchers.__file__).parent / "browser"
BUCKET_TYPE = "web.tab.current"

ARTICLE = """<title>How tides work</title><nav>Menu of the site</nav>
<main><h1>Tides</h1><p id="first">The moon pulls the water twice a day.</p>
<p style="display:none">Hidden from the reader.</p><form>Write <input value="typed"></form>
<p>Springs follow the new moon.</p><div contenteditable id="note">my own private note</div>
<p id="last">Neaps follow the half.</p></main>"""
LOGIN = """<title>Your place</title><p id="first">Welcome back, dear reader.</p>
<form><input id="name" name="user"><input id="secret" type="password"><a href="/">x</a></form>"""
SHADOW = """<title>Shadow</title><div id="open"></div><div id="closed"></div><script>
for (const mode of ["open", "closed"]) {
  const root = document.getElementById(mode).attachShadow({mode});
  root.innerHTML = "<input><input type=password>";
}</script>"""
PAGES = {
    "/": "<title>Start</title><p>Nothing here.</p>",
    "/other": "<title>Other</title><p>Nothing there.</p>",
    "/search": "<title>Results</title><p>Ten results.</p>",
    "/article": ARTICLE,
    "/place": LOGIN,
    "/login": ARTICLE.replace("How tides work", "A login"),
    "/shadow": SHADOW,
    "/code": '<title>Code</title><input id="plain"><input id="code" autocomplete="one-time-code">',
    "/waiting": "<title>Waiting</title><input type=password autofocus>",
    "/framed": '<title>Framed</title><iframe src="{other}/place" width=400 height=200></iframe>',
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(urlsplit(self.path).path, "")
        assert isinstance(self.server, ThreadingHTTPServer)
        other = f"http://localhost:{self.server.server_port}"  # another origin, another process
        body = ("<!doctype html><meta charset=utf-8>" + page.replace("{other}", other)).encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def web() -> Iterator[str]:
    """Where the pages are, without a slash at the end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session", autouse=True)
def chromium_is_here() -> None:
    if shutil.which("chromium") is None:
        pytest.fail("apt-get install chromium: python -P -m daemon.demo.packages --tests does it")


class Recorded:
    """What a daemon has recorded of tabs."""

    def __init__(self, daemon: Any) -> None:
        self.daemon = daemon

    def get(self, path: str) -> Any:
        answer = requests.get(
            f"http://127.0.0.1:{self.daemon.port}{path}",
            headers={"Authorization": f"Bearer {self.daemon.token}"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()

    def buckets(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/api/0/buckets/")
        return {name: bucket for name, bucket in found.items() if bucket["type"] == BUCKET_TYPE}

    def events(self) -> list[dict[str, Any]]:
        """All tab events, oldest first."""
        found = [
            event for name in self.buckets() for event in self.get(f"/api/0/buckets/{name}/events")
        ]
        return sorted(found, key=lambda event: str(event["timestamp"]))

    def told(self, **data: Any) -> list[dict[str, Any]]:
        """The events whose data holds all of these."""
        return [
            event
            for event in self.events()
            if all(event["data"].get(key) == value for key, value in data.items())
        ]

    def await_(self, **data: Any) -> dict[str, Any]:
        """The first event whose data holds all of these, once there is one."""
        try:
            until(lambda: self.told(**data), "")
        except AssertionError as error:
            raise AssertionError(f"no event with {data} among {self.events()}") from error
        return self.told(**data)[0]

    def types(self, text: str) -> int:
        """Somebody types, as an input watcher tells it; returns how many such events are kept by now."""
        bucket = "/api/0/buckets/aw-watcher-input_test"
        self._post(bucket, {"client": "c", "type": "os.hid.input", "hostname": "h"})
        data = {"from": "keyboard", "type": "input", "data": text}
        now = datetime.now(UTC).isoformat()
        self._post(f"{bucket}/events", {"timestamp": now, "duration": 0, "data": data})
        return len(self.get(f"{bucket}/events"))

    def _post(self, path: str, body: Any) -> None:
        requests.post(
            f"http://127.0.0.1:{self.daemon.port}{path}", json=body, timeout=10
        ).raise_for_status()


@pytest.fixture
def hunch_daemon(start_daemon: Callable[..., Any]) -> Any:
    """A daemon that watches nothing by itself: what it has, a browser told it."""
    return start_daemon(keyboard="off", mouse="off", window="off", clipboard="off")


@pytest.fixture
def recorded(hunch_daemon: Any) -> Recorded:
    return Recorded(hunch_daemon)


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Chromium]:
    with Chromium(tmp_path) as browser:
        yield browser


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualDesktop]:
    """A screen, for what a browser asks its user in a window of its own."""
    with VirtualDesktop(tmp_path_factory.mktemp("desktop"), tray=False) as screen:
        yield screen


@pytest.fixture
def worker(chromium: Chromium, recorded: Recorded) -> Page:
    """The background of our extension, told where the daemon listens."""
    return installed(chromium, recorded.daemon.port)


def installed(browser: Chromium, port: int, folder: Path = EXTENSION) -> Page:
    """Load an extension of ours and set its port."""
    worker = browser.worker(browser.load(folder))
    worker.js(f"chrome.storage.local.set({{port: {port}}})")
    return worker
