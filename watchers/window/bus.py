"""The session's message bus (D-Bus), for the readers of windows that need one: KDE's and GNOME's.

Knows dbus-fast, which is imported only when a connection is made, and no desktop. A service is
never started by asking.
"""

import asyncio
import contextlib
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

from watchers.notices import Bell
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import ActiveWindow

log = logging.getLogger(__name__)

CALL_S = 3.0
PROBE_S = 5.0
BUS, BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
R = TypeVar("R")


class BusError(Exception):
    """The bus, or who was asked over it, gave no answer."""


class Bus:
    """A connection while it is open, as a context manager.

    Attributes:
        name: Our unique name, by which others may call us.
        hear: Called with sender, interface, member and arguments of each call and signal.
    """

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._bus: Any = None
        self.name = ""
        self.hear: Callable[[str, str, str, Sequence[Any]], None] = lambda *told: None

    async def __aenter__(self) -> "Bus":
        from dbus_fast.aio import MessageBus

        try:
            async with asyncio.timeout(CALL_S):
                self._bus = await MessageBus(self._address or "").connect()
        except Exception as error:  # dbus-fast raises all sorts: ValueError, AuthError, OSError
            raise BusError(type(error).__name__) from error
        self.name = self._bus.unique_name
        self._bus.add_message_handler(self._take)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.disconnect()
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(CALL_S):
                await self._bus.wait_for_disconnect()

    async def closed(self) -> None:
        """Wait until the connection ends by itself."""
        with contextlib.suppress(OSError, EOFError):
            await self._bus.wait_for_disconnect()

    async def call(self, target: Sequence[str], member: str, *arguments: Any, of: str = "") -> Any:
        """Call a method; its only answer, or None.

        Args:
            target: Name, path and interface.
            member: The method.
            arguments: Its arguments.
            of: Their D-Bus signature.

        Raises:
            BusError: There is nobody, or no such method, or no answer in time.
        """
        from dbus_fast import Message, MessageFlag, MessageType

        name, path, interface = target
        message = Message(
            destination=name, path=path, interface=interface, member=member,
            signature=of, body=list(arguments), flags=MessageFlag.NO_AUTOSTART,
        )  # fmt: skip
        try:
            async with asyncio.timeout(CALL_S):
                answer = await self._bus.call(message)
        except (TimeoutError, OSError, EOFError) as error:
            raise BusError(f"{interface}.{member}: {type(error).__name__}") from error
        if answer is None or answer.message_type is MessageType.ERROR:
            said = answer.body[0] if answer and answer.body else ""
            raise BusError(f"{interface}.{member}: {answer and answer.error_name} {said}")
        return answer.body[0] if answer.body else None

    async def owner(self, name: str) -> str:
        """The unique name of who owns a name.

        Raises:
            BusError: Nobody does.
        """
        return str(await self.call((BUS, BUS_PATH, BUS), "GetNameOwner", name, of="s"))

    async def match(self, rule: str) -> None:
        """Ask for signals."""
        await self.call((BUS, BUS_PATH, BUS), "AddMatch", rule, of="s")

    def _take(self, message: Any) -> Any:
        from dbus_fast import Message, MessageType

        if message.message_type is MessageType.SIGNAL:
            self.hear(message.sender or "", message.interface or "", message.member, message.body)
        elif message.message_type is MessageType.METHOD_CALL and message.interface:
            self.hear(message.sender or "", message.interface, message.member, message.body)
            return Message.new_method_return(message)
        return None


class BusWindows(ABC):
    """What both readers share: a task on the loop that keeps the newest window, and a bell."""

    install_hint = ""
    switched: datetime | None = None

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bell = Bell()
        self._window: ActiveWindow | None = None
        self._task: asyncio.Task[None] | None = None
        self._failed = False

    def is_available(self) -> bool:
        """Whether the desktop answers; waits for it, at most a few seconds."""
        return self._session.bus is not None and bool(run_apart(self._probe()))

    def open(self) -> Bell:
        """Begin to follow."""
        self._failed, self._window = False, None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="window-bus")
        return self._bell

    def take(self) -> bool:
        """Whether something was told since."""
        if self._failed:
            raise WatcherError(self.install_hint)
        return self._bell.take()

    def current(self) -> ActiveWindow | None:
        """The window that was told last."""
        return self._window

    def close(self) -> None:
        """End."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    async def _run(self) -> None:
        try:
            async with Bus(self._session.bus) as bus:
                await self._follow(bus)
        except BusError as error:
            log.info("the desktop tells no window: %s", error)
        self._failed = True
        self._bell.ring()

    def _tell(self, window: ActiveWindow | None) -> None:
        if window != self._window:
            self._window = window
            self._bell.ring()

    @abstractmethod
    async def _probe(self) -> bool:
        """Whether the desktop answers.

        Raises:
            BusError: It does not.
        """

    @abstractmethod
    async def _follow(self, bus: Bus) -> None:
        """Tell each window until the connection ends.

        Raises:
            BusError: The desktop does not answer.
        """


def run_apart(work: Coroutine[Any, Any, R]) -> R | None:
    """Run a coroutine to its end in a thread of its own, since the caller's loop may be running.

    Returns:
        Its result; None when it found no answer.
    """
    found: list[R] = []

    async def within() -> None:
        with contextlib.suppress(BusError, TimeoutError):
            async with asyncio.timeout(PROBE_S):
                found.append(await work)

    thread = threading.Thread(target=lambda: asyncio.run(within()), name="probe", daemon=True)
    thread.start()
    thread.join(PROBE_S + CALL_S)
    return found[0] if found else None
