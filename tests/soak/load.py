"""Clients of the local API that never rest, and note what was acknowledged to them."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

BUCKET = "soak"
TIMEOUT_S = 10.0


class Load:
    """Some threads, each with a connection of its own, that insert numbered events and send heartbeats.

    Attributes:
        acknowledged: Numbers that were answered with 200.
        refused: How many were answered otherwise, by status.
        slowest_s: The longest that an answer took.
    """

    def __init__(self, lanes: int = 4) -> None:
        self.acknowledged: list[int] = []
        self.refused: dict[int, int] = {}
        self.slowest_s = 0.0
        self._numbers = itertools.count()
        self._lanes = lanes
        self._start = datetime.now(UTC) - timedelta(hours=5)

    @contextmanager
    def on(self, port: int, token: str, pause_s: float = 0.0) -> Iterator[None]:
        """Load this daemon until the end, or until it is gone."""
        stop = threading.Event()
        make_bucket(port, token)
        work = (port, token, stop, pause_s)
        threads = [threading.Thread(target=self._send, args=work) for _ in range(self._lanes)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _send(self, port: int, token: str, stop: threading.Event, pause_s: float) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)) as line:
            while not stop.is_set():
                number = next(self._numbers)
                event = self.event(number)
                begun = time.monotonic()
                try:
                    path = f"/api/0/buckets/{BUCKET}/events"
                    line.request("POST", path, json.dumps(event), headers(token))
                    answer = line.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    if stop.wait(0.05):
                        return
                    line.close()
                    continue
                self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
                if answer.status == 200:
                    self.acknowledged.append(number)
                else:
                    self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
                stop.wait(pause_s)

    def event(self, number: int) -> dict[str, Any]:
        """The event of a number: each a moment after the one before."""
        moment = self._start + timedelta(milliseconds=10 * number)
        data = {"number": number, "text": "some words of a page " * 3}
        return {"timestamp": moment.isoformat(), "duration": 0.005, "data": data}


def headers(token: str) -> dict[str, str]:
    """Of a client that was let in."""
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


def make_bucket(port: int, token: str, name: str = BUCKET) -> None:
    """Have the bucket there."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)) as line:
        body = json.dumps({"type": "soak", "client": "soak", "hostname": "here"})
        line.request("POST", f"/api/0/buckets/{name}", body, headers(token))
        line.getresponse().read()
