"""Keyboard and mouse under Wayland, from the kernel's devices, where the user may read them.

Wayland shows no program what is typed in others; the kernel's `/dev/input` does, to members of the
group `input`. Knows threads and the format of an event (linux/input.h), no package: the same
interface as `watchers.hooks`. What it cannot see: where the pointer is (places are counted from
where it began, in the mouse's own steps) and what a touchpad's gestures become (taps and two-finger
scrolls are presence alone). While another virtual terminal is shown, nothing is heard: what is
typed there belongs to another session.
Source: docs.kernel.org, "Linux Input Subsystem userspace API".
"""

import contextlib
import logging
import os
import select
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from watchers.hearing import Hearing
from watchers.hooks import MOVE_EVERY_S, RawInput
from watchers.keyboard import Key
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.xkb import Keymap, read_keymap

log = logging.getLogger(__name__)

DEVICES = Path("/dev/input")
SHOWN = Path("/sys/class/tty/tty0/active")
SCAN_S = 5.0  # a keyboard that is plugged in is heard after so long
EVENT = struct.Struct("@llHHi")  # seconds, microseconds, type, code, value
AT_ONCE = 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY, RELATIVE, ABSOLUTE = 1, 2, 3
X, Y, WHEEL, SIDEWAYS = 0x00, 0x01, 0x08, 0x06  # of RELATIVE
TOUCHES = (0x35, 0x36)  # of ABSOLUTE: a finger's place; an accelerometer has others
FIRST_BUTTON, LAST_BUTTON = 0x100, 0x160  # codes of KEY that are no keys
BUTTONS = {0x110: "left", 0x111: "right", 0x112: "middle", 0x113: "button8", 0x114: "button9"}
UP, DOWN, REPEAT = 0, 1, 2
NOT_PERMITTED = (
    "Wayland shows no program what is typed or clicked in others. Hunch can hear it from the kernel "
    "if you add yourself to the group input (sudo usermod -aG input $USER) and log in again; but "
    "then every program that you run can read all that you type, passwords too. Else log in to an "
    'X11 session, or set keyboard = "off" and mouse = "off".'
)

Take = Callable[[RawInput], None]


class EvdevHooks(Hearing):
    """A thread that reads the kernel's devices; what it hears it gives to `take`."""

    def __init__(
        self,
        take: Take,
        session: Session,
        *,
        devices: Path = DEVICES,
        shown: Path = SHOWN,
        keymap: Callable[[Session], Keymap] = read_keymap,
    ) -> None:
        """Open the devices; nothing runs yet. `take` is called in the thread.

        Args:
            take: Gets what is heard.
            session: Where we run.
            devices: The folder of the devices.
            shown: The file that names the virtual terminal that is shown.
            keymap: Reads the layout.

        Raises:
            WatcherError: No device may be read.
        """
        self._take, self._session = take, session
        self._folder, self._shown_file = devices, shown
        self._open: dict[str, int] = {}
        self._scan()
        if not self._open:
            raise WatcherError(NOT_PERMITTED, "wayland")
        self._keymap = keymap(session)
        self._place = (0, 0)
        self._moved = EPOCH
        super().__init__("evdev", NOT_PERMITTED, "wayland")  # no device is left that may be read

    def _close(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()

    def _scan(self) -> None:
        """Open the devices that are new and may be read."""
        for path in sorted(self._folder.glob("event*")):
            if path.name not in self._open:
                with contextlib.suppress(OSError):
                    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
                    self._open[path.name] = os.open(path, flags)

    def _follow(self) -> None:
        self._listens.set()
        while self._open:
            waiting = [self._stopped, *self._open.values()]
            readable, _, _ = select.select(waiting, [], [], SCAN_S)
            if self._stopped in readable:
                return
            for name, descriptor in list(self._open.items()):
                if descriptor in readable and not self._read(descriptor):
                    os.close(self._open.pop(name))
            if not readable:
                self._scan()

    def _read(self, descriptor: int) -> bool:
        """Take a device's events; whether it is still there."""
        try:
            block = os.read(descriptor, EVENT.size * AT_ONCE)
        except BlockingIOError:
            return True
        except OSError:  # it was pulled out
            return False
        shown = self._is_shown()
        for seconds, micros, kind, code, value in EVENT.iter_unpack(_whole(block)):
            if shown:
                time = EPOCH + timedelta(seconds=seconds, microseconds=micros)
                self._hear(time, kind, code, value)
            elif kind == KEY and value != REPEAT and not FIRST_BUTTON <= code < LAST_BUTTON:
                self._key_of(code, value)  # ctrl and alt are let go of over there
        return bool(block)

    def _is_shown(self) -> bool:
        """Whether the user's own virtual terminal is the one on the screen, as far as known."""
        if self._session.terminal is None:
            return True
        try:
            shown = self._shown_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return True  # a machine without virtual terminals
        return shown == f"tty{self._session.terminal}"

    def _hear(self, time: datetime, kind: int, code: int, value: int) -> None:
        if kind == KEY and code in BUTTONS:
            way: Literal["down", "up"] = "down" if value else "up"
            self._take(RawInput(time, way, button=BUTTONS[code], place=self._place))
        elif kind == KEY and not FIRST_BUTTON <= code < LAST_BUTTON:
            self._key(time, code, value)
        elif kind == RELATIVE:
            self._motion(time, code, value)
        elif (kind == ABSOLUTE and code in TOUCHES) or kind == KEY:
            self._move(time)  # a finger or a pen

    def _key(self, time: datetime, code: int, value: int) -> None:
        kind: Literal["press", "release"] = "release" if value == UP else "press"
        self._take(RawInput(time, kind, key=self._key_of(code, value)))

    def _key_of(self, code: int, value: int) -> Key:
        if value == REPEAT:
            return self._keymap.repeat(code)
        return self._keymap.press(code) if value == DOWN else self._keymap.release(code)

    def _motion(self, time: datetime, code: int, value: int) -> None:
        x, y = self._place
        if code == WHEEL:
            self._take(RawInput(time, "scroll", place=self._place, dy=value))
        elif code == SIDEWAYS:
            self._take(RawInput(time, "scroll", place=self._place, dx=value))
        elif code in (X, Y):
            self._place = (x + value, y) if code == X else (x, y + value)
            self._move(time)

    def _move(self, time: datetime) -> None:
        if abs((time - self._moved).total_seconds()) >= MOVE_EVERY_S:
            self._moved = time
            self._take(RawInput(time, "move"))


def may_read(devices: Path = DEVICES) -> bool:
    """Whether at least one device may be read."""
    return any(os.access(path, os.R_OK) for path in devices.glob("event*"))


def _whole(block: bytes) -> bytes:
    return block[: len(block) - len(block) % EVENT.size]
