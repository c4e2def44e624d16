"""Locks and sleep over a real bus; the services on it stand for the system's."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dbus_fast import Variant

from tests.buses import Service, bus, until
from tests.sessions import LOGIN, MINE, ROOT, THEIRS, is_away, logind, watching

pytestmark = pytest.mark.anyio

SAVER = "org.gnome.ScreenSaver"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with bus(tmp_path) as address:
        yield address


async def test_the_locked_hint_of_our_session_hides_and_another_sessions_does_not(
    address: str,
) -> None:
    service = await logind(address)
    async with watching(address) as (keeping, presence):
        await service.change(THEIRS, f"{LOGIN}.Session", {"LockedHint": Variant("b", True)})
        await asyncio.sleep(0.2)
        assert not keeping.is_hidden
        before = datetime.now(UTC)
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", True)})
        await until(lambda: keeping.is_hidden)
        assert is_away(presence)
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", False)})
        await until(lambda: not keeping.is_hidden)
        assert not is_away(presence)
    ((source, cause, since, at),) = keeping.gaps
    assert (source, cause) == ("*", "locked")
    assert before <= since and at is not None and since < at
    await service.close()


async def test_a_session_that_is_locked_at_the_start_is_known_to_be(address: str) -> None:
    service = await logind(address, locked=True)
    async with watching(address) as (keeping, _):
        await until(lambda: keeping.is_hidden)
    assert not keeping.is_hidden  # nobody knows it any more
    await service.close()


async def test_a_request_to_lock_counts_until_somebody_locks_or_nobody_did(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchers.session.logind.CONFIRM_S", 0.4)
    service = await logind(address)
    async with watching(address) as (keeping, _):
        await service.tell(MINE, f"{LOGIN}.Session", "Lock", "", [])
        await until(lambda: keeping.is_hidden)
        await until(lambda: not keeping.is_hidden)  # no locker answered it
        await service.tell(MINE, f"{LOGIN}.Session", "Lock", "", [])
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", True)})
        await until(lambda: keeping.is_hidden)
        await asyncio.sleep(0.7)
        assert keeping.is_hidden
        await service.tell(MINE, f"{LOGIN}.Session", "Unlock", "", [])
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", False)})
        await until(lambda: not keeping.is_hidden)
    await service.close()


async def test_announced_sleep_is_a_gap_from_its_announcement_to_waking(address: str) -> None:
    service = await logind(address)
    async with watching(address) as (keeping, presence):
        await service.tell(ROOT, f"{LOGIN}.Manager", "PrepareForSleep", "b", [True])
        await until(lambda: keeping.causes() == ["suspended"])
        assert is_away(presence)
        await service.tell(ROOT, f"{LOGIN}.Manager", "PrepareForSleep", "b", [False])
        await until(lambda: keeping.gaps[0][3] is not None)
        assert not is_away(presence)
    await service.close()


async def test_a_screen_saver_locks_until_it_ends_or_goes_away(address: str) -> None:
    saver = Service(address)
    saver.methods["/org/gnome/ScreenSaver", SAVER, "GetActive"] = lambda a: ("b", [True])
    await saver.open(SAVER)
    async with watching(address) as (keeping, _):
        await until(lambda: keeping.is_hidden)  # it was active before
        await saver.tell("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", [False])
        await until(lambda: not keeping.is_hidden)
        await saver.tell("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", [True])
        await until(lambda: keeping.is_hidden)
        await saver.leave(SAVER)
        await until(lambda: not keeping.is_hidden)
    await saver.close()


async def test_two_who_say_locked_make_one_stretch(address: str) -> None:
    service = await logind(address)
    saver = await Service(address).open(SAVER)
    async with watching(address) as (keeping, _):
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", True)})
        await saver.tell("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", [True])
        await until(lambda: keeping.is_hidden)
        await service.change(MINE, f"{LOGIN}.Session", {"LockedHint": Variant("b", False)})
        await asyncio.sleep(0.2)
        assert keeping.is_hidden
        await saver.tell("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", [False])
        await until(lambda: not keeping.is_hidden)
    assert keeping.causes() == ["locked"]
    await service.close()
    await saver.close()


async def test_a_locker_that_tells_nobody_is_seen_to_run_on_our_screen(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":4711.0")
    locker = tmp_path / "i3lock"
    locker.symlink_to("/bin/sleep")  # stands for it: its name is all that is known of one
    async with watching(address, interval_s=0.1) as (keeping, _):
        other = subprocess.Popen([str(locker), "60"], env={"DISPLAY": ":4712"})
        await asyncio.sleep(0.5)
        assert not keeping.is_hidden
        process = subprocess.Popen([str(locker), "60"], env={"DISPLAY": ":4711"})
        try:
            await until(lambda: keeping.is_hidden)
        finally:
            for each in (process, other):
                each.kill()
                each.wait()
        await until(lambda: not keeping.is_hidden)


async def test_without_any_bus_nothing_fails(tmp_path: Path) -> None:
    async with watching(f"unix:path={tmp_path}/nobody") as (keeping, presence):
        await asyncio.sleep(0.2)
        assert not keeping.is_hidden
        assert not is_away(presence)


async def test_a_bus_that_goes_away_takes_its_locks_with_it_and_a_new_one_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchers.session.linux.AGAIN_S", 0.2)
    # dbus-fast forgets the future of a message that it could not send: a line in the log, to which
    # anyio's runner would fail the test.
    asyncio.get_running_loop().set_exception_handler(lambda _, told: None)
    place = f"unix:path={tmp_path}/bus"
    async with watching(place) as (keeping, _):
        for _ in range(2):
            with bus(tmp_path):
                service = await logind(place, locked=True)
                await until(lambda: keeping.is_hidden)
                await service.close()
            await until(lambda: not keeping.is_hidden)


STOPPED = """
import asyncio, sys
from tests.keeping import Keeping
from watchers.platform import Session
from watchers.presence import Presence
from watchers.session.linux import LinuxSession
from watchers.session.watcher import SessionWatcher

class Printing(Keeping):
    def regained(self, source, cause, at):
        before = self.gaps
        super().regained(source, cause, at)
        if self.gaps != before:
            source, cause, begin, end = self.gaps[-1]
            print(source, cause, (end - begin).total_seconds(), flush=True)

async def main():
    nowhere = "unix:path=/nonexistent/bus"
    backend = LinuxSession(Session("linux", "x11"), system_bus=nowhere, session_bus=nowhere)
    watcher = SessionWatcher(backend, Printing(), Presence(), interval_s=0.5)
    print("ready", flush=True)
    await watcher.run(Keeping())

asyncio.run(main())
"""


def test_a_process_that_was_stopped_tells_how_long_it_saw_nothing() -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", STOPPED], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.2)
        process.send_signal(signal.SIGSTOP)
        time.sleep(12)
        process.send_signal(signal.SIGCONT)
        source, cause, length = process.stdout.readline().split()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert (source, cause) == ("*", "suspended")
    assert 11.9 <= float(length) <= 13.5
