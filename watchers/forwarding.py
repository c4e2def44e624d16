"""A sink that also sends to an aw-server, through aw-client.

Not through aw-client's own queue: of an aw-server that is away (connection refused) it notices
nothing and throws each event away (0.5.15, `RequestQueue._dispatch_request` waits on ConnectTimeout
alone; seen). So a thread of our own sends one by one, and tries again what did not arrive; aw-client
blocks without a time-out besides. A bucket that another program fills on that server
(ActivityWatch's own window watcher, say) is left to it.
"""

import logging
import queue
import threading
import time
from datetime import timedelta
from typing import Any

from watchers.event import Bucket, Event

log = logging.getLogger(__name__)

QUEUE = 10_000
CLOSE_S = 3.0
RETRY_S = (0.5, 30.0)  # first wait, longest wait
REFUSED = range(400, 500)

Item = tuple[Bucket, Event, float]


class ForwardingSink:
    """Sends what it takes to an aw-server.

    What it is given must have passed privacy: it reaches another program's disk.

    Attributes:
        dropped: Events that the aw-server will not get: it was away for too long, or refused them.
    """

    def __init__(self, client: Any) -> None:
        """Start sending.

        Args:
            client: An `aw_client.ActivityWatchClient`, as `watchers.activitywatch.open_client`
                makes it; released by `close`.
        """
        self._client = client
        self._queue: queue.Queue[Item | None] = queue.Queue(QUEUE)
        self._ours: dict[str, bool] = {}
        self._closing = threading.Event()
        self.dropped = 0
        self._thread = threading.Thread(target=self._send_all, name="aw-forward", daemon=True)
        self._thread.start()

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Take a state that still holds."""
        self._put(bucket, event, pulsetime_s)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Take an event that stands by itself."""
        self._put(bucket, event, -1.0)

    def close(self) -> None:
        """Send what is left, as far as the server takes it within a few seconds. Blocks."""
        deadline = time.monotonic() + CLOSE_S
        while not self._queue.empty() and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._closing.set()
        if self._queue.empty():
            self._queue.put(None)
        self._thread.join(max(0.5, deadline - time.monotonic()))
        if not self._thread.is_alive():
            release(self._client)

    def _put(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        try:
            self._queue.put_nowait((bucket, event, pulsetime_s))
        except queue.Full:
            self.dropped += 1
            if self.dropped == 1:
                log.warning("the aw-server is away for too long: events are kept here alone")

    def _send_all(self) -> None:
        while not self._closing.is_set() and (item := self._queue.get()) is not None:
            wait_s = RETRY_S[0]
            while not self._arrived(item) and not self._closing.wait(wait_s):
                wait_s = min(2 * wait_s, RETRY_S[1])

    def _arrived(self, item: Item) -> bool:
        """Send once; False when it is worth another try."""
        from requests import RequestException

        try:
            self._send(*item)
        except RequestException as error:
            status = getattr(error.response, "status_code", None)
            if status not in REFUSED:
                log.info("the aw-server is away: %s", type(error).__name__)
                return False
            self.dropped += 1
            self._ours.pop(item[0].id, None)  # perhaps somebody deleted the bucket
            log.warning("the aw-server refused an event: status %s", status)
        except Exception as error:
            self.dropped += 1
            log.warning("an event was not sent to the aw-server: %s", type(error).__name__)
        return True

    def _send(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        from aw_core.models import Event as PeerEvent

        if bucket.id not in self._ours:
            self._ours[bucket.id] = self._claim(bucket)
        if not self._ours[bucket.id]:
            return
        length = timedelta(seconds=event.duration)
        peer = PeerEvent(timestamp=event.timestamp, duration=length, data=dict(event.data))
        if pulsetime_s < 0:
            self._client.insert_event(bucket.id, peer)
        else:
            self._client.heartbeat(bucket.id, peer, pulsetime=pulsetime_s)

    def _claim(self, bucket: Bucket) -> bool:
        """Make the bucket if it is not there; whether it is ours."""
        known = self._client.get_buckets().get(bucket.id)
        if known is None:
            self._client.create_bucket(bucket.id, bucket.type)
            return True
        if known.get("client") != self._client.client_name:
            log.info("%s is filled by %s; left to it", bucket.id, known.get("client"))
            return False
        return True


def release(client: Any) -> None:
    """Close what aw-client leaves open: its queue's file, and the lock that allows one of a name."""
    client.request_queue._persistqueue.close()
    if (lock := getattr(client.instance, "fp", None)) is not None:
        lock.close()
