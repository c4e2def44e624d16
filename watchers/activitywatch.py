"""A real aw-server beside us: what others wrote there comes in, what our watchers see goes out.

Knows ActivityWatch's REST API (docs.activitywatch.net, "REST API"), no store. Plain HTTP with a time-out, which
aw-client lacks; `watchers.forwarding` writes.
"""

import asyncio
import http.client
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, urlencode

import msgspec

from watchers.event import Bucket, Event
from watchers.sink import Sink

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
ANSWER_S = 5.0
PROBE_S = 2.0
LARGEST = 64 << 20  # bytes of one answer
LONGEST_WAIT_S = 60.0

Answerer = Literal["activitywatch", "hunch", "other", "free"]


class _PeerBucket(msgspec.Struct, frozen=True):
    """A bucket in the server's list."""

    id: str
    type: str
    client: str = ""
    hostname: str = ""
    last_updated: str | None = None


class AwayError(Exception):
    """The server does not answer, or not as ActivityWatch does."""


def probe(port: int, host: str = HOST, timeout_s: float = PROBE_S) -> Answerer:
    """Who answers at a port: an aw-server, another Hunch, something else, or nobody. Blocks."""
    try:
        info = msgspec.json.decode(_get(host, port, "/api/0/info", timeout_s))
    except ConnectionRefusedError:
        return "free"
    except (AwayError, OSError, msgspec.DecodeError) as error:
        log.debug("port %d is no aw-server: %s", port, type(error).__name__)
        return "other"
    if not isinstance(info, dict) or not {"hostname", "version"} <= info.keys():
        return "other"
    return "hunch" if str(info["version"]).startswith("hunch") else "activitywatch"


class AttachedSource:
    """Pulls the buckets of others from an aw-server: a watcher whose eyes are ActivityWatch's.

    Events that are still growing are told again as they grow, as heartbeats, so that a sink that
    merges holds each once.
    """

    name = "activitywatch"

    def __init__(
        self,
        port: int,
        host: str = HOST,
        *,
        skip: Collection[str] = (),
        interval_s: float = 2.0,
        since: datetime | None = None,
        reached: Callable[[], Mapping[str, datetime]] = dict,
    ) -> None:
        """Prepare.

        Args:
            port: Of the aw-server.
            host: Its address.
            skip: Buckets that our own watchers fill.
            interval_s: Time between two pulls; grows while the server is away.
            since: What ended before is left out; the begin of `run` by default.
            reached: Up to where buckets are kept already, from a life that was cut short.
        """
        self._port, self._host = port, host
        self._skip = frozenset(skip)
        self._interval_s = interval_s
        self._since = since
        self._reached = reached
        self._left: dict[str, datetime] = {}
        self._newest: dict[str, Event] = {}
        self._updated: dict[str, str] = {}

    async def run(self, sink: Sink) -> None:
        """Pull until cancelled; a server that is away is waited for."""
        since = self._since = self._since or datetime.now(UTC)
        self._left = dict(self._reached())
        wait_s, away = self._interval_s, False
        while True:
            try:
                found = await asyncio.to_thread(self._pull, since)
            except (AwayError, OSError, msgspec.DecodeError) as error:
                if not away:
                    log.warning("the aw-server does not answer: %s", type(error).__name__)
                wait_s, away = min(2 * wait_s, LONGEST_WAIT_S), True
            else:
                if away:
                    log.info("the aw-server answers again")
                wait_s, away = self._interval_s, False
                self._tell(sink, found)
            await asyncio.sleep(wait_s)

    def _pull(self, since: datetime) -> list[tuple[_PeerBucket, list[Event]]]:
        """What is new in the buckets of others; blocks."""
        body = self._ask("/api/0/buckets/")
        buckets = msgspec.json.decode(body, type=dict[str, _PeerBucket])
        found = []
        for bucket in buckets.values():
            updated = bucket.last_updated
            stale = updated is not None and self._updated.get(bucket.id) == updated
            if bucket.id not in self._skip and not stale:
                newest = self._newest.get(bucket.id)
                start = newest.timestamp if newest else self._left.get(bucket.id, since)
                events = self._events(bucket, max(start, since))
                if newest is None and bucket.id in self._left:
                    events = [event for event in events if event.end > start]
                found.append((bucket, events))
        return found

    def _events(self, bucket: _PeerBucket, start: datetime) -> list[Event]:
        """Events that reach beyond `start`, oldest first, cut at it."""
        query = urlencode({"start": start.isoformat(), "limit": -1})
        body = self._ask(f"/api/0/buckets/{quote(bucket.id, safe='')}/events?{query}")
        events = msgspec.json.decode(body, type=list[Event])
        return sorted(_cut(events, start), key=lambda event: event.timestamp)

    def _ask(self, path: str) -> bytes:
        return _get(self._host, self._port, path, ANSWER_S)

    def _tell(self, sink: Sink, found: Sequence[tuple[_PeerBucket, list[Event]]]) -> None:
        for peer, events in found:
            bucket = Bucket(peer.id, peer.type, peer.client, peer.hostname)
            for event in events:
                if event != self._newest.get(peer.id):
                    sink.heartbeat(bucket, event, 0.0)
                    self._newest[peer.id] = event
            if peer.last_updated is not None:
                self._updated[peer.id] = peer.last_updated


def _cut(events: Sequence[Event], start: datetime) -> list[Event]:
    """Without numbers, which are the server's, and without what lies before `start`."""
    kept = []
    for event in events:
        begin, end = max(event.timestamp.astimezone(UTC), start), event.end
        if end >= start and event.duration >= 0:
            length = (end - begin).total_seconds()
            kept.append(Event(begin, length, event.data))
    return kept


def _get(host: str, port: int, path: str, timeout_s: float) -> bytes:
    """The body of an answer.

    Raises:
        AwayError: It is no answer of status 200, or too large.
        OSError: There is none.
    """
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read(LARGEST + 1)
    except http.client.HTTPException as error:
        raise AwayError(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK or len(body) > LARGEST:
        raise AwayError(f"status {answer.status}, {len(body)} bytes")
    return body
