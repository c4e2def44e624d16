"""Whether the focused field is a password field, as AT-SPI tells it over the accessibility bus.

GTK tells its fields to whoever registers for focus events. Qt, Firefox, LibreOffice and Electron do
so only where accessibility is switched on for the whole desktop (org.a11y.Status IsEnabled), which
makes them keep a second tree of all that they show. That is the user's choice, so it is never
switched on here; where it is off, only GTK's fields are known. Chromium tells nothing at all
unless it is started with --force-renderer-accessibility: our extension tells its fields.

No service is started: the bus is used when some program has brought it up. A field that had the
focus before we listened is not known until the focus moves.

Sources: at-spi2-core, xml/Event.xml, xml/Registry.xml, xml/Accessible.xml; atspi-constants.h.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from watchers.platform import Session
from watchers.session.bus import BUS, Bus, BusError, session_address

log = logging.getLogger(__name__)

LAUNCHER = "org.a11y.Bus"
REGISTRY = "org.a11y.atspi.Registry"
REGISTRY_PATH = "/org/a11y/atspi/registry"
EVENTS = "org.a11y.atspi.Event.Object"
ACCESSIBLE = "org.a11y.atspi.Accessible"
FOCUSED = "object:state-changed:focused"
PASSWORD_TEXT = 40  # ATSPI_ROLE_PASSWORD_TEXT
ROLE_S = 0.5  # a program that does not answer is busy; until then it counts as a password field
AGAIN_S = 60.0
OWNERS = f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged'"

Changed = Callable[[bool, datetime], None]


class AtspiFocus:
    """Follows the focus of all programs that tell it.

    Attributes:
        ready: Set while they are listened to.
    """

    install_hint = "Install at-spi2-core, so that programs can tell their password fields."

    def __init__(self, session: Session, session_bus: str | None = None) -> None:
        """Prepare; `session_bus` is its address, the environment's by default."""
        self._session = session
        self._session_bus = session_bus
        self._place: tuple[str, str] | None = None  # of the focused object: program and path
        self._secret = self._told = False
        self._appeared = asyncio.Event()
        self.ready = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None
        self._registering: asyncio.Task[None] | None = None

    def is_compatible(self) -> bool:
        """Whether this is a Linux desktop."""
        return self._session.system == "linux" and self._session.display_server is not None

    def is_available(self) -> bool:
        """Whether there is a session bus, over which the accessibility bus is found."""
        return (self._session_bus or session_address()) is not None

    def asks(self) -> bool:
        """Whether it is one now."""
        return self._secret

    async def run(self, changed: Changed) -> None:
        """Follow the focus until cancelled."""
        level = logging.INFO
        while True:
            try:
                await self._find(changed)
            except BusError as error:
                log.log(level, "password fields of programs are not told: %s", error)
                level = logging.DEBUG
            finally:
                self._move(None, changed)
            await asyncio.sleep(1.0)  # while a program brings it up
            self._appeared.clear()

    async def _find(self, changed: Changed) -> None:
        """Follow the accessibility bus while it is there; wait for it while it is not."""
        bus = Bus(self._session_bus or session_address() or "")
        await bus.open(lambda *told: self._owner(LAUNCHER, told))
        try:
            await bus.match(f"{OWNERS},arg0='{LAUNCHER}'")
            (address,) = await bus.call(LAUNCHER, "/org/a11y/bus", LAUNCHER, "GetAddress")
            await self._follow(str(address), changed)
        except BusError as error:
            log.debug("no accessibility bus yet: %s", error)
            await self._wait()
        finally:
            await bus.close()

    async def _follow(self, address: str, changed: Changed) -> None:
        bus = Bus(address)
        await bus.open(lambda *told: self._take(bus, changed, *told))
        try:
            await bus.match(OWNERS)
            await bus.match(
                f"type='signal',interface='{EVENTS}',member='StateChanged',arg0='focused'"
            )
            await self._register(bus)
            await bus.closed()
        finally:
            self.ready.clear()
            if self._asking is not None:
                self._asking.cancel()
            await bus.close()

    async def _register(self, bus: Bus) -> None:
        """Ask for the events; without the registry, its start is waited for."""
        try:
            await bus.call(REGISTRY, REGISTRY_PATH, REGISTRY, "RegisterEvent", "s", [FOCUSED])
            log.info("listening for password fields")
            self.ready.set()
        except BusError as error:
            log.debug("no accessibility registry yet: %s", error)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(AGAIN_S):
                await self._appeared.wait()
        except TimeoutError:
            return

    def _owner(self, name: str, told: tuple[Any, ...]) -> None:
        """Somebody took a name."""
        _, _, interface, member, arguments = told
        if (interface, member) == (BUS, "NameOwnerChanged") and arguments[0] == name:
            self._appeared.set()

    def _take(
        self,
        bus: Bus,
        changed: Changed,
        sender: str,
        path: str,
        interface: str,
        member: str,
        arguments: list[Any],
    ) -> None:
        """Take a signal of the accessibility bus."""
        if interface == BUS and member == "NameOwnerChanged":
            if arguments[0] == REGISTRY and arguments[2]:  # it came up, or came up again
                self._registering = asyncio.create_task(self._register(bus))
            elif self._place is not None and arguments[0] == self._place[0] and not arguments[2]:
                self._move(None, changed)
        elif interface == EVENTS and member == "StateChanged" and arguments[0] == "focused":
            if arguments[1] and self._place != (sender, path):  # GTK 3 tells it twice
                self._move((sender, path), changed, bus)
            elif not arguments[1] and self._place == (sender, path):
                self._move(None, changed)

    def _move(
        self, place: tuple[str, str] | None, changed: Changed, bus: Bus | None = None
    ) -> None:
        """The focus moved; until the new field's role is known it counts as a password field."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        self._place, now = place, datetime.now(UTC)
        if self._told:
            self._told = False
            changed(False, now)
        self._secret = place is not None
        if place is not None and bus is not None:
            self._asking = asyncio.create_task(self._ask(bus, place, now, changed))

    async def _ask(
        self, bus: Bus, place: tuple[str, str], since: datetime, changed: Changed
    ) -> None:
        try:
            async with asyncio.timeout(ROLE_S):
                (role,) = await bus.call(*place, ACCESSIBLE, "GetRole")
        except (BusError, TimeoutError) as error:
            log.debug("a field's role is not told: %s", type(error).__name__)
            role = 0
        self._secret = self._told = role == PASSWORD_TEXT
        changed(self._secret, since if self._secret else datetime.now(UTC))
