"""Locks as screen savers tell them over the session's bus: one interface under many names.

GetActive and ActiveChanged are the same in the Idle Inhibition Service's old draft
(org.freedesktop.ScreenSaver: KDE), and in GNOME's, Cinnamon's, MATE's and Xfce's own.
A saver that blanks the screen without locking it counts, too: nobody looks at it.
"""

import logging
from typing import Any

from watchers.session.backend import Told
from watchers.session.bus import Bus, BusError

log = logging.getLogger(__name__)

# name, which is also the interface → path
SAVERS = {
    "org.freedesktop.ScreenSaver": "/org/freedesktop/ScreenSaver",
    "org.gnome.ScreenSaver": "/org/gnome/ScreenSaver",
    "org.cinnamon.ScreenSaver": "/org/cinnamon/ScreenSaver",
    "org.mate.ScreenSaver": "/org/mate/ScreenSaver",
    "org.xfce.ScreenSaver": "/org/xfce/ScreenSaver",
}
OLD_PATHS = ("/ScreenSaver", "/")  # of KDE, of MATE and Xfce


class ScreenSavers:
    """Follows all of them; `signal` is to be given every signal of the session's bus."""

    def __init__(self, bus: Bus, told: Told) -> None:
        self._bus = bus
        self._told = told

    async def start(self) -> None:
        """Subscribe, and tell what holds now."""
        for name in SAVERS:
            await self._bus.match(f"type='signal',interface='{name}',member='ActiveChanged'")
        present = await self._bus.names()
        for name in SAVERS:
            if name in present:
                self._told.locked(name, await self._is_active(name))

    def signal(self, interface: str, member: str, arguments: list[Any]) -> None:
        """Take a signal."""
        if interface in SAVERS and member == "ActiveChanged":
            self._told.locked(interface, bool(arguments[0]))

    def owner(self, name: str, new: str) -> None:
        """Somebody took a name, or left it: then it locks no longer."""
        if name in SAVERS and not new:
            self._told.locked(name, False)

    async def _is_active(self, name: str) -> bool:
        for path in (SAVERS[name], *OLD_PATHS):
            try:
                return bool((await self._bus.call(name, path, name, "GetActive"))[0])
            except BusError as error:
                log.debug("a screen saver gives no answer: %s", error)
        return False
