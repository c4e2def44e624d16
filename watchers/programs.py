"""Which programs of a known few run now: screen lockers and password prompts that tell nobody. Linux.

A look at the numbers of all processes costs some 30 µs a hundred; only new ones are read.
"""

import os
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

PROC = Path("/proc")

# By the 15 bytes that the kernel keeps of a name.
LOCKERS = frozenset((
    "i3lock", "swaylock", "slock", "xsecurelock", "xlock", "hyprlock", "gtklock", "waylock",
    "physlock", "vlock", "kscreenlocker_g", "xtrlock", "sxlock", "alock", "xscreensaver-gf",
))  # fmt: skip
PROMPTERS = frozenset((
    "pinentry", "pinentry-gtk-2", "pinentry-gnome3", "pinentry-qt", "pinentry-qt4",
    "pinentry-qt5", "pinentry-x11", "pinentry-fltk", "pinentry-efl", "pinentry-tqt",
    "ssh-askpass", "x11-ssh-askpass", "gnome-ssh-askpa", "ksshaskpass", "ksshaskpass6",
    "lxqt-openssh-as", "lxqt-sudo", "kdesu", "gksu",
))  # fmt: skip

# Programs whose line is readline's, by a part of their window's class.
TERMINALS = (
    *("term", "konsole", "kitty", "alacritty", "tilix", "foot", "guake", "yakuake", "ghostty"),
    *("urxvt", "st-256color", "console", "tilda"),
)

SCREENS = ("DISPLAY=", "WAYLAND_DISPLAY=")
LARGEST = 1 << 20  # bytes of an environment
EAGER_S = 20.0  # a wrapper takes a picture of the screen first, and blurs it: seconds
SPARSE_S = 10.0
SETTLED_S = 60.0  # a wrapper that ends in `exec i3lock` has the same number and another name


class Programs:
    """Follows the processes of this user whose name is one of a few.

    Args:
        names: The names, as the kernel cuts them.
        folder: The table of processes.
        uid: Whose; this process's user by default.
        clock: Seconds that only grow.
        environ: Says which screen is ours; one that runs on another screen alone is not met.
    """

    def __init__(
        self,
        names: Collection[str],
        folder: Path = PROC,
        uid: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._names = names
        self._folder = folder
        self._uid = (os.getuid() if hasattr(os, "getuid") else 0) if uid is None else uid
        self._clock = clock
        ours = os.environ if environ is None else environ
        self._screens = _screens(f"{name}={value}" for name, value in ours.items())
        self._known: dict[
            str, tuple[float, float]
        ] = {}  # number to its start and the last look at its name
        self._running: set[str] = set()

    def look(self) -> bool:
        """Whether one of them runs."""
        try:
            present = {name for name in os.listdir(self._folder) if name.isdigit()}  # noqa: PTH208
        except OSError:
            return False
        now = self._clock()
        known = {pid: self._known[pid] for pid in present & self._known.keys()}
        fresh = {pid for pid in present if pid not in known or _may_be_another(*known[pid], now)}
        self._known = known | {
            pid: (known[pid][0] if pid in known else now - self._age_s(pid), now) for pid in fresh
        }
        # One that runs is read again, too: it may be a wrapper that goes on to something else.
        self._running = {pid for pid in fresh | (self._running & present) if self._is_one(pid)}
        return bool(self._running)

    @property
    def since(self) -> datetime | None:
        """When the oldest of those that ran at the last look was started; None when none did."""
        if not self._running:
            return None
        return datetime.now(UTC) - timedelta(seconds=max(map(self._age_s, self._running)))

    def _is_one(self, pid: str) -> bool:
        try:
            name = read(f"{self._folder}/{pid}/comm").rstrip("\n")
            if name not in self._names or os.stat(f"{self._folder}/{pid}").st_uid != self._uid:  # noqa: PTH116
                return False
        except OSError:
            return False
        return self._is_here(pid)

    def _is_here(self, pid: str) -> bool:
        """Whether it may be on our screen; one that names none may be on any."""
        try:
            text = read(f"{self._folder}/{pid}/environ", LARGEST)
        except OSError:
            return True
        screens = _screens(text.split("\0"))
        return not screens or bool(screens & self._screens)

    def _age_s(self, pid: str) -> float:
        """Field 22 of /proc/PID/stat: ticks since the machine was started, sleep included; 0 if unknown."""
        try:
            ticks = int(read(f"{self._folder}/{pid}/stat").rpartition(")")[2].split()[19])
        except (OSError, ValueError, IndexError):
            return 0.0
        up_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        return max(0.0, up_s - ticks / os.sysconf("SC_CLK_TCK"))


def _may_be_another(began: float, looked: float, now: float) -> bool:
    """Whether a process is to be read again: a wrapper goes on to its program soon or hardly ever."""
    age_s = looked - began
    return age_s < SETTLED_S and (age_s < EAGER_S or now - looked >= SPARSE_S)


def _screens(environment: Iterable[str]) -> set[str]:
    """The displays that an environment names; X's own screens of one display are one."""
    return {
        re.sub(r"(:\d+)\.\d+$", r"\1", entry) for entry in environment if entry.startswith(SCREENS)
    }


def read(path: str, length: int = 1024) -> str:
    """The first bytes of a file of /proc; pathlib takes three times as long.

    Raises:
        OSError: The process has ended.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(handle, length).decode("utf-8", "replace")
    finally:
        os.close(handle)
