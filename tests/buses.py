"""A message bus of our own, and services on it that stand for the system's, which are not ours."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PROPERTIES = "org.freedesktop.DBus.Properties"
Answer = tuple[str, list[Any]]
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


@contextmanager
def bus(folder: Path) -> Iterator[str]:
    """A bus that starts no service, while it is open; gives its address."""
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(socket=folder / "bus"))
    readable, writable = os.pipe()
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", f"--print-address={writable}"],
        pass_fds=(writable,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writable)
    try:
        with os.fdopen(readable) as told:
            yield told.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


class Service:
    """A service that answers from a table.

    Attributes:
        methods: By path, interface and member: takes the arguments, gives signature and values.
        properties: By path and interface: the properties, as variants.
    """

    def __init__(self, address: str) -> None:
        self._bus: Any = MessageBus(address)
        self.methods: dict[tuple[str, str, str], Callable[[Sequence[Any]], Answer]] = {}
        self.properties: dict[tuple[str, str], dict[str, Variant]] = {}

    @property
    def unique(self) -> str:
        return str(self._bus.unique_name)

    async def open(self, *names: str) -> "Service":
        await self._bus.connect()
        self._bus.add_message_handler(self._answer)
        for name in names:
            await self._bus.request_name(name)
        return self

    async def leave(self, name: str) -> None:
        await self._bus.release_name(name)

    async def close(self) -> None:
        self._bus.disconnect()
        with contextlib.suppress(OSError, EOFError):
            await self._bus.wait_for_disconnect()

    async def tell(
        self, path: str, interface: str, member: str, signature: str, values: list[Any]
    ) -> None:
        await self._bus.send(Message.new_signal(path, interface, member, signature, values))

    async def change(self, path: str, interface: str, values: Mapping[str, Variant]) -> None:
        """Set properties, and tell of it as services do."""
        self.properties.setdefault((path, interface), {}).update(values)
        await self.tell(
            path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, dict(values), []]
        )

    def _answer(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        path, interface = message.path or "", message.interface or ""
        method = self.methods.get((path, interface, message.member or ""))
        if method is not None:
            return Message.new_method_return(message, *method(message.body))
        if interface == PROPERTIES:
            values = self.properties.get((path, message.body[0]), {})
            if message.member == "GetAll":
                return Message.new_method_return(message, "a{sv}", [values])
            if message.body[1] in values:
                return Message.new_method_return(message, "v", [values[message.body[1]]])
        return None


async def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.01)
