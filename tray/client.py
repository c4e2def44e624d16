"""The daemon's local API as the tray speaks it: a stream that reconnects by itself, and calls off the UI's thread.

http.client and not a library: three calls on loopback, no proxies by construction,
and 10 MB less in a process that is there all day. Knows no window.
"""

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

BASE = "/api/hunch/0"
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0)
CALL_S = 40.0  # an accepted task may take its executor's whole deadline
SILENCE_S = 45.0  # the stream pings every 15 s

Listener = Callable[[str, dict[str, Any]], None]


class Refused(Exception):
    """The daemon answered no; the message is its sentence."""


class Client:
    """Speaks to the daemon that holds a data directory.

    Args:
        data_dir: Folder with ``daemon.json`` (where it listens) and ``token``.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self._closed = threading.Event()

    def listen(self, heard: Listener) -> None:
        """Tell what happens, from a thread of its own; ``gone`` when the daemon does not answer."""
        threading.Thread(target=self._follow, args=(heard,), name="stream", daemon=True).start()

    def call(
        self, method: str, path: str, body: dict[str, Any] | None, done: Callable[[Any, str], None]
    ) -> None:
        """Ask the daemon on a thread of its own.

        Args:
            method: ``GET`` or ``POST``.
            path: Below the API's base, such as ``/proposals/3/answer``.
            body: Sent as JSON.
            done: Called there with the answer, or with None and why there is none.
        """

        def ask() -> None:
            try:
                done(self._ask(method, path, body), "")
            except Refused as error:
                done(None, str(error))
            except (OSError, ValueError, http.client.HTTPException):
                done(None, "Hunch does not answer.")

        threading.Thread(target=ask, name="call", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._closed.set()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        connection, headers = self._connect(CALL_S)
        try:
            headers["Content-Type"] = "application/json"
            connection.request(method, BASE + path, json.dumps(body or {}), headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"null")
        finally:
            connection.close()
        if response.status >= 400:
            raise Refused(str((answer or {}).get("message", "Hunch refused.")))
        return answer

    def _follow(self, heard: Listener) -> None:
        failures = 0
        while not self._closed.is_set():
            try:
                for name, payload in self._stream():
                    failures = 0
                    heard(name, payload)
            except (OSError, ValueError, http.client.HTTPException) as error:
                log.debug("the stream ended: %s", type(error).__name__)
            except Exception:  # whatever it is, a tray without its stream is deaf: try again
                log.exception("the stream broke")
            heard("gone", {})
            time.sleep(BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)])
            failures += 1

    def _stream(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Server-sent events (WHATWG HTML, 9.2) until the stream ends."""
        connection, headers = self._connect(SILENCE_S)
        try:
            connection.request("GET", f"{BASE}/stream", headers=headers)
            response = connection.getresponse()
            if response.status != 200:
                raise ConnectionError
            name, data = "message", ""
            while (line := response.readline()) != b"":
                field, _, value = line.decode().rstrip("\r\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    data += value
                elif not field and data:
                    yield name, json.loads(data)
                    name, data = "message", ""
        finally:
            connection.close()

    def _connect(self, timeout_s: float) -> tuple[http.client.HTTPConnection, dict[str, str]]:
        port = json.loads((self._folder / "daemon.json").read_text())["port"]
        token = (self._folder / "token").read_text().strip()
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=timeout_s)
        return connection, {"Authorization": f"Bearer {token}"}
