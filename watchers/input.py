"""Keyboard, mouse and absence: one watcher, since one stream of input feeds them all.

The hooks' threads hand what they hear to the event loop by `watchers.heard`; there `watchers.keyboard`,
`watchers.mouse` and `watchers.afk` make events of it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from watchers.afk import TIMEOUT_S, Afk
from watchers.compose import Composer
from watchers.compose import read as read_compose
from watchers.coverage import Cause, Coverage
from watchers.display import NO_DISPLAY
from watchers.event import Bucket, Event
from watchers.focus.backend import Guard
from watchers.focus.line import STROKES
from watchers.heard import SETTLE_S, Heard
from watchers.hooks import RawInput
from watchers.keyboard import Key, Keyboard
from watchers.listening import AnyHooks, listen
from watchers.manifest import AFK as AFK_MANIFEST
from watchers.manifest import KEYBOARD, MOUSE
from watchers.mouse import Mouse, move
from watchers.notices import until_beat_s
from watchers.platform import Session
from watchers.presence import Hands, Presence
from watchers.programs import TERMINALS
from watchers.sink import Sink
from watchers.typed import FIELD, MACOS, TERMINAL, Keymap
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

INPUT, AFK = "aw-watcher-input", "aw-watcher-afk"
OPEN_TICK_S = 0.25
MOVE_PULSE_S = 2.0
READY_S, READY_POLL_S = 10.0, 0.02


class InputWatcher:
    """Watches keyboard and mouse, and tells afk from them."""

    name = "input"
    manifests = (KEYBOARD, MOUSE, AFK_MANIFEST)

    def __init__(
        self,
        hostname: str,
        session: Session,
        *,
        keyboard: bool = True,
        mouse: bool = True,
        afk_s: float = TIMEOUT_S,
        tick_s: float = 5.0,
        on_typing: Callable[[datetime], None] | None = None,
        clipboard: Callable[[], str | None] = lambda: None,
        front: Callable[[], str | None] = lambda: None,
        coverage: Coverage | None = None,
        guard: Guard | None = None,
        presence: Presence | None = None,
    ) -> None:
        """Prepare.

        Args:
            hostname: As it stands in the buckets' names.
            session: Where we run.
            keyboard: Keep what is typed. Without it the keyboard is heard for absence alone.
            mouse: Keep clicks and scrolls. Without it the mouse is heard for absence alone.
            afk_s: Without input for so long, the user is away.
            tick_s: Time between two heartbeats of absence or presence.
            on_typing: Called with the time of every key press; never with the key.
            clipboard: The text that a paste would put in; None when it is not known for certain.
            front: The application in front, as the window watcher tells it; in a terminal keys
                edit otherwise than in a text field.
            coverage: Is told when inputs were lost.
            guard: Learns of every key press before it is taken, to notice passwords.
            presence: What else is known of the user: locked, asleep, watching.
        """
        self._buckets = {
            INPUT: Bucket(f"{INPUT}_{hostname}", "os.hid.input", INPUT, hostname),
            AFK: Bucket(f"{AFK}_{hostname}", "afkstatus", AFK, hostname),
        }
        self._session = session
        self._keeps_keys, self._keeps_mouse = keyboard, mouse
        self._kept = ["keyboard"] * keyboard + ["mouse"] * mouse
        self._afk_s, self._tick_s = afk_s, tick_s
        self._on_typing = on_typing or (lambda time: None)
        self._clipboard, self._front, self._coverage = clipboard, front, coverage
        self._guard = guard if keyboard else None  # what is not kept needs no hiding
        self._presence = presence or Presence()
        self._heard = Heard(self._peek)
        self._sink: Sink | None = None
        self._keyboard, self._mouse = self._new_keyboard(), Mouse()
        self._afk = Afk(datetime.now(UTC))
        self._next_tick = self._moved = datetime.min.replace(tzinfo=UTC)
        self._blind: Cause | None = None  # why neither keys nor mouse are heard
        self._heard_since: datetime | None = None
        self.ready = asyncio.Event()

    @property
    def dropped(self) -> int:
        """How many inputs were lost."""
        return self._heard.dropped

    @property
    def hands(self) -> Hands:
        """What is heard of the user's hands now."""
        return Hands(self._heard_since, self._blind is None, self._presence.last_input)

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        self._begin(sink)
        hooks, self._blind = listen(self._heard.put, self._session, self._heard.wake)
        self._cover()
        hooks.start()
        try:
            await self._wait_for(hooks)
            self.ready.set()
            self._heard_since = datetime.now(UTC)
            while True:
                self._turn()
                hooks.ready()
                await self._sleep()
        finally:
            self.ready.clear()
            self._heard_since = None
            await asyncio.shield(asyncio.to_thread(hooks.stop))
            self.flush()
            self._tell_absence(datetime.now(UTC))
            self._sink = None
            self._cover()

    def flush(self, at: datetime | None = None) -> None:
        """Close what is open, such as a typed run: the user turned to another window.

        Args:
            at: When; what was typed later belongs to the other window. Now by default.
        """
        self._drain(at or datetime.now(UTC))
        self._tell(self._keyboard.flush(fresh=True))
        self._tell(self._mouse.flush())

    def _cover(self) -> None:
        """Tell that neither keys nor mouse are heard, or that this ends."""
        if self._coverage is None or self._blind is None:
            return
        tell = self._coverage.regained if self._sink is None else self._coverage.lost
        for source in self._kept:
            tell(source, self._blind, datetime.now(UTC))

    def _begin(self, sink: Sink) -> None:
        now = datetime.now(UTC)
        self._sink = sink
        self._keyboard, self._mouse = self._new_keyboard(), Mouse()
        self._afk = Afk(now, self._afk_s, self._tick_s, self._presence)
        self._heard.clear()

    def _new_keyboard(self) -> Keyboard:
        composes = self._session.display_server in ("x11", "wayland")
        composer = Composer(read_compose) if composes else None
        return Keyboard(keymap=self._keymap, clipboard=self._clipboard, composer=composer)

    def _keymap(self) -> Keymap:
        if self._session.system == "macos":
            return MACOS
        app = (self._front() or "").lower()
        return TERMINAL if any(part in app for part in TERMINALS) else FIELD

    def _peek(self, raw: RawInput) -> None:
        if self._guard is not None and raw.kind == "press":
            self._guard.peek(raw.time)

    async def _wait_for(self, hooks: AnyHooks) -> None:
        try:
            async with asyncio.timeout(READY_S):
                while not hooks.ready():
                    await asyncio.sleep(READY_POLL_S)
        except TimeoutError as error:
            raise WatcherError(NO_DISPLAY) from error

    async def _sleep(self) -> None:
        """Until something is heard, or what was heard may be taken, or a heartbeat is due."""
        is_open = self._keyboard.is_open or self._mouse.is_open
        await self._heard.sleep(OPEN_TICK_S if is_open else until_beat_s(self._tick_s))

    def _turn(self) -> None:
        now = datetime.now(UTC)
        self._drain(now - timedelta(seconds=SETTLE_S))
        if not self._heard:
            self._tell(self._keyboard.tick(now))
            self._tell(self._mouse.tick(now))
        if now >= self._next_tick or (self._next_tick - now).total_seconds() > self._tick_s:
            self._tell_absence(now)
        if (since := self._heard.lost()) is not None:
            self._tell_loss(since, now)

    def _tell_loss(self, since: datetime, now: datetime) -> None:
        log.warning("%d inputs were lost: the machine was too busy", self.dropped)
        self._keyboard.forget()
        self._tell(self._keyboard.flush())
        for source in self._kept:
            if self._coverage is not None:
                self._coverage.lost(source, "lost", since)
                self._coverage.regained(source, "lost", now)

    def _drain(self, until: datetime) -> None:
        """Take what was heard until a moment, in the order of its time."""
        for raw in self._heard.until(until):
            self._afk.input(raw.time)
            self._presence.input(raw.time)
            if raw.kind == "presence":
                continue
            if raw.key is not None:
                self._take_key(raw, raw.key)
            else:
                self._take_mouse(raw)

    def _take_key(self, raw: RawInput, key: Key) -> None:
        if raw.kind == "press":
            self._on_typing(raw.time)
            if self._guard is not None:
                self._guard.key(raw.time, STROKES.get(key.name or key.char or "", "text"))
        if not self._keeps_keys:
            return
        if raw.kind == "press":
            self._tell(self._mouse.flush())
            self._tell(self._keyboard.press(raw.time, key))
        elif told := self._keyboard.release(raw.time, key):  # read late: parts no double click
            self._tell([*self._mouse.flush(), *told])

    def _take_mouse(self, raw: RawInput) -> None:
        if raw.kind == "move":
            self._take_move(raw.time)
            return
        if raw.kind != "up":
            self._tell(self._keyboard.flush())
        if not self._keeps_mouse:
            return
        if raw.kind == "down":
            self._tell(self._mouse.press(raw.time, raw.place, raw.button))
        elif raw.kind == "up":
            self._tell(self._mouse.release(raw.time, raw.place, raw.button))
        else:
            self._tell(self._mouse.scroll(raw.time, raw.place, raw.dx, raw.dy))

    def _take_move(self, time: datetime) -> None:
        often = abs((time - self._moved).total_seconds()) < MOVE_PULSE_S / 2
        if self._sink is not None and self._keeps_mouse and not often:
            self._moved = time
            self._sink.heartbeat(self._buckets[INPUT], move(time), MOVE_PULSE_S)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            if self._guard is not None and event.data.get("type") == "input":
                self._guard.look()
            if self._sink is not None:
                self._sink.insert(self._buckets[INPUT], event)

    def _tell_absence(self, now: datetime) -> None:
        for event in self._afk.tick(now):
            if self._sink is not None:
                self._sink.heartbeat(self._buckets[AFK], event, self._afk.pulsetime_s)
        self._next_tick = now + timedelta(seconds=0.9 * self._tick_s)  # a beat may come early
