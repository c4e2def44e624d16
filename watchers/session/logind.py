"""Sleep, locks and idle inhibitors as systemd-logind tells them (org.freedesktop.login1(5)).

LockedHint is what a desktop's locker sets. The signal Lock is only a request to lock, so it counts
for some seconds alone: whoever locks says so by then, over LockedHint, by a screen saver's signal
or by running. A session that is switched away from is as good as locked.
"""

import asyncio
import contextlib
import logging
import os
from typing import Any

from watchers.session.backend import Told
from watchers.session.bus import PROPERTIES, Bus, BusError

log = logging.getLogger(__name__)

NAME = "org.freedesktop.login1"
ROOT = "/org/freedesktop/login1"
MANAGER = f"{NAME}.Manager"
SESSION = f"{NAME}.Session"
CONFIRM_S = 5.0


class Logind:
    """Follows one session; `signal` is to be given every signal of the system's bus."""

    def __init__(self, bus: Bus, told: Told, session_id: str | None = None) -> None:
        """Prepare.

        Args:
            bus: The system's bus, open.
            told: Hears of changes.
            session_id: Which session; by default the environment's, else the one that the user sees.
        """
        self._bus = bus
        self._told = told
        self._id = session_id or os.environ.get("XDG_SESSION_ID")
        self._path: str | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Subscribe, and tell what holds now.

        Raises:
            BusError: There is no logind, or no session of ours.
        """
        self._path = await self._find()
        for interface, member in (
            (MANAGER, "PrepareForSleep"),
            (SESSION, "Lock"),
            (SESSION, "Unlock"),
            (PROPERTIES, "PropertiesChanged"),
        ):
            rule = f"type='signal',sender='{NAME}',interface='{interface}',member='{member}'"
            await self._bus.match(rule)
        locked = await self._bus.get(NAME, self._path, SESSION, "LockedHint")
        self._told.locked("logind", bool(locked))
        await self._read_inhibitors()

    def stop(self) -> None:
        """Drop what is under way."""
        for task in self._tasks:
            task.cancel()

    def signal(self, path: str, interface: str, member: str, arguments: list[Any]) -> None:
        """Take a signal."""
        if interface == MANAGER and member == "PrepareForSleep":
            self._told.asleep(bool(arguments[0]))
        elif interface == SESSION and path == self._path:
            self._asked_to(member)
        elif member == "PropertiesChanged" and arguments[0] == SESSION and path == self._path:
            self._changed(arguments[1])
        elif member == "PropertiesChanged" and arguments[0] == MANAGER:
            self._later(self._read_inhibitors())

    def _asked_to(self, member: str) -> None:
        if member == "Lock":
            self._told.locked("request", True)
            self._later(self._confirm())
        elif member == "Unlock":
            self._told.locked("request", False)

    def _changed(self, values: dict[str, Any]) -> None:
        if "LockedHint" in values:
            self._told.locked("logind", bool(values["LockedHint"]))
        if "Active" in values:
            self._told.locked("another session", not values["Active"])

    async def _confirm(self) -> None:
        await asyncio.sleep(CONFIRM_S)
        self._told.locked("request", False)

    async def _read_inhibitors(self) -> None:
        try:
            (rows,) = await self._bus.call(NAME, ROOT, MANAGER, "ListInhibitors")
        except BusError as error:
            log.debug("inhibitors cannot be read: %s", error)
            return
        self._told.watching("logind", holds_idle(rows, os.getuid()))

    async def _find(self) -> str:
        """The path of our session.

        A daemon that the user's service manager started belongs to none; then it is the one that
        the user sees.
        """
        if self._id:
            with contextlib.suppress(BusError):
                return await self._path_of("GetSession", "s", self._id)
        with contextlib.suppress(BusError):
            return await self._path_of("GetSessionByPID", "u", os.getpid())
        user = await self._path_of("GetUser", "u", os.getuid())
        name, path = await self._bus.get(NAME, user, f"{NAME}.User", "Display")
        if not name:
            raise BusError("this user has no session with a display")
        return str(path)

    async def _path_of(self, member: str, signature: str, argument: Any) -> str:
        (path,) = await self._bus.call(NAME, ROOT, MANAGER, member, signature, [argument])
        return str(path)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def holds_idle(rows: list[list[Any]], uid: int) -> bool:
    """Whether a user's program keeps the session from being idle.

    Args:
        rows: Inhibitors: what, who, why, mode, user, process (org.freedesktop.login1(5)).
        uid: The user.
    """
    return any(
        "idle" in str(what).split(":") and mode == "block" and user == uid
        for what, _, _, mode, user, _ in rows
    )
