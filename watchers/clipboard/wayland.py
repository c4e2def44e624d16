"""The clipboard under Wayland, where the compositor offers data-control.

Compositors let a program without a window hear of copies by ext-data-control-v1 or by the older
zwlr_data_control_unstable_v1, which has the same requests and events (wlroots' family, KDE; not
GNOME). The kinds that are offered are known before anything is read, so what carries the mark of a
secret (`x-kde-passwordManagerHint`) is never asked for. The copying program writes into a pipe of
ours; one that does not is given up.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable

from watchers.clipboard.backend import Copied
from watchers.clipboard.kinds import LARGEST, choose_kind, gatherer
from watchers.coverage import Cause
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.wayland import NO_COMPOSITOR, Arguments, Compositor, offered

log = logging.getLogger(__name__)

READ_S = 20.0  # for all of a copy
STEP_S = 2.0  # a program that needs longer for the next part is given up
CHUNK = 1 << 16
MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
GET_DEVICE = 1  # of the manager
OFFER, SELECTION, FINISHED, PRIMARY = 0, 1, 2, 3  # the device's events
RECEIVE, DESTROY = 0, 1  # of an offer
NOT_OFFERED = (
    "This compositor lets no program in the background read the clipboard: log in to an X11 "
    'session, or set clipboard = "off".'
)


class WaylandClipboard:
    """Hears of copies from the compositor and reads them from the program that offers them."""

    cause: Cause = "wayland"
    told = "text, names of files, kind and size of pictures; by data-control"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._compositor: Compositor | None = None
        self._offers: dict[int, list[str]] = {}
        self._selection = 0
        self._changed = self._ended = False
        self.install_hint = NOT_OFFERED

    def is_compatible(self) -> bool:
        """Whether this is a Wayland session."""
        return self._session.display_server == "wayland"

    def is_available(self) -> bool:
        """Whether the compositor offers one of the protocols."""
        interfaces = offered(self._session)
        if not interfaces:
            self.install_hint = NO_COMPOSITOR
        return any(name in interfaces for name in MANAGERS)

    def open(self) -> int | None:
        """Connect; what is on the clipboard is told at once."""
        self._offers, self._selection, self._ended = {}, 0, False
        compositor = Compositor(self._session)
        try:
            manager = compositor.bind(MANAGERS, 1, _ignore, NOT_OFFERED)
            seat = compositor.bind(["wl_seat"], 1, _ignore, NOT_OFFERED)
            self._compositor = compositor
            device = compositor.make(self._on_device)
            compositor.request(manager, GET_DEVICE, device, seat)
            compositor.roundtrip()
        except WatcherError:
            self.close()
            compositor.close()
            raise
        return compositor.fileno()

    def take(self) -> bool:
        """Take all that was told; whether something was copied."""
        if self._compositor is not None:
            self._compositor.take()
        if self._ended:
            raise WatcherError(NO_COMPOSITOR)
        changed, self._changed = self._changed, False
        return changed

    async def read(self, limit: int) -> Copied | None:
        """What is there; None for nothing that is told."""
        kinds = self._offers.get(self._selection, [])
        kind = choose_kind(kinds)
        if kind is None:
            log.info("a copy was not read: secret, or neither text, files nor picture")
            return None
        gather = gatherer(kind, limit)
        try:
            async with asyncio.timeout(READ_S), self._receiving(kind) as reader:
                while chunk := await _part(reader):
                    gather.take(chunk)
                    if gather.size > LARGEST:
                        log.info("a copy is larger than is read")
                        break
        except TimeoutError:
            log.info("the clipboard's owner did not answer within %g s", STEP_S)
            return None
        return gather.copied()

    def close(self) -> None:
        """Disconnect."""
        compositor, self._compositor = self._compositor, None
        if compositor is not None:
            compositor.close()

    @contextlib.asynccontextmanager
    async def _receiving(self, kind: str) -> AsyncIterator[asyncio.StreamReader]:
        """The reading end of a pipe into which the copying program writes."""
        if self._compositor is None:
            raise WatcherError(NO_COMPOSITOR)
        source, target = os.pipe()
        pipe = os.fdopen(source, "rb", 0)
        try:
            self._compositor.request(self._selection, RECEIVE, kind, descriptor=target)
        except WatcherError:
            pipe.close()
            raise
        finally:
            os.close(target)  # else it would never end
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            yield reader
        finally:
            transport.close()

    def _on_device(self, opcode: int, arguments: Arguments) -> None:
        if opcode == FINISHED:
            self._ended = True
            return
        number = arguments.number()
        if opcode == OFFER:
            self._offers[number] = []
            if self._compositor is not None:
                self._compositor.adopt(number, self._listener(number))
        elif opcode == SELECTION:
            self._drop(self._selection)
            self._selection, self._changed = number, True
        elif opcode == PRIMARY:  # what is selected with the mouse is no copy
            self._drop(number)

    def _listener(self, number: int) -> Callable[[int, Arguments], None]:
        def on_offer(opcode: int, arguments: Arguments) -> None:
            if number in self._offers:
                self._offers[number].append(arguments.text())

        return on_offer

    def _drop(self, number: int) -> None:
        if self._offers.pop(number, None) is not None and self._compositor is not None:
            self._compositor.forget(number)
            self._compositor.request(number, DESTROY)


async def _part(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(STEP_S):
        return await reader.read(CHUNK)


def _ignore(opcode: int, arguments: Arguments) -> None:
    """Nothing of it is needed."""
