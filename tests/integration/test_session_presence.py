"""Videos and calls over a real bus: who watches or speaks is there; the services on it stand for the system's."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_fast import Variant

from tests.buses import Service, bus, until
from tests.sessions import LOGIN, ROOT, is_held, logind, watching

pytestmark = pytest.mark.anyio

PLAYER = "org.mpris.MediaPlayer2.Player"
PLAYER_PATH = "/org/mpris/MediaPlayer2"
VIDEO, SONG = "file:///home/u/film.mkv", "file:///home/u/song.flac"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with bus(tmp_path) as address:
        yield address


async def test_a_film_holds_off_absence_and_a_song_does_not(address: str) -> None:
    player = await Service(address).open("org.mpris.MediaPlayer2.vlc")

    async def play(status: str, url: str) -> None:
        metadata = Variant("a{sv}", {"xesam:url": Variant("s", url)})
        values = {"PlaybackStatus": Variant("s", status), "Metadata": metadata}
        await player.change(PLAYER_PATH, PLAYER, values)

    async with watching(address) as (_, presence):
        assert not is_held(presence)
        await play("Playing", VIDEO)
        await until(lambda: is_held(presence))
        await play("Paused", VIDEO)
        await until(lambda: not is_held(presence))
        await play("Playing", SONG)
        await asyncio.sleep(0.2)
        assert not is_held(presence)
        await play("Playing", VIDEO)
        await until(lambda: is_held(presence))
        await player.close()  # it crashed
        await until(lambda: not is_held(presence))


async def test_a_call_keeps_the_session_from_being_idle(address: str) -> None:
    service = await logind(address)
    rows = [["idle", "Browser", "Call", "block", os.getuid(), 1]]
    async with watching(address) as (_, presence):
        assert not is_held(presence)
        manager = f"{LOGIN}.Manager"
        service.methods[ROOT, manager, "ListInhibitors"] = lambda a: ("a(ssssuu)", [rows])
        await service.change(ROOT, manager, {"BlockInhibited": Variant("s", "idle")})
        await until(lambda: is_held(presence))
        service.methods[ROOT, manager, "ListInhibitors"] = lambda a: ("a(ssssuu)", [[]])
        await service.change(ROOT, manager, {"BlockInhibited": Variant("s", "")})
        await until(lambda: not is_held(presence))
    await service.close()


async def test_whoever_speaks_into_the_microphone_is_there(address: str, tmp_path: Path) -> None:
    status = tmp_path / "card0" / "pcm0c" / "sub0" / "status"
    status.parent.mkdir(parents=True)
    status.write_text("closed\n")
    playing = tmp_path / "card0" / "pcm0p" / "sub0" / "status"
    playing.parent.mkdir(parents=True)
    playing.write_text("state: RUNNING\n")  # music
    async with watching(address, interval_s=0.05, cards=tmp_path) as (_, presence):
        await asyncio.sleep(0.2)
        assert not is_held(presence)
        status.write_text("state: RUNNING\nowner_pid   : 1234\n")
        await until(lambda: is_held(presence))
        status.write_text("closed\n")
        await until(lambda: not is_held(presence))


async def test_gnomes_idle_inhibitor_counts_and_its_others_do_not(address: str) -> None:
    name, path = "org.gnome.SessionManager", "/org/gnome/SessionManager"
    held = 4  # "Inhibit suspending"
    manager = Service(address)
    manager.methods[path, name, "IsInhibited"] = lambda a: ("b", [bool(a[0] & held)])
    await manager.open(name)
    async with watching(address) as (_, presence):
        await asyncio.sleep(0.1)
        assert not is_held(presence)
        held = 8  # "Inhibit the session being marked as idle"
        await manager.tell(path, name, "InhibitorAdded", "o", ["/x"])
        await until(lambda: is_held(presence))
    await manager.close()


async def test_a_browser_that_plays_counts_only_while_power_management_is_inhibited(
    address: str,
) -> None:
    name, path = (
        "org.freedesktop.PowerManagement.Inhibit",
        "/org/freedesktop/PowerManagement/Inhibit",
    )
    inhibited = False
    power = Service(address)
    power.methods[path, name, "HasInhibit"] = lambda a: ("b", [inhibited])
    await power.open(name)
    browser = await Service(address).open("org.mpris.MediaPlayer2.chromium.instance42")
    async with watching(address) as (_, presence):
        await browser.change(PLAYER_PATH, PLAYER, {"PlaybackStatus": Variant("s", "Playing")})
        await asyncio.sleep(0.2)
        assert not is_held(presence)
        inhibited = True
        await power.tell(path, name, "HasInhibitChanged", "b", [True])
        await until(lambda: is_held(presence))
        await browser.change(PLAYER_PATH, PLAYER, {"PlaybackStatus": Variant("s", "Paused")})
        await until(lambda: not is_held(presence))  # a download goes on
    await power.close()
    await browser.close()
