"""A connection to a message bus (D-Bus), with dbus-fast, which is imported only when one is made."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

log = logging.getLogger(__name__)

CALL_S = 5.0
CLOSE_S = 1.0
BUS = "org.freedesktop.DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"
SYSTEM_SOCKET = "unix:path=/run/dbus/system_bus_socket"


class BusError(Exception):
    """The bus, or who was asked over it, gave no answer."""


Signal = Callable[[str, str, str, str, list[Any]], None]
"""Called with sender, path, interface, member and arguments of a signal."""


class Bus:
    """A connection while it is open. No service is ever started by asking."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._bus: Any = None

    async def open(self, on_signal: Signal) -> None:
        """Connect.

        Raises:
            BusError: There is no such bus.
        """
        from dbus_fast import MessageType
        from dbus_fast.aio import MessageBus

        def take(message: Any) -> None:
            if message.message_type is MessageType.SIGNAL:
                where = message.sender or "", message.path or ""
                on_signal(
                    *where, message.interface or "", message.member or "", plain(message.body)
                )

        try:
            self._bus = await asyncio.wait_for(MessageBus(self._address).connect(), CALL_S)
        except Exception as error:  # dbus-fast raises all sorts: ValueError, AuthError, OSError
            raise BusError(f"{type(error).__name__}") from error
        self._bus.add_message_handler(take)

    async def closed(self) -> None:
        """Wait until the connection ends by itself."""
        try:
            await self._bus.wait_for_disconnect()
        except (OSError, EOFError) as error:
            log.debug("a message bus is gone: %s", type(error).__name__)

    async def close(self) -> None:
        """End it, and wait for its end."""
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
            with contextlib.suppress(OSError, EOFError, TimeoutError):
                await asyncio.wait_for(bus.wait_for_disconnect(), CLOSE_S)

    async def call(
        self,
        name: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        arguments: Sequence[Any] = (),
    ) -> list[Any]:
        """Call a method and return what it answers.

        Raises:
            BusError: There is nobody, or no such method, or no answer in time.
        """
        from dbus_fast import Message, MessageFlag, MessageType

        message = Message(
            destination=name,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(arguments),
            flags=MessageFlag.NO_AUTOSTART,
        )
        try:
            answer = await asyncio.wait_for(self._bus.call(message), CALL_S)
        except (TimeoutError, OSError, EOFError, AttributeError) as error:
            raise BusError(f"{interface}.{member}: {type(error).__name__}") from error
        if answer is None or answer.message_type is MessageType.ERROR:
            raise BusError(f"{interface}.{member}: {answer and answer.error_name}")
        body: list[Any] = plain(answer.body)
        return body

    async def get(self, name: str, path: str, interface: str, key: str) -> Any:
        """Read a property.

        Raises:
            BusError: As `call`.
        """
        return (await self.call(name, path, PROPERTIES, "Get", "ss", [interface, key]))[0]

    async def match(self, rule: str) -> None:
        """Ask for signals.

        Raises:
            BusError: As `call`.
        """
        await self.call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", "s", [rule])

    async def names(self) -> list[str]:
        """All names that somebody owns.

        Raises:
            BusError: As `call`.
        """
        found: list[str] = (await self.call(BUS, "/org/freedesktop/DBus", BUS, "ListNames"))[0]
        return found


def plain(value: Any) -> Any:
    """A value without its variants' types."""
    from dbus_fast import Variant

    if isinstance(value, Variant):
        return plain(value.value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def session_address() -> str | None:
    """Where the session's bus is; None when there is none."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return f"unix:path={runtime}/bus" if runtime else None


def system_address() -> str:
    """Where the system's bus is."""
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_SOCKET
