"""A client's connection: uvicorn's, with bounds on what it sends before anybody looks at it.

uvicorn bounds neither the head of a request nor the time in which it, its body or an answer has to
pass. Here it does: too much is refused at once, and who is too slow is cut.
A request's target is a path; another form would name a second host beside the header's (RFC 9112, 3.2).
"""

import asyncio
import os
import socket
import struct
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HEAD_BYTES = 32 * 1024  # of a request's line and headers; a browser's are below 4 KB
MOST_HEADERS = 64
MOST = 128  # connections at once; a browser has six, aw-client one a watcher
AT_ONCE = struct.pack("HH" if os.name == "nt" else "ii", 1, 0)  # struct linger
LOOK_S = 5.0  # how often a connection is looked at


class Patience(NamedTuple):
    """How long is waited for a client, in seconds.

    Attributes:
        request: From a request's first byte to its last, and from connecting to the first.
        idle: For the next request.
        unread: For a client that reads nothing of its answer.
    """

    request: float = 20.0
    idle: float = 75.0
    unread: float = 20.0


class Connection(HttpToolsProtocol):
    """One client; made by uvicorn, with what it gives its connections, and our patience."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        patience: Patience,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._patience = patience
        self._clock = self.loop.time
        self._since = self._clock()
        self._looks: asyncio.TimerHandle | None = None
        self._receiving = True  # a connection owes its first request
        self._in_head = True
        self._head = 0
        self._unread: tuple[int, float] | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a client; the one that is idle for the longest makes room."""
        super().connection_made(transport)
        self._look()
        if len(self.connections) > MOST:
            others = [one for one in self.connections if isinstance(one, Connection)]
            idle = [one for one in others if one.is_idle and one is not self]
            leaves = min(idle, key=lambda one: one.since) if idle else self
            leaves.cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        if self._looks is not None:
            self._looks.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, as long as it stays within bounds."""
        if self.parser is None or self.transport.is_closing():
            return
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > HEAD_BYTES:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.")

    def on_message_begin(self) -> None:
        """A request's first byte."""
        super().on_message_begin()
        self._since, self._receiving, self._in_head, self._head = self._clock(), True, True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what comes behind a body is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the head is none that we take."""
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or len(self.headers) > MOST_HEADERS:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.")
        elif not self.url.startswith(b"/"):
            self.refuse(HTTPStatus.BAD_REQUEST, "The request's target should be a path.")
        elif self.parser.should_upgrade():
            self.refuse(HTTPStatus.BAD_REQUEST, "This server speaks HTTP/1.1 alone.")
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body; of a refused request there is nobody to read it."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request's last byte."""
        self._receiving = False
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is written: from now on the connection is idle."""
        self._since = self._clock()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self.refuse(HTTPStatus.BAD_REQUEST, "This is no request of HTTP/1.1.")

    def _unsupported_upgrade_warning(self) -> None:
        """Refused already; nothing to log."""

    @property
    def since(self) -> float:
        """When its last request began or was answered, on its clock."""
        return self._since

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer with a sentence, and close."""
        if self.transport.is_closing():
            return
        body = msgspec.json.encode({"message": message})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def cut(self) -> None:
        """Close at once, whatever is on its way: what the kernel still has to send, too."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def _look(self) -> None:
        """Cut it when it is too slow; look again in a while."""
        now = self._clock()
        self._looks = self.loop.call_later(
            min(LOOK_S, *(seconds / 2 for seconds in self._patience)), self._look
        )
        unread = self.transport.get_write_buffer_size()
        if unread == 0:
            self._unread = None
        elif self._unread is None or self._unread[0] != unread:
            self._unread = (unread, now)
        elif now - self._unread[1] > self._patience.unread:
            self.cut()
        if self.flow.read_paused:  # it waits for us
            self._since = now
        elif self._receiving and now - self._since > self._patience.request:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, "The request took too long.")
        elif self.is_idle and unread == 0 and now - self._since > self._patience.idle:
            self.cut()
