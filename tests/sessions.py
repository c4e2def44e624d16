"""A session watcher over a bus of the test's own, on which services stand for the system's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dbus_fast import Variant

from tests.buses import Service
from tests.keeping import Keeping
from watchers.platform import Session
from watchers.presence import Presence
from watchers.session.linux import LinuxSession
from watchers.session.microphone import CARDS
from watchers.session.watcher import SessionWatcher

HERE = Session("linux", "x11", ":9")
LOGIN = "org.freedesktop.login1"
ROOT, MINE, THEIRS = "/org/freedesktop/login1", "/login1/session/7", "/login1/session/8"


async def logind(address: str, *, locked: bool = False) -> Service:
    """Stands for systemd-logind with two sessions, the second another user's."""
    service = Service(address)
    service.methods[ROOT, f"{LOGIN}.Manager", "GetSession"] = lambda a: ("o", [MINE])
    service.methods[ROOT, f"{LOGIN}.Manager", "GetSessionByPID"] = lambda a: ("o", [MINE])
    service.methods[ROOT, f"{LOGIN}.Manager", "ListInhibitors"] = lambda a: ("a(ssssuu)", [[]])
    for path in (MINE, THEIRS):
        hint = {"LockedHint": Variant("b", locked), "Active": Variant("b", True)}
        service.properties[path, f"{LOGIN}.Session"] = hint
    return await service.open(LOGIN)


@asynccontextmanager
async def watching(
    address: str, interval_s: float = 2.0, cards: Path = CARDS
) -> AsyncIterator[tuple[Keeping, Presence]]:
    keeping, presence = Keeping(), Presence()
    backend = LinuxSession(HERE, system_bus=address, session_bus=address, cards=cards)
    watcher = SessionWatcher(backend, keeping, presence, interval_s=interval_s)
    task = asyncio.create_task(watcher.run(keeping))
    try:
        await asyncio.sleep(0.3)
        yield keeping, presence
    finally:
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(end, asyncio.CancelledError)


def is_held(presence: Presence) -> bool:
    """Whether somebody who was here just now stays here without any input."""
    now = datetime.now(UTC)
    return presence.held(now, now + timedelta(hours=1), timedelta(minutes=3)) > now


def is_away(presence: Presence) -> bool:
    return any(stretch.until is None for stretch in presence.away(datetime.now(UTC)))
