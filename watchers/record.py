"""Keyboard and mouse under X11, as the server's RECORD extension tells them; on one thread.

Presses and buttons come over one connection and are taken at once: whether a password is asked for
has to be known at the press. Motion and releases come over another, which is read every now and then:
a mouse tells of up to a thousand places a second, and what is wanted is that a hand is on it; what
is held each press tells itself, so a release says something after the super key alone. pynput, which serves
the other systems, reads every event with python-xlib's parser, some 300 µs a key and 40 a move.

Source: X Record Extension 1.13, "RecordEnableContext"; X11 protocol, appendix B, for the events.
"""

import logging
import select
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from watchers import layout, layouts
from watchers.clock import ServerClock
from watchers.display import LOST, connect, disconnect
from watchers.hearing import Hearing
from watchers.hooks import RawInput, Take
from watchers.keyboard import Key
from watchers.platform import Session
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

NO_RECORD = "This X server has no RECORD extension, without which no keys are heard: switch it on."
RECORD = "RECORD"
REST_S = 0.5  # between two looks at motion and releases
BLOCK = 1 << 16
ENABLE_CONTEXT = 5
ALL_CLIENTS = 3
ERROR, REPLY = 0, 1
FROM_SERVER, START_OF_DATA = 0, 4
HEAD = struct.Struct("=BBHIBBxxIII8x")  # kind, category, number, length, header, swapped, base, …
EVENT = struct.Struct("=BBHIIIIhhhhHBx")  # kind, detail, number, time, three windows, places, state
KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
AT_ONCE, IN_A_WHILE = (KEY_PRESS, BUTTON_PRESS, BUTTON_RELEASE), (KEY_RELEASE, MOTION)
WHEEL = {4: (0, 1), 5: (0, -1), 6: (-1, 0), 7: (1, 0)}  # right and up positive
BUTTONS = {1: "left", 2: "middle", 3: "right"}


class Recording:
    """A connection over which the server tells of a range of events, and nothing else."""

    def __init__(self, control: Any, name: str | None, *kinds: int) -> None:
        """Connect; nothing is told yet.

        Args:
            control: A connection, which keeps what is asked for until it is closed.
            name: Of the display.
            kinds: Of events that are wanted.
        """
        none: dict[str, Any] = dict.fromkeys(
            ("core_requests", "core_replies", "delivered_events", "errors"), (0, 0)
        )
        none |= {"ext_requests": (0, 0, 0, 0), "ext_replies": (0, 0, 0, 0)}
        none |= {"client_started": False, "client_died": False}
        ranges = [{**none, "device_events": (kind, kind)} for kind in kinds]
        self._context = control.record_create_context(0, [ALL_CLIENTS], ranges)
        control.sync()
        self._display = connect(name)
        self._socket = self._display.display.socket
        self._rest = b""
        self.clock = ServerClock()
        self.begun = False

    def begin(self) -> None:
        """Have it told from now on."""
        opcode = self._display.display.get_extension_major(RECORD)
        self._display.sync()
        self._rest = bytes(self._display.display.data_recv)
        self._socket.sendall(struct.pack("=BBHI", opcode, ENABLE_CONTEXT, 2, self._context))

    def fileno(self) -> int:
        """For `poll`."""
        return int(self._socket.fileno())

    def read(self) -> Iterator[tuple[Any, ...]]:
        """What came, an `EVENT` each; to be called when there is something to read.

        Raises:
            OSError: The connection is lost.
        """
        block = self._socket.recv(BLOCK)
        if not block:
            raise ConnectionResetError
        data, place = self._rest + block, 0
        while len(data) - place >= HEAD.size:
            kind, category, _, length, *_ = HEAD.unpack_from(data, place)
            size = HEAD.size + (4 * length if kind == REPLY else 0)
            if len(data) - place < size:
                break
            if kind == ERROR:
                raise ConnectionAbortedError
            if kind == REPLY and category == START_OF_DATA:
                self.begun = True
            elif kind == REPLY and category == FROM_SERVER:
                yield from EVENT.iter_unpack(data[place + HEAD.size : place + size])
            place += size
        self._rest = data[place:]

    def close(self) -> None:
        """End it."""
        disconnect(self._display)


class RecordHooks(Hearing):
    """Hears keyboard and mouse of an X server; what it hears it gives to `take`."""

    def __init__(
        self, take: Take, session: Session, on_end: Callable[[], None] = lambda: None
    ) -> None:
        """Connect; nothing runs yet. `take` and, when it ends by itself, `on_end` are called in the thread.

        Raises:
            WatcherError: There is no display, or it records nothing.
        """
        self._take, self._name = take, session.display
        self._control = connect(session.display)
        self._control.set_error_handler(_note)
        self._recordings: list[Recording] = []
        if not self._control.has_extension(RECORD):
            disconnect(self._control)
            raise WatcherError(NO_RECORD)
        try:
            for kinds in (AT_ONCE, IN_A_WHILE):
                self._recordings.append(Recording(self._control, session.display, *kinds))
        except BaseException:
            self._close()
            raise
        self._map: layouts.Map | None = None
        self._keys: dict[tuple[int, int], Key] = {}  # by keycode and state
        self._super = False  # it is down: its release says something
        super().__init__("record", LOST, "crashed", on_end)

    def _close(self) -> None:
        for recording in self._recordings:
            recording.close()
        disconnect(self._control)

    def _follow(self) -> None:
        at_once, in_a_while = self._recordings
        for recording in self._recordings:
            recording.begin()
        resting, awake = select.poll(), select.poll()
        for source in (self._stopped, self._control.fileno(), at_once.fileno()):
            resting.register(source, select.POLLIN)
            awake.register(source, select.POLLIN)
        awake.register(in_a_while.fileno(), select.POLLIN)
        rested = 0.0
        while True:
            left_s = 0.0 if self._super else rested - time.monotonic()
            told = dict(resting.poll(left_s * 1e3) if left_s > 0 else awake.poll())
            if self._stopped in told:
                return
            if self._control.fileno() in told:  # before the keys that follow: so the server writes
                self._notice()
            if at_once.fileno() in told:
                for event in at_once.read():
                    self._hear(at_once.clock, event)
            if in_a_while.fileno() in told:
                rested = time.monotonic() + REST_S
                self._hear_later(in_a_while)
            if at_once.begun and in_a_while.begun:
                self._listens.set()

    def _hear(self, clock: ServerClock, event: tuple[Any, ...]) -> None:
        kind, detail, _, when, _, _, _, x, y, _, _, state, *_ = event
        kind &= 0x7F  # without the mark of what another client sent
        if kind == KEY_PRESS:
            key = self._key(detail, state)
            self._super = key.name == "super"
            self._take(RawInput(clock.at(when), "press", key=key))
        elif detail not in WHEEL:
            button = BUTTONS.get(detail, f"button{detail}")
            way: Literal["down", "up"] = "down" if kind == BUTTON_PRESS else "up"
            self._take(RawInput(clock.at(when), way, button=button, place=(x, y)))
        elif kind == BUTTON_PRESS:
            dx, dy = WHEEL[detail]
            self._take(RawInput(clock.at(when), "scroll", place=(x, y), dx=dx, dy=dy))

    def _hear_later(self, recording: Recording) -> None:
        """Take releases, and of all motion the last."""
        moved = None
        for kind, detail, _, when, *_, state, _ in recording.read():
            if kind & 0x7F == MOTION:
                moved = when
                continue
            key = self._key(detail, state)
            if key.name is not None:  # that of a character says nothing
                self._super = False
                self._take(RawInput(recording.clock.at(when), "release", key=key))
        if moved is not None:
            self._take(RawInput(recording.clock.at(moved), "move"))

    def _key(self, keycode: int, state: int) -> Key:
        known = self._keys.get((keycode, state))
        if known is None:
            try:
                known = layout.key(self._control, keycode, state, self._whole_map)
            except IndexError:  # no key of this keyboard's
                known = Key()
            self._keys[keycode, state] = known
        return known

    def _whole_map(self) -> layouts.Map:
        self._map = self._map or layouts.read(self._name)
        return self._map

    def _notice(self) -> None:
        """Follow a change of the keyboard's layout."""
        from Xlib import X

        while self._control.pending_events():
            notice = self._control.next_event()
            if notice.type == X.MappingNotify and notice.request == X.MappingKeyboard:
                self._control.refresh_keyboard_mapping(notice)
                self._map = None
                self._keys.clear()


def _note(error: Any, request: Any) -> None:
    """An X error for the log: python-xlib would print it on the user's terminal."""
    log.debug("the display refused a request of the hooks: %s", type(error).__name__)
