"""ActivityWatch's REST API, version 0, as its clients and browser extensions speak it.

Source: aw-server's `rest.py` and aw-client's `client.py`; what a client sends and
expects is theirs, the words and checks are ours.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from daemon.privacy.ahead import Ahead
from daemon.privacy.privacy import INPUT, Redact
from daemon.privacy.redaction import redacted
from daemon.recorder import Recorder
from daemon.server.answers import Deleted, DescribedBucket, Info, Nothing
from daemon.server.endpoint import Endpoint
from daemon.server.guard import EXTENSION, TRUSTED
from daemon.server.listing import pages
from daemon.server.requests import (
    BadRequestError,
    body_of,
    checked,
    limit,
    pulsetime,
    row_number,
    time,
)
from daemon.store import Store, capture
from watchers.event import Bucket, Event

ID_LENGTH = 256
LONG = 2048  # bytes; what is shorter is redacted in a few ms (measured: at most 8 µs a character)
WEB = "web.tab.current"
ONE_OR_MANY: Any = Event | list[Event]


class NewBucket(msgspec.Struct, frozen=True):
    """A bucket as a client asks for it."""

    type: str
    client: str = ""
    hostname: str = ""


class Exported(msgspec.Struct, frozen=True):
    """Buckets with their events, as ActivityWatch exports them."""

    buckets: dict[str, dict[str, Any]]


class ActivityWatch:
    """The endpoints below ``/api/0/``."""

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        device_id: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._device_id = device_id
        self._clock = clock
        self._aside = ThreadPoolExecutor(1, "redaction")  # one: the daemon has more to do

    def endpoints(self) -> list[Endpoint]:
        """All endpoints."""
        all_of_them, one = "/api/0/buckets", "/api/0/buckets/{bucket_id}"
        events, range_ = f"{one}/events", ("start", "end")
        there = (304, "It is there already.")
        pulse = ("pulsetime",)
        listed = dict[str, DescribedBucket]
        return [
            Endpoint("GET", "/api/0/info", self.info, gives=Info, open=True),
            Endpoint("GET", all_of_them, self.buckets, gives=listed),
            Endpoint("GET", f"{all_of_them}/", self.buckets, gives=listed),
            Endpoint("GET", "/api/0/export", self.export, gives=Exported),
            Endpoint("GET", one, self.bucket, gives=DescribedBucket),
            Endpoint("POST", one, self.create, NewBucket, Nothing, open=True, also=there),
            Endpoint("DELETE", one, self.delete, gives=Nothing),
            Endpoint("GET", f"{one}/export", self.export, gives=Exported),
            Endpoint(
                "POST", f"{one}/heartbeat", self.heartbeat, Event, Event, pulse, pulse, open=True
            ),
            Endpoint("GET", events, self.events, gives=list[Event], query=("limit", *range_)),
            Endpoint("POST", events, self.insert, ONE_OR_MANY, Event | None, open=True),
            Endpoint("GET", f"{events}/count", self.count, gives=int, query=range_),
            Endpoint("GET", f"{events}/{{event_id}}", self.event, gives=Event),
            Endpoint("DELETE", f"{events}/{{event_id}}", self.delete_event, gives=Deleted),
        ]

    async def info(self, request: Request) -> Response:
        """Who answers here."""
        return JSONResponse(
            {
                "hostname": socket.gethostname(),
                "version": f"hunch {version('hunch-assistant')}",
                "testing": False,
                "device_id": self._device_id,
            }
        )

    async def buckets(self, request: Request) -> Response:
        """All buckets by id."""
        rows = await self._store.aside.read(capture.buckets)
        return _answer({row.bucket.id: _described(row) for row in rows})

    async def bucket(self, request: Request) -> Response:
        """One bucket."""
        return _answer(_described(self._row(request)))

    async def create(self, request: Request) -> Response:
        """Make a bucket: 200, or 304 when it is there."""
        bucket_id = request.path_params["bucket_id"]
        wanted, _ = await body_of(request, NewBucket)
        _encodable(bucket_id, wanted.type, wanted.client, wanted.hostname)
        if not wanted.type or len(bucket_id) > ID_LENGTH:
            raise BadRequestError("A bucket needs a type, and an id of at most 256 characters.")
        if request.scope.get(EXTENSION) and wanted.type != WEB:
            raise BadRequestError(f"An extension may only make buckets of the type {WEB}.", 403)
        host = wanted.hostname if wanted.hostname not in ("", "!local") else socket.gethostname()
        bucket = Bucket(bucket_id, wanted.type, wanted.client, host)
        made = await self._recorder.create_bucket(bucket)
        return _answer(Nothing()) if made else Response(status_code=304)

    async def delete(self, request: Request) -> Response:
        """Delete a bucket with its events."""
        await self._recorder.delete_bucket(self._row(request).bucket.id)
        return _answer(Nothing())

    async def heartbeat(self, request: Request) -> Response:
        """Merge an event into the newest one, or add it.

        Who may read gets the event as it stands now. Anybody else gets back what was sent: whether
        it merged, and into what, would tell what was seen before to who guesses.
        """
        bucket = self._known(request)
        pulsetime_s = pulsetime(request)
        event, size = await body_of(request, Event)
        event = _anew(checked(event, self._clock()))
        redact = (await self._redacts(bucket, [event], size))[0]
        merged = await self._recorder.clients.heartbeat(bucket, event, pulsetime_s, redact)
        return _answer(merged if request.scope.get(TRUSTED) else event)

    async def insert(self, request: Request) -> Response:
        """Add one event or several; all or none.

        As for a heartbeat: whether it was kept is for who may read.
        """
        bucket = self._known(request)
        given: Event | list[Event]
        given, size = await body_of(request, ONE_OR_MANY)
        events = given if isinstance(given, list) else [given]
        now = self._clock()
        events = [checked(item, now) for item in events]
        trusted = request.scope.get(TRUSTED)
        if not trusted:
            events = [_anew(item) for item in events]  # who may not delete may not replace
        try:
            redacts = await self._redacts(bucket, events, size)
            kept = await self._recorder.clients.insert(bucket, events, redacts)
        except ValueError as error:
            raise BadRequestError(f"The events cannot be kept: {error}.") from error
        if isinstance(given, list):
            return _answer(None)
        if not trusted:
            return _answer(events[0])
        return _answer(kept[0] if kept else None)

    async def events(self, request: Request) -> Response:
        """Events, newest first."""
        bucket_id = self._row(request).bucket.id
        start, end, most = time(request, "start"), time(request, "end"), limit(request)
        return StreamingResponse(
            pages(self._store, bucket_id, most, start, end), media_type="application/json"
        )

    async def count(self, request: Request) -> Response:
        """How many events."""
        bucket_id = self._row(request).bucket.id
        start, end = time(request, "start"), time(request, "end")
        return _answer(
            await self._store.aside.read(lambda conn: capture.count(conn, bucket_id, start, end))
        )

    async def event(self, request: Request) -> Response:
        """One event."""
        bucket_id, event_id = self._row(request).bucket.id, row_number(request, "event_id")
        found = self._store.read(lambda conn: capture.event(conn, bucket_id, event_id))
        if found is None:
            raise BadRequestError("There is no such event.", 404)
        return _answer(found)

    async def delete_event(self, request: Request) -> Response:
        """Delete one event."""
        bucket_id, event_id = self._row(request).bucket.id, row_number(request, "event_id")
        gone = await self._recorder.delete_event(bucket_id, event_id)
        if not gone:
            raise BadRequestError("There is no such event.", 404)
        return _answer({"success": True})

    async def export(self, request: Request) -> Response:
        """Buckets with their events."""
        if "bucket_id" in request.path_params:
            rows = [self._row(request)]
        else:
            rows = await self._store.aside.read(capture.buckets)
        return StreamingResponse(self._exported(rows), media_type="application/json")

    async def _exported(self, rows: Sequence[capture.BucketRow]) -> AsyncIterator[bytes]:
        """Buckets as ActivityWatch exports them, piece by piece."""
        opening = b'{"buckets":{'
        for row in rows:
            head = msgspec.json.encode(_described(row))[:-1]
            yield opening + msgspec.json.encode(row.bucket.id) + b":" + head + b',"events":'
            async for piece in pages(self._store, row.bucket.id):
                yield piece
            opening = b"},"
        yield b"}}}" if rows else opening + b"}}"

    async def _redacts(self, bucket: Bucket, events: list[Event], size: int) -> list[Redact]:
        """How each event is redacted: what is long, on another thread, before its turn comes.

        Raises:
            BadRequestError: It is long and typed, and what is typed has to be looked at in its turn.
        """
        if size <= LONG:
            return [redacted] * len(events)
        if bucket.type == INPUT:
            if any(len(msgspec.json.encode(event.data)) > LONG for event in events):
                raise BadRequestError(f"Typed text comes in parts of at most {LONG} bytes.", 413)
            return [redacted] * len(events)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._aside, lambda: [Ahead(event.data) for event in events]
        )

    def _row(self, request: Request) -> capture.BucketRow:
        bucket_id = request.path_params["bucket_id"]
        _encodable(bucket_id)
        row = self._store.read(lambda conn: capture.bucket(conn, bucket_id))
        if row is None:
            raise BadRequestError("There is no such bucket.", 404)
        return row

    def _known(self, request: Request) -> Bucket:
        return self._recorder.bucket(request.path_params["bucket_id"]) or self._row(request).bucket


def _answer(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _described(row: capture.BucketRow) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(row.bucket),
        "name": None,
        "created": row.created,
        "data": {},
        "last_updated": row.last_updated,
    }


def _anew(event: Event) -> Event:
    return msgspec.structs.replace(event, id=None)


def _encodable(*texts: str) -> None:
    try:
        for text in texts:
            text.encode()
    except UnicodeEncodeError as error:
        raise BadRequestError("A name holds what is no text.") from error
