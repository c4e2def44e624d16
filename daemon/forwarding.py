"""Sends what our own watchers saw to an aw-server, from the store: away for an hour, it gets the hour later.

How far it got is kept in the store (`daemon.store.forwarding`), so a kill loses and doubles nothing: what
was sent without our knowing is looked for on the server before it is sent again. As much as the store
holds, so long back and not further than a week.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

import msgspec

from daemon.errors import HunchError
from daemon.recorder import Recorder
from daemon.store import Store, forwarding
from watchers.activitywatch import AwayError
from watchers.event import Bucket, Event
from watchers.forwarding import Peer, RefusedError

log = logging.getLogger(__name__)

INTERVAL_S = 1.0
LONGEST_S = 30.0
BATCH = 200
OLDEST = timedelta(days=7)
CLOSE_S = 3.0
NOT_FOUND = 404
REUSED = (
    2000  # more rows than are written between two looks: numbers of deleted ones are given anew
)
APART = ("os.hid.input", "clipboard")  # types whose events stand by themselves; others are states


class Forwarder:
    """Sends, until cancelled.

    Attributes:
        problem: That the server does not answer, in a sentence; None while it does.
        dropped: Events that the server refused, or that were older than a week.
    """

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        peer: Peer,
        buckets: Sequence[str],
        clock: Callable[[], datetime],
        interval_s: float = INTERVAL_S,
    ) -> None:
        """Prepare.

        Args:
            store: What is sent, and how far that got.
            recorder: Knows the buckets.
            peer: The server.
            buckets: Those that are sent.
            clock: Gives the time.
            interval_s: Between two looks.
        """
        self._store, self._recorder, self._peer = store, recorder, peer
        self._buckets, self._clock, self._interval_s = tuple(buckets), clock, interval_s
        self._sure: set[str] = set()  # of these we know what the server has
        self._begun = False
        self._seen: dict[str, int] = {}  # up to this number of any row a bucket had nothing new
        self.problem: str | None = None
        self.dropped = 0

    async def start(self) -> None:
        """Take the place of each bucket, before anything else is written."""
        await self._store.write(
            lambda conn: forwarding.begin(conn, self._buckets, anew=self._begun)
        )
        self._begun = True

    async def run(self) -> None:
        """Send what is new, again and again; a server that is away is waited for."""
        wait_s = self._interval_s
        while True:
            await asyncio.sleep(wait_s)
            wait_s = self._interval_s if await self._try() else min(2 * wait_s, LONGEST_S)

    async def finish(self) -> None:
        """Send what is left, as far as the server takes it within a few seconds."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._try()
        except TimeoutError:
            log.info("the rest is sent to the aw-server at the next start")

    async def _try(self) -> bool:
        try:
            for bucket_id in self._buckets:
                while await self._send(bucket_id):
                    pass
        except (AwayError, OSError, msgspec.DecodeError) as error:
            if self.problem is None:
                log.info("the aw-server is away: %s", type(error).__name__)
                self.problem = "ActivityWatch does not answer: what is seen is kept here, and sent once it does."
            self._sure.clear()
            self._peer.forget_claims()
            return False
        except HunchError as error:
            log.warning("nothing was sent to the aw-server: %s", error.title)
            return False
        self.problem = None
        return True

    async def _send(self, bucket_id: str) -> bool:
        """Send a batch of a bucket; whether there may be more."""
        bucket = self._recorder.bucket(bucket_id)
        if bucket is None:
            return False
        seen = self._seen.get(bucket_id, 0)
        top, left = self._store.read(lambda conn: _look(conn, bucket_id, seen - REUSED))
        if top < seen:  # the newest rows were deleted, and their numbers are given anew
            top, left = self._store.read(lambda conn: _look(conn, bucket_id, 0))
        if left is None:
            await self.start()  # all was forgotten
            return False
        newest = left.fresh[-1] if left.fresh else left.grown
        if not left.fresh:
            self._seen[bucket_id] = top
        if newest is None:
            return False
        sent_s = newest.duration
        try:
            if await asyncio.to_thread(self._peer.claim, bucket):
                sent_s = await asyncio.to_thread(self._deliver, bucket, left, newest)
        except RefusedError as error:
            self._peer.forget_claims()
            self._sure.discard(bucket_id)
            if error.status == NOT_FOUND:  # somebody deleted the bucket: it is made anew
                raise AwayError("no such bucket") from error
            self.dropped += len(left.fresh)
            log.warning("the aw-server refused events: status %d", error.status)
        await self._store.write(
            lambda conn: forwarding.reached(conn, bucket_id, newest, sent_s, self._clock())
        )
        return len(left.fresh) >= BATCH

    def _deliver(self, bucket: Bucket, left: forwarding.Pending, newest: Event) -> float:
        """Send; returns how long the newest of them is on the server now."""
        if left.grown is not None:
            self._peer.beat(bucket.id, left.grown)
        fresh = [event for event in left.fresh if event.end >= self._clock() - OLDEST]
        self.dropped += len(left.fresh) - len(fresh)
        known: dict[tuple[int, bytes], float] = {}
        if fresh and bucket.id not in self._sure:
            there = self._peer.events(bucket.id, fresh[0].timestamp, max(e.end for e in fresh))
            known = {_mark(event): event.duration for event in there}
        unsent = [event for event in fresh if _mark(event) not in known]
        self._sure.discard(bucket.id)
        if bucket.type not in APART or not self._inserted(bucket, unsent):
            for event in unsent:
                self._send_one(bucket, event)
        self._sure.add(bucket.id)
        return known.get(_mark(newest), newest.duration)

    def _inserted(self, bucket: Bucket, events: Sequence[Event]) -> bool:
        """Send together; whether the server took them. One that it refuses takes the others with it."""
        try:
            self._peer.insert(bucket.id, events)
        except RefusedError as error:
            if error.status == NOT_FOUND:
                raise
            return False
        return True

    def _send_one(self, bucket: Bucket, event: Event) -> None:
        """Send an event; one that the server refuses is dropped.

        Never both ways in one bucket: an aw-server remembers its last heartbeat, not what was inserted.
        """
        try:
            if bucket.type in APART:
                self._peer.insert(bucket.id, [event])
            else:
                self._peer.beat(bucket.id, event)
        except RefusedError as error:
            if error.status == NOT_FOUND:
                raise
            self.dropped += 1
            log.warning("the aw-server refused an event: status %d", error.status)


def _look(conn: Connection, bucket_id: str, seen: int) -> tuple[int, forwarding.Pending | None]:
    """The newest row's number, and what a bucket has to send that is newer than one seen."""
    return forwarding.newest_number(conn), forwarding.pending(conn, bucket_id, BATCH, seen)


def _mark(event: Event) -> tuple[int, bytes]:
    """What an event is known by on another server: its millisecond and its data."""
    data = msgspec.json.encode(event.data, order="sorted")
    return int(event.timestamp.timestamp() * 1000), data
