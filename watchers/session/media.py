"""Videos and calls, as players and idle inhibitors tell them over the session's bus.

What keeps the screen on is somebody's reason to look at it: a film, a call, a presentation. Music
does not: it plays to empty rooms. So
- a session manager's inhibitor of idleness counts (GNOME's IsInhibited(8); logind's are read in
  `watchers.session.logind`);
- a player (MPRIS 2.2) that plays counts when it shows videos; of such a one not what it plays from
  a sound file;
- a browser that plays counts only while power management is inhibited: it tells of songs and
  films alike, and power management is also inhibited by a download.
How long it holds without any input is bounded in `watchers.presence`.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from watchers.session.backend import Told
from watchers.session.bus import PROPERTIES, Bus, BusError

log = logging.getLogger(__name__)

PLAYERS = "org.mpris.MediaPlayer2."
PLAYER = "org.mpris.MediaPlayer2.Player"
PLAYER_PATH = "/org/mpris/MediaPlayer2"
MANAGER = "org.gnome.SessionManager"
MANAGER_PATH = "/org/gnome/SessionManager"
POWER = "org.freedesktop.PowerManagement.Inhibit"
POWER_PATH = "/org/freedesktop/PowerManagement/Inhibit"
IDLE = 8  # "Inhibit the session being marked as idle"
# The part of a player's name behind the prefix begins with one of these.
VIDEO = (
    "mpv", "vlc", "totem", "celluloid", "io.github.celluloid", "haruna", "dragonplayer", "smplayer",
    "parole", "kodi", "clapper", "showtime", "mplayer", "kaffeine", "jellyfin", "plex", "freetube",
)  # fmt: skip
BROWSERS = ("chromium", "chrome", "firefox", "brave", "edge", "vivaldi", "opera", "epiphany")
SOUND = frozenset((".aac", ".flac", ".m4a", ".m4b", ".mp3", ".ogg", ".opus", ".wav", ".wma"))


class Media:
    """Follows players and inhibitors; `signal` is to be given every signal of the session's bus."""

    def __init__(self, bus: Bus, told: Told) -> None:
        self._bus = bus
        self._told = told
        self._again = asyncio.Event()

    async def start(self) -> None:
        """Subscribe."""
        for rule in (
            f"interface='{PROPERTIES}',member='PropertiesChanged',path='{PLAYER_PATH}'",
            f"interface='{MANAGER}',member='InhibitorAdded'",
            f"interface='{MANAGER}',member='InhibitorRemoved'",
            f"interface='{POWER}',member='HasInhibitChanged'",
        ):
            await self._bus.match(f"type='signal',{rule}")
        self._again.set()

    async def run(self) -> None:
        """Tell what holds whenever it may have changed, until cancelled."""
        while True:
            await self._again.wait()
            self._again.clear()
            self._told.watching("media", await self._is_watched())

    def signal(self, interface: str, member: str, arguments: list[Any]) -> None:
        """Take a signal."""
        if interface == PROPERTIES and arguments[0] == PLAYER:
            if {"PlaybackStatus", "Metadata"} & set(arguments[1]):
                self._again.set()
        elif interface in (MANAGER, POWER):
            self._again.set()

    def owner(self, name: str) -> None:
        """Somebody took a name, or left it."""
        if name.startswith(PLAYERS) or name in (MANAGER, POWER):
            self._again.set()

    async def _is_watched(self) -> bool:
        try:
            names = await self._bus.names()
        except BusError as error:
            log.debug("the session's bus gives no answer: %s", error)
            return False
        if MANAGER in names and await self._ask(MANAGER, MANAGER_PATH, "IsInhibited", "u", IDLE):
            return True
        playing = {name: data for name in names if (data := await self._playing(name)) is not None}
        if any(shows(name, data) for name, data in playing.items()):
            return True
        return (
            any(_is(name, BROWSERS) for name in playing)
            and POWER in names
            and await self._ask(POWER, POWER_PATH, "HasInhibit")
        )

    async def _ask(self, name: str, path: str, member: str, signature: str = "", *a: Any) -> bool:
        try:
            return bool((await self._bus.call(name, path, name, member, signature, a))[0])
        except BusError as error:
            log.debug("no answer: %s", error)
            return False

    async def _playing(self, name: str) -> Mapping[str, Any] | None:
        """What a player plays; None when it is none, or is silent."""
        if not _is(name, VIDEO + BROWSERS):
            return None
        try:
            (state,) = await self._bus.call(name, PLAYER_PATH, PROPERTIES, "GetAll", "s", [PLAYER])
        except BusError as error:
            log.debug("a player gives no answer: %s", error)
            return None
        return state.get("Metadata") or {} if state.get("PlaybackStatus") == "Playing" else None


def shows(name: str, metadata: Mapping[str, Any]) -> bool:
    """Whether a player that plays shows a picture.

    Args:
        name: Its name on the bus.
        metadata: What it plays (MPRIS 2.2, "Metadata_Map").
    """
    suffix = PurePosixPath(unquote(urlsplit(str(metadata.get("xesam:url", ""))).path)).suffix
    return _is(name, VIDEO) and suffix.lower() not in SOUND


def _is(name: str, kinds: tuple[str, ...]) -> bool:
    return name.startswith(PLAYERS) and name.removeprefix(PLAYERS).lower().startswith(kinds)
