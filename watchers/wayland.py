"""A small Wayland client: enough to hear what a compositor tells programs without a window.

Knows the wire format and the three objects that every compositor has (wayland.freedesktop.org,
"Wire Format" and `wl_display`, `wl_registry`, `wl_callback` of the core protocol); what else is
bound is its caller's. pywayland would do the same, but needs libwayland's headers or a C compiler
wherever it has no wheel.
"""

import array
import contextlib
import logging
import os
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Self

from watchers.platform import Session
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

ANSWER_S = 3.0
CHUNK = 1 << 16
MAX_FDS = 28  # libwayland sends no more at once
HEADER = struct.Struct("=II")  # the object; the message's size above, its opcode below 16 bits
NO_COMPOSITOR = "The compositor does not answer: start Hunch inside your desktop session."
LOST = "The connection to the compositor was lost: start Hunch again inside your desktop session."

DISPLAY = 1  # the object that is there from the start
SYNC, GET_REGISTRY = 0, 1
ERROR, DELETED = 0, 1
BIND = 0
GLOBAL, GLOBAL_REMOVED = 0, 1


class Arguments:
    """The arguments of an event, taken one after another as its protocol's XML lists them."""

    def __init__(self, body: bytes, descriptors: deque[int]) -> None:
        self._body, self._at = body, 0
        self._descriptors = descriptors

    def number(self) -> int:
        """A `uint`, an `object` or a `new_id`; 0 is the null object."""
        (value,) = struct.unpack_from("=I", self._body, self._at)
        self._at += 4
        return int(value)

    def block(self) -> bytes:
        """An `array`."""
        length = self.number()
        value = self._body[self._at : self._at + length]
        self._at += (length + 3) & ~3
        return value

    def text(self) -> str:
        """A `string`."""
        return self.block().rstrip(b"\0").decode("utf-8", "replace")

    def descriptor(self) -> int:
        """An `fd`; the caller closes it.

        Raises:
            IndexError: None came.
        """
        return self._descriptors.popleft()


Handler = Callable[[int, Arguments], None]


class Compositor:
    """A connection to the compositor; `close` it, or use it as a context manager.

    Attributes:
        globals: What it offers: interface → its number and version.
    """

    def __init__(self, session: Session) -> None:
        """Connect and learn what is offered.

        Raises:
            WatcherError: Nobody answers.
        """
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._handlers: dict[int, Handler] = {DISPLAY: self._on_display}
        self._descriptors: deque[int] = deque()
        self._unread = b""
        self._last_id = DISPLAY
        self._numbers: dict[int, str] = {}
        self.globals: dict[str, tuple[int, int]] = {}
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(session.wayland or "")
            # from here on only sending may block: with Python's own time-out, receiving would, too
            self._socket.settimeout(None)
            wait = struct.pack("@ll", int(ANSWER_S), 0)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, wait)
            self._registry = self.make(self._on_registry)
            self.request(DISPLAY, GET_REGISTRY, self._registry)
            self.roundtrip()
        except (OSError, WatcherError) as error:
            self.close()
            log.info("no compositor: %s", type(error).__name__)
            raise WatcherError(NO_COMPOSITOR) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Becomes readable when something was told."""
        return self._socket.fileno()

    def close(self) -> None:
        """Disconnect; what was bound ends with it."""
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())

    def make(self, handler: Handler) -> int:
        """A number for a new object, whose events `handler` gets."""
        self._last_id += 1
        self._handlers[self._last_id] = handler
        return self._last_id

    def adopt(self, number: int, handler: Handler) -> None:
        """Take an object that the compositor made."""
        self._handlers[number] = handler

    def forget(self, number: int) -> None:
        """Hear no more of an object."""
        self._handlers.pop(number, None)

    def bind(self, interfaces: Sequence[str], version: int, handler: Handler, hint: str) -> int:
        """Bind the first that is offered of some interfaces, at most in this version.

        Raises:
            WatcherError: None is; with the hint.
        """
        interface = next((name for name in interfaces if name in self.globals), None)
        if interface is None:
            raise WatcherError(hint, "wayland")
        name, offered = self.globals[interface]
        number = self.make(handler)
        self.request(self._registry, BIND, name, interface, min(version, offered), number)
        return number

    def request(
        self, target: int, opcode: int, *values: int | str | bytes, descriptor: int | None = None
    ) -> None:
        """Send a request; its arguments in the order of the protocol's XML.

        Raises:
            WatcherError: The connection is lost.
        """
        body = b"".join(_encoded(value) for value in values)
        message = HEADER.pack(target, (HEADER.size + len(body)) << 16 | opcode) + body
        passed = [] if descriptor is None else [descriptor]
        try:
            sent = socket.send_fds(self._socket, [message], passed)
            self._socket.sendall(message[sent:])
        except OSError as error:
            raise WatcherError(LOST, "crashed") from error

    def roundtrip(self, within_s: float = ANSWER_S) -> None:
        """Wait until all requests so far are answered, and hand out what was told.

        Raises:
            WatcherError: They are not in time, or the connection is lost.
        """
        answered: list[int] = []
        number = self.make(lambda opcode, arguments: answered.append(opcode))
        self.request(DISPLAY, SYNC, number)
        deadline = time.monotonic() + within_s
        while not answered:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([self._socket], [], [], left_s)[0]:
                raise WatcherError(NO_COMPOSITOR)
            self.take()
        self.forget(number)

    def take(self) -> None:
        """Hand out all that was told, without waiting.

        Raises:
            WatcherError: The connection is lost, or the compositor found us wrong.
        """
        while self._receive():
            while message := self._next():
                target, opcode, body = message
                if (handler := self._handlers.get(target)) is not None:
                    handler(opcode, Arguments(body, self._descriptors))

    def _receive(self) -> bool:
        space = socket.CMSG_SPACE(MAX_FDS * array.array("i").itemsize)
        try:
            part, extra, _, _ = self._socket.recvmsg(CHUNK, space, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            raise WatcherError(LOST, "crashed") from error
        if not part:
            raise WatcherError(LOST, "crashed")
        for level, kind, data in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                whole = len(data) - len(data) % array.array("i").itemsize
                self._descriptors.extend(array.array("i", data[:whole]))
        self._unread += part
        return True

    def _next(self) -> tuple[int, int, bytes] | None:
        if len(self._unread) < HEADER.size:
            return None
        target, word = HEADER.unpack_from(self._unread)
        size, opcode = word >> 16, word & 0xFFFF
        if size < HEADER.size:
            raise WatcherError(LOST, "crashed")
        if len(self._unread) < size:
            return None
        body, self._unread = self._unread[HEADER.size : size], self._unread[size:]
        return target, opcode, body

    def _on_display(self, opcode: int, arguments: Arguments) -> None:
        if opcode == ERROR:
            target, code = arguments.number(), arguments.number()
            log.warning("the compositor refused object %d, code %d", target, code)
            raise WatcherError(LOST, "crashed")

    def _on_registry(self, opcode: int, arguments: Arguments) -> None:
        number = arguments.number()
        if opcode == GLOBAL:
            interface, version = arguments.text(), arguments.number()
            self._numbers[number] = interface
            self.globals.setdefault(interface, (number, version))
        elif opcode == GLOBAL_REMOVED:
            interface = self._numbers.pop(number, "")
            if self.globals.get(interface, (0, 0))[0] == number:
                self.globals.pop(interface)


def offered(session: Session) -> frozenset[str]:
    """The interfaces that the compositor offers; none when nobody answers."""
    with contextlib.suppress(WatcherError), Compositor(session) as compositor:
        return frozenset(compositor.globals)
    return frozenset()


def _encoded(value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return struct.pack("=I", value & 0xFFFFFFFF)
    block = value if isinstance(value, bytes) else value.encode() + b"\0"
    return struct.pack("=I", len(block)) + block + b"\0" * (-len(block) % 4)
