"""The daemon's local API as the tray speaks it: a stream that reconnects by itself, and calls off the UI's thread.

http.client and not a library: a few calls on loopback, no proxies by construction,
and 10 MB less in a process that is there all day. Knows no window.
"""

import http.client
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tray.address import Finder
from tray.events import events

log = logging.getLogger(__name__)

BASE = "/api/hunch/0"
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0)  # the last one for as long as it takes
CALL_S = 40.0  # an accepted task may take its executor's whole deadline
SILENCE_S = 45.0  # the stream pings every 15 s
GONE = "gone"  # our own word in the stream: the daemon does not answer (any more)

Heard = Callable[[str, dict[str, Any]], None]
Done = Callable[[Any, str], None]


class Refused(Exception):
    """The daemon answered no; the message is its sentence."""


class Client:
    """Speaks to one daemon.

    Args:
        find: Where it is; asked anew for every connection.

    Attributes:
        daemon: Process of the daemon that was last connected to; None before, or where unknown.
    """

    def __init__(self, find: Finder) -> None:
        self._find = find
        self._closed = threading.Event()
        self.daemon: int | None = None

    def listen(self, heard: Heard) -> None:
        """Tell what happens, from a thread of its own; `GONE` once when the daemon does not answer."""
        threading.Thread(target=self._follow, args=(heard,), name="stream", daemon=True).start()

    def call(self, method: str, path: str, body: dict[str, Any] | None, done: Done) -> None:
        """Ask the daemon on a thread of its own.

        Args:
            method: ``GET`` or ``POST``.
            path: Below the API's base, such as ``/proposals/3/answer``.
            body: Sent as JSON.
            done: Called there with the answer, or with None and why there is none.
        """

        def ask() -> None:
            try:
                answer, why = self._ask(method, path, body), ""
            except Refused as error:
                answer, why = None, str(error)
            except (OSError, ValueError, http.client.HTTPException) as error:
                log.debug("no answer: %s", type(error).__name__)
                answer, why = None, "Hunch does not answer."
            done(answer, why)

        threading.Thread(target=ask, name="call", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._closed.set()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        connection, headers = self._connect(CALL_S)
        try:
            content = None if body is None else json.dumps(body)
            headers["Content-Type"] = "application/json"
            connection.request(method, BASE + path, content, headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"null")
        finally:
            connection.close()
        if response.status >= 400:
            said = answer.get("message") if isinstance(answer, dict) else None
            raise Refused(str(said or f"Hunch answered {response.status}."))
        return answer

    def _follow(self, heard: Heard) -> None:
        failures, present = 0, True
        while not self._closed.is_set():
            try:
                for name, payload in self._stream():
                    failures, present = 0, True
                    heard(name, payload)
            except (OSError, ValueError, http.client.HTTPException) as error:
                log.debug("no stream: %s", type(error).__name__)
            if present:
                heard(GONE, {})
            present = False
            self._closed.wait(BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)])
            failures += 1

    def _stream(self) -> Iterator[tuple[str, dict[str, Any]]]:
        connection, headers = self._connect(SILENCE_S)
        try:
            connection.request("GET", f"{BASE}/stream", headers=headers)
            response = connection.getresponse()
            if response.status != 200:
                raise ConnectionError(response.status)
            for name, data in events(iter(response.readline, b"")):
                payload = json.loads(data)
                if isinstance(payload, dict):
                    yield name, payload
        finally:
            connection.close()

    def _connect(self, timeout_s: float) -> tuple[http.client.HTTPConnection, dict[str, str]]:
        address = self._find()
        self.daemon = address.pid or self.daemon
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=timeout_s)
        return connection, {"Authorization": f"Bearer {address.token}"}
