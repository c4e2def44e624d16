"""Session: the clocks, and the pure parts of every system's reader, on values as the systems give them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.keeping import Keeping
from watchers.platform import Session
from watchers.presence import Presence
from watchers.session import macos, windows
from watchers.session.backend import Told
from watchers.session.choose import choose
from watchers.session.clock import Clocks, SleepClock, read_clocks
from watchers.session.linux import LinuxSession
from watchers.session.logind import holds_idle
from watchers.session.media import shows
from watchers.session.watcher import SessionWatcher
from watchers.watcher import WatcherError

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Hands:
    """Clocks set by hand: `awake` stands still in sleep, `total` does not, `wall` may be set."""

    def __init__(self) -> None:
        self.awake = self.total = self.wall = 0.0

    def __call__(self) -> Clocks:
        return Clocks(self.awake, self.total)

    def run(self, seconds: float) -> None:
        self.awake += seconds
        self.total += seconds
        self.wall += seconds

    def sleep(self, seconds: float) -> None:
        self.total += seconds
        self.wall += seconds


@given(st.floats(0, 2), st.floats(1, 1e6), st.floats(0, 2), st.floats(-5000, 5000))
def test_sleep_is_seen_with_its_exact_length_whatever_the_wall_clock_does(
    before: float, slept: float, after: float, step: float
) -> None:
    hands = Hands()
    clock = SleepClock(2.0, hands)
    hands.run(before)
    hands.sleep(slept)
    hands.run(after)
    hands.wall += step
    hole = clock.look(at(hands.wall))
    assert hole is not None
    assert abs(hole.length_s - slept) < 1e-3
    assert hole.since <= at(before + step) + timedelta(milliseconds=1)
    assert hole.until >= at(before + slept + step) - timedelta(milliseconds=1)
    hands.run(2)
    assert clock.look(at(hands.wall)) is None


@given(st.floats(0, 11.9), st.floats(-1e6, 1e6))
def test_a_busy_machine_and_a_clock_that_is_set_are_no_sleep(busy: float, step: float) -> None:
    hands = Hands()
    clock = SleepClock(2.0, hands)
    hands.run(busy)
    hands.wall += step
    assert clock.look(at(hands.wall)) is None


def test_a_stopped_process_saw_nothing() -> None:
    hands = Hands()
    clock = SleepClock(2.0, hands)
    hands.run(60)
    hole = clock.look(at(hands.wall))
    assert hole is not None and hole.length_s == 60


def test_this_machines_clocks_agree_while_it_is_awake() -> None:
    clock = SleepClock(2.0)
    first = read_clocks()
    assert clock.look(datetime.now(UTC)) is None
    assert 0 <= read_clocks().total - first.total < 5


class Silent:
    """A system that tells nothing."""

    install_hint = ""

    def is_compatible(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    async def run(self, told: Told) -> None:
        await asyncio.Event().wait()

    def look(self, told: Told) -> None:
        """Nothing is seen."""


async def _slept(announced: bool) -> Keeping:
    hands, keeping, presence = Hands(), Keeping(), Presence()
    watcher = SessionWatcher(Silent(), keeping, presence, clock=SleepClock(2.0, hands))
    task = asyncio.create_task(watcher.run(keeping))
    await asyncio.sleep(0.05)
    if announced:
        watcher.asleep(True)
    hands.sleep(3600)
    presence.away(datetime.now(UTC))  # as the afk rule asks at its next tick
    if announced:
        watcher.asleep(False)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return keeping


@pytest.mark.parametrize("announced", [False, True])
def test_a_sleep_is_one_gap_whether_it_is_announced_or_not(announced: bool) -> None:
    keeping = asyncio.run(_slept(announced))
    ((source, cause, begin, end),) = keeping.gaps
    assert (source, cause) == ("*", "suspended")
    assert end is not None
    if not announced:
        assert (end - begin).total_seconds() == pytest.approx(3600, abs=0.01)


@pytest.mark.parametrize(
    ("name", "url", "counts"),
    [
        ("org.mpris.MediaPlayer2.vlc", "file:///film.mkv", True),
        ("org.mpris.MediaPlayer2.mpv.instance7", "", True),
        ("org.mpris.MediaPlayer2.vlc", "file:///My%20song.FLAC", False),
        ("org.mpris.MediaPlayer2.io.github.celluloid_player.Celluloid", "https://x/v", True),
        ("org.mpris.MediaPlayer2.spotify", "https://open.spotify.com/track/1", False),
        ("org.mpris.MediaPlayer2.rhythmbox", "file:///film.mkv", False),
        ("org.mpris.MediaPlayer2.firefox.instance1", "https://www.youtube.com/watch?v=1", False),
    ],
)
def test_a_player_counts_when_it_shows_a_picture(name: str, url: str, counts: bool) -> None:
    assert shows(name, {"xesam:url": url} if url else {}) is counts


@pytest.mark.parametrize(
    ("what", "mode", "user", "holds"),
    [
        ("idle", "block", 1000, True),
        ("sleep:idle", "block", 1000, True),
        ("sleep", "block", 1000, False),
        ("handle-lid-switch:idle-x", "block", 1000, False),
        ("idle", "delay", 1000, False),
        ("idle", "block", 1001, False),
    ],
)
def test_an_inhibitor_counts_when_it_is_the_users_and_blocks_idleness(
    what: str, mode: str, user: int, holds: bool
) -> None:
    assert holds_idle([[what, "who", "why", mode, user, 42]], 1000) is holds


@pytest.mark.parametrize(
    ("state", "locked"),
    [
        (None, False),
        ({"kCGSSessionOnConsoleKey": True}, False),
        ({"kCGSSessionOnConsoleKey": True, "CGSSessionScreenIsLocked": 1}, True),
        ({"kCGSSessionOnConsoleKey": False}, True),  # another user's session is shown
    ],
)
def test_macos_lock_is_read_from_the_window_servers_dictionary(
    state: dict[str, Any] | None, locked: bool
) -> None:
    assert macos.is_locked(state) is locked


def test_macos_media_keep_the_display_on_and_downloads_do_not() -> None:
    assert macos.shows({"PreventUserIdleDisplaySleep": 1, "PreventUserIdleSystemSleep": 1})
    assert not macos.shows({"PreventUserIdleDisplaySleep": 0, "PreventUserIdleSystemSleep": 1})


@pytest.mark.parametrize(
    ("message", "what", "change"),
    [
        (0x2B1, 0x7, ("locked", True)),
        (0x2B1, 0x8, ("locked", False)),
        (0x2B1, 0x2, ("away", True)),
        (0x2B1, 0x3, ("away", False)),
        (0x2B1, 0x5, None),
        (0x218, 0x4, ("asleep", True)),
        (0x218, 0x12, ("asleep", False)),
        (0x218, 0xA, None),  # the battery's state
        (0x200, 0x7, None),  # the mouse
    ],
)
def test_windows_messages(message: int, what: int, change: object) -> None:
    assert windows.change_of(message, what) == change


def test_every_system_has_its_reader_and_others_have_none() -> None:
    assert isinstance(choose(Session("linux", "wayland")), LinuxSession)
    assert isinstance(choose(Session("windows", "native")), windows.WindowsSession)
    with pytest.raises(WatcherError):
        choose(Session("other", None))
