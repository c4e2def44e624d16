"""Writes what our watchers saw to an aw-server, over its REST API.

Plain HTTP with a time-out: aw-client 0.5.15 has none, throws away what it cannot send while the
connection is refused, and takes 40 MB. Knows no store; `daemon.forwarding` says what is sent and when.
A bucket that another program fills on that server (ActivityWatch's own window watcher, say) is left to it.
"""

import http.client
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from watchers.activitywatch import ANSWER_S, HOST, LARGEST, AwayError
from watchers.event import Bucket, Event

log = logging.getLogger(__name__)

CLIENT = "hunch"
LATER = (401, 403, 408, 429)  # no fault of what was sent: it waits
SLACK = timedelta(milliseconds=2)  # an aw-server keeps milliseconds


class RefusedError(Exception):
    """The server does not take it, and never will.

    Attributes:
        status: The status of its answer.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Peer:
    """An aw-server as we write to it. Its methods block.

    Every method raises AwayError or OSError when the server does not answer, RefusedError when it
    refuses.
    """

    def __init__(self, port: int, host: str = HOST) -> None:
        self._port, self._host = port, host
        self._ours: dict[str, bool] = {}

    def claim(self, bucket: Bucket) -> bool:
        """Make the bucket if it is not there; whether it is ours."""
        if bucket.id not in self._ours:
            known: dict[str, Any] = msgspec.json.decode(self._ask("GET", "/api/0/buckets/"))
            if bucket.id not in known:
                body = {"client": CLIENT, "type": bucket.type, "hostname": bucket.hostname}
                self._ask("POST", _path(bucket.id), body)
            filled_by = known.get(bucket.id, {}).get("client", CLIENT)
            if filled_by != CLIENT:
                log.info("%s is filled by %s; left to it", bucket.id, filled_by)
            self._ours[bucket.id] = filled_by == CLIENT
        return self._ours[bucket.id]

    def forget_claims(self) -> None:
        """Ask anew whose the buckets are: the server may be another by now."""
        self._ours.clear()

    def events(self, bucket_id: str, start: datetime, end: datetime) -> list[Event]:
        """What it has of a stretch."""
        span = {"start": (start - SLACK).isoformat(), "end": (end + SLACK).isoformat(), "limit": -1}
        body = self._ask("GET", f"{_path(bucket_id)}/events?{urlencode(span)}")
        return msgspec.json.decode(body, type=list[Event])

    def insert(self, bucket_id: str, events: Sequence[Event]) -> None:
        """Add events that it does not have."""
        if events:
            self._ask("POST", f"{_path(bucket_id)}/events", [_body(event) for event in events])

    def beat(self, bucket_id: str, event: Event) -> None:
        """Send a state, or make the newest one longer: a heartbeat that begins where it began."""
        self._ask("POST", f"{_path(bucket_id)}/heartbeat?pulsetime=0", _body(event))

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        line = http.client.HTTPConnection(self._host, self._port, timeout=ANSWER_S)
        try:
            sent = None if body is None else msgspec.json.encode(body)
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            line.request(method, path, sent, headers)
            answer = line.getresponse()
            read = answer.read(LARGEST + 1)
        except http.client.HTTPException as error:
            raise AwayError(type(error).__name__) from error
        finally:
            line.close()
        if answer.status >= 500 or answer.status in LATER or len(read) > LARGEST:
            raise AwayError(f"status {answer.status}")
        if answer.status >= 400:
            raise RefusedError(answer.status)
        return read


def _path(bucket_id: str) -> str:
    return f"/api/0/buckets/{quote(bucket_id, safe='')}"


def _body(event: Event) -> dict[str, Any]:
    return {
        "timestamp": event.timestamp.isoformat(),
        "duration": event.duration,
        "data": event.data,
    }
