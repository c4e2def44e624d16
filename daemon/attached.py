"""A running ActivityWatch beside us: it gets what we see, after privacy, and we what its own watchers see."""

import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from daemon.forwarding import Forwarder
from daemon.recorder import Recorder
from daemon.store import Store, capture, coverage, forwarding
from watchers.activitywatch import AttachedSource
from watchers.forwarding import Peer
from watchers.watcher import Watcher

SENT = ("input", "afk", "window", "clipboard", "files")  # what an aw-server gets from us
LATELY = timedelta(days=1)
SETTLE = timedelta(seconds=10)  # the newest of one bucket may be kept before that of another
MISSED = timedelta(hours=2)  # of a life that was cut short, so much is fetched at most


class Attached:
    """Sends and pulls while attached; does nothing before `start`.

    Attributes:
        lately: Whether an aw-server took something within a day: one that is away is waited for.
    """

    def __init__(
        self, port: int, store: Store, recorder: Recorder, clock: Callable[[], datetime]
    ) -> None:
        self._port, self._store, self._recorder, self._clock = port, store, recorder, clock
        self._forwarder: Forwarder | None = None
        contact = store.read(forwarding.last_contact)
        self.lately = contact is not None and abs(clock() - contact) < LATELY

    @property
    def problem(self) -> str | None:
        """That the server does not answer, in a sentence; None while it does."""
        return self._forwarder.problem if self._forwarder is not None else None

    async def start(self, *, away: bool) -> Mapping[str, Callable[[], Watcher]]:
        """Begin, before anything else is written; returns the watcher that pulls, by its name."""
        host = socket.gethostname()
        ours = [f"aw-watcher-{name}_{host}" for name in SENT]
        peer = Peer(self._port)
        self._forwarder = Forwarder(self._store, self._recorder, peer, ours, self._clock)
        await self._forwarder.start()
        if not away:
            now = self._clock()
            await self._store.write(lambda conn: forwarding.met(conn, now))
        since = self._missed_since()
        return {
            "activitywatch": lambda: AttachedSource(
                self._port, skip=ours, since=since, reached=self._reached
            )
        }

    async def run(self) -> None:
        """Send, until cancelled."""
        if self._forwarder is not None:
            await self._forwarder.run()

    async def finish(self) -> None:
        """Send what is left."""
        if self._forwarder is not None:
            await self._forwarder.finish()

    def _missed_since(self) -> datetime:
        """From when on the server is asked: what it saw after we were killed, nothing of a stop or a pause."""
        now = self._clock()
        left = self._store.read(partial(coverage.left, now=now))
        if left.end is None or left.mark is not None:
            return now
        if self._store.read(partial(coverage.was_paused, at=left.end)):
            return now
        return max(left.end - SETTLE, now - MISSED)

    def _reached(self) -> Mapping[str, datetime]:
        """Up to where each bucket is kept."""
        rows = self._store.read(capture.buckets)
        return {row.bucket.id: row.last_updated for row in rows if row.last_updated is not None}
