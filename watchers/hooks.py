"""pynput's listeners, on macOS and Windows: their threads, their keys in our words, their quirks.

Knows threads and pynput, neither events nor the loop. Importing pynput costs 10 MB, so it is
imported when the hooks are made. X11 is heard by `watchers.record`.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from watchers.display import LOST, NO_DISPLAY
from watchers.keyboard import Key
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

STOP_S = 3.0
MOVE_EVERY_S = 0.25  # a mouse reports up to 1000 moves a second
NOT_TRUSTED = (
    "macOS does not let Hunch watch keyboard and mouse: allow it under System Settings, Privacy & "
    "Security, Input Monitoring, and start it again."
)


@dataclass(frozen=True, slots=True)
class RawInput:
    """One thing that a hook told.

    Attributes:
        time: When; under X11 by the server's clock.
        kind: What; for ``scroll``, `dx` and `dy` say how far, up and right positive. ``presence``
            says that there was input, and nothing else.
        key: For ``press`` and ``release``.
        button: For ``down`` and ``up``, the mouse's buttons.
        place: For buttons and scrolls, in pixels.
    """

    time: datetime
    kind: Literal["press", "release", "down", "up", "scroll", "move", "presence"]
    key: Key | None = None
    button: str = ""
    place: tuple[int, int] = (0, 0)
    dx: int = 0
    dy: int = 0


Take = Callable[[RawInput], None]


class Hooks:
    """The listener threads of keyboard and mouse; what they hear they give to `take`."""

    def __init__(self, take: Take) -> None:
        """Make them; nothing runs yet. `take` is called in their threads.

        Raises:
            WatcherError: There is no display, or no permission.
        """
        self._take = take
        self._moved = datetime.min.replace(tzinfo=UTC)
        try:
            from pynput import keyboard as keys
            from pynput import mouse as pointer
        except (ImportError, OSError) as error:
            log.info("pynput cannot be loaded: %s", error)
            raise WatcherError(NO_DISPLAY) from error
        self._listeners: list[Any] = [
            _watched(keys.Listener)(on_press=self._press, on_release=self._release),
            _watched(pointer.Listener)(
                on_move=self._move, on_click=self._click, on_scroll=self._scroll
            ),
        ]

    def start(self) -> None:
        """Start the threads."""
        for listener in self._listeners:
            listener.start()

    def ready(self) -> bool:
        """Whether all of them listen by now.

        Raises:
            WatcherError: One ended by itself, or may not listen.
        """
        for listener in self._listeners:
            if not getattr(listener, "IS_TRUSTED", True):
                raise WatcherError(NOT_TRUSTED)
            if listener.ended.is_set():
                log.warning("an input hook ended: %s", listener.failure or "no reason was given")
                raise WatcherError(LOST, "crashed")
        return all(listener.listens.is_set() for listener in self._listeners)

    def stop(self) -> None:
        """Stop the threads and wait for their end; blocks, at most a few seconds."""
        for listener in self._listeners:
            if listener.is_alive() and listener.listens.is_set():
                try:
                    listener.stop()
                except Exception as error:
                    log.debug("a hook's display was gone before: %s", type(error).__name__)
        for listener in self._listeners:
            if listener.ident is not None and not listener.ended.wait(STOP_S):
                log.warning("an input hook did not stop within %g s", STOP_S)
            elif listener.ident is not None:
                threading.Thread.join(listener, STOP_S)  # pynput's own join raises what it met

    def _press(self, key: Any) -> None:
        self._take(RawInput(datetime.now(UTC), "press", key=_key(key)))

    def _release(self, key: Any) -> None:
        self._take(RawInput(datetime.now(UTC), "release", key=_key(key)))

    def _move(self, x: float, y: float) -> None:
        now = datetime.now(UTC)
        if abs((now - self._moved).total_seconds()) >= MOVE_EVERY_S:
            self._moved = now
            self._take(RawInput(now, "move"))

    def _click(self, x: float, y: float, button: Any, pressed: bool) -> None:
        kind: Literal["down", "up"] = "down" if pressed else "up"
        place = (int(x), int(y))
        self._take(RawInput(datetime.now(UTC), kind, button=button.name, place=place))

    def _scroll(self, x: float, y: float, dx: float, dy: float) -> None:
        now, place = datetime.now(UTC), (int(x), int(y))
        self._take(RawInput(now, "scroll", place=place, dx=round(dx), dy=round(dy)))


def _watched(base: Any) -> Any:
    """A listener that tells when it listens and when it ended.

    pynput's own `wait` hangs when the thread ends before it was ready, and an error in it ends the
    thread without a word or with a traceback on stderr.
    """

    class Listener(base):  # type: ignore[misc]  # pynput has no types
        def __init__(self, **callbacks: Callable[..., None]) -> None:
            super().__init__(**callbacks)
            self.listens = threading.Event()
            self.ended = threading.Event()
            self.failure: str | None = None

        def _mark_ready(self) -> None:
            super()._mark_ready()
            self.listens.set()

        def run(self) -> None:
            try:
                super().run()
            except Exception as error:
                self.failure = type(error).__name__
            finally:
                self.ended.set()

    return Listener


def _key(key: Any) -> Key:
    """A key of pynput's in our words; one that says nothing when it knows neither name nor sign."""
    if key is None:
        return Key()
    if isinstance(key, Key):
        return key
    if (name := getattr(key, "name", None)) is not None:
        if name == "space":
            return Key(char=" ")
        return Key(name=_side(name))
    if getattr(key, "is_dead", False):
        return Key(char=key.combining, dead=True)
    return Key(char=key.char)


def _side(name: str) -> str:
    """One name for the left and the right one of a modifier, and ours for theirs."""
    base = name.removesuffix("_l").removesuffix("_r")
    if base == "cmd":
        return "super"
    return base if base in ("ctrl", "alt", "shift") else name
