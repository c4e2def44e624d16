"""Cuts a connection at its deadline.

An HTTP client's own time-outs begin anew with each byte that comes: headers, or the body of an error, may
drip for ever.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any


class Cut:
    """The connections of one exchange at a time, over a client that keeps none for the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = False
        self._sockets: list[socket.socket] = []

    def watch(self, request: Any) -> None:
        """Learn of the connection that a request opens: a hook of the client's."""
        request.extensions["trace"] = self._trace

    @contextlib.contextmanager
    def at(self, until: float) -> Iterator[None]:
        """Let an exchange last until then, by the monotonic clock.

        Raises:
            TimeoutError: It was cut.
        """
        self._over = False
        timer = threading.Timer(max(until - time.monotonic(), 0.0), self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            for line in self._sockets:
                line.close()
            self._sockets = []
            if self._over:
                raise TimeoutError

    def _trace(self, name: str, told: dict[str, Any]) -> None:
        if name.endswith(".connect_tcp.complete"):
            # A copy of the handle: the client wraps its own for TLS, and may close it at any time.
            line = told["return_value"].get_extra_info("socket").dup()
            with self._lock:
                self._sockets.append(line)
            if self._over:
                self._end()

    def _end(self) -> None:
        with self._lock:
            self._over = True
            for line in self._sockets:
                with contextlib.suppress(OSError):  # its other end was faster
                    line.shutdown(socket.SHUT_RDWR)


def left(until: float) -> float:
    """Seconds until then, by the monotonic clock.

    Raises:
        TimeoutError: There are none.
    """
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
