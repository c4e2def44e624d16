"""The session on Linux: logind on the system's bus, screen savers and media on the session's.

Either bus may be missing or go away; what can still be seen is told, and a lost bus is tried again.
Lockers that tell nobody (i3lock, swaylock, slock) are known by their running.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from watchers.platform import Session
from watchers.programs import LOCKERS, Programs
from watchers.session.backend import Told
from watchers.session.bus import BUS, Bus, BusError, session_address, system_address
from watchers.session.logind import Logind
from watchers.session.media import Media
from watchers.session.microphone import CARDS, records
from watchers.session.screensaver import SAVERS, ScreenSavers

log = logging.getLogger(__name__)

AGAIN_S = 30.0
OWNERS = f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged'"


class LinuxSession:
    """Follows all that tells something here."""

    install_hint = "Nothing has to be installed; without logind, locks are seen by their programs."

    def __init__(
        self,
        session: Session,
        *,
        system_bus: str | None = None,
        session_bus: str | None = None,
        lockers: Programs | None = None,
        cards: Path = CARDS,
    ) -> None:
        """Prepare.

        Args:
            session: Where we run.
            system_bus: Address of the system's bus; the usual one by default.
            session_bus: Address of the session's; the environment's by default.
            lockers: Lockers that tell nobody.
            cards: Where the sound cards' states lie.
        """
        self._session = session
        self._system_bus = system_bus
        self._session_bus = session_bus
        self._lockers = lockers or Programs(LOCKERS)
        self._cards = cards

    def is_compatible(self) -> bool:
        """Whether this is Linux."""
        return self._session.system == "linux"

    def is_available(self) -> bool:
        """Always: what is missing is done without."""
        return True

    async def run(self, told: Told) -> None:
        """Tell what holds now, and every change, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep("system", lambda: self._follow_system(told)))
            group.create_task(self._keep("session", lambda: self._follow_session(told)))

    def look(self, told: Told) -> None:
        """Look for lockers, and for a call."""
        told.locked("program", self._lockers.look())
        told.watching("microphone", records(self._cards))

    async def _keep(self, name: str, follow: Callable[[], Awaitable[None]]) -> None:
        level = logging.INFO
        while True:
            try:
                await follow()
                log.info("the %s bus is gone", name)
            except BusError as error:
                log.log(level, "the %s bus tells nothing of the session: %s", name, error)
                level = logging.DEBUG
            await asyncio.sleep(AGAIN_S)

    async def _follow_system(self, told: Told) -> None:
        bus = Bus(self._system_bus or system_address())
        logind = Logind(bus, told)
        await bus.open(lambda sender, path, *rest: logind.signal(path, *rest))
        try:
            await logind.start()
            await bus.closed()
        finally:
            logind.stop()
            told.locked("logind", False)
            told.locked("request", False)
            told.locked("another session", False)
            told.asleep(False)
            told.watching("logind", False)
            await bus.close()

    async def _follow_session(self, told: Told) -> None:
        address = self._session_bus or session_address()
        if address is None:
            raise BusError("there is none")
        bus = Bus(address)
        savers, media = ScreenSavers(bus, told), Media(bus, told)

        def take(sender: str, path: str, interface: str, member: str, arguments: list[Any]) -> None:
            if interface == BUS and member == "NameOwnerChanged":
                savers.owner(arguments[0], arguments[2])
                media.owner(arguments[0])
            savers.signal(interface, member, arguments)
            media.signal(interface, member, arguments)

        await bus.open(take)
        playing = asyncio.create_task(media.run())
        try:
            await bus.match(OWNERS)
            await savers.start()
            await media.start()
            await bus.closed()
        finally:
            playing.cancel()
            told.watching("media", False)
            for name in SAVERS:
                told.locked(name, False)
            await bus.close()
