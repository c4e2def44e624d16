"""A client of ActivityWatch's API that costs little itself: bytes on a socket that stays open.

http.client takes 0.3 ms a request of its own, which would hide a server that takes as long; aw-client more.
A server that closes the connection after its answer, as werkzeug's may, is connected to anew.
"""

import json
import socket
from http import HTTPStatus
from typing import Any

TIMEOUT_S = 30.0


class Client:
    """Fills one bucket.

    Args:
        port: Of the server, on 127.0.0.1.
        name: Of the bucket, behind its watcher's.
        pulsetime_s: Of its heartbeats.
    """

    def __init__(self, port: int, name: str, pulsetime_s: float) -> None:
        self._port = port
        self._connection: socket.socket | None = None
        bucket = f"/api/0/buckets/aw-watcher-window_{name}"
        self._beat = f"{bucket}/heartbeat?pulsetime={pulsetime_s}"
        described = {"client": "bench", "type": "currentwindow", "hostname": "bench"}
        self._post(bucket, json.dumps(described).encode())

    def heartbeat(self, event: bytes) -> None:
        """Send one, as JSON, and wait for its answer.

        Raises:
            ConnectionError: It is refused.
        """
        self._post(self._beat, event)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, path: str, body: bytes) -> None:
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self._port), TIMEOUT_S)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (path.encode(), self._port, len(body), body)
        )
        status, closes = _answer(self._connection)
        if closes:
            self.close()
        if status >= HTTPStatus.BAD_REQUEST:
            raise ConnectionError(f"the server answered {status}")


def _answer(connection: socket.socket) -> tuple[int, bool]:
    """The status of an answer that was read to its end, and whether the server closes now."""
    seen = _more(connection, b"")
    while b"\r\n\r\n" not in seen:
        seen = _more(connection, seen)
    head, _, body = seen.partition(b"\r\n\r\n")
    low = head.lower()
    _, found, length = low.partition(b"\r\ncontent-length:")
    rest = int(length.partition(b"\r\n")[0]) - len(body) if found else 0
    while rest > 0:
        rest -= len(_more(connection, b""))
    closes = b"connection: close" in low or low.startswith(b"http/1.0")
    return int(head[9:12]), closes


def _more(connection: socket.socket, seen: bytes) -> bytes:
    part: Any = connection.recv(65536)
    if not part:
        raise ConnectionError("the server closed the connection")
    return seen + bytes(part)
