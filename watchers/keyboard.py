"""Keys become what was typed: runs of text, named keys, shortcuts (paper, appendix E.1).

Pure: knows no hook and no clock; a key's name and character come in, events go out. At any moment
at most one action is open: a run of text, or a key or shortcut that may be repeated. It is closed,
and told, by whatever follows, or by a pause.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from watchers.event import Event

# Held, they make a shortcut of a key; in the order in which a shortcut names them.
MODIFIERS = ("ctrl", "alt", "shift", "super")
# Keys that change others and tell nothing by themselves.
SILENT = frozenset({*MODIFIERS, "alt_gr", "caps_lock", "num_lock", "scroll_lock"})
RUN_PAUSE_S = 2.0
REPEAT_PAUSE_S = 1.0
LONG_RUN = 400  # characters; then a run ends at the next space, so that nothing waits for ever
FORGET_S = 60.0  # a modifier whose release was missed is not held for ever


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the system tells it.

    Attributes:
        char: What it writes, shift, caps lock and layout applied; None for a key that writes nothing.
        name: Its name ("enter", "left", "ctrl"); None for one that writes.
        dead: It writes nothing yet: its accent goes onto the next character.
    """

    char: str | None = None
    name: str | None = None
    dead: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    """The action that is not told yet: a run when it has text, else a key or a shortcut."""

    start: datetime
    end: datetime
    text: str = ""
    kind: str = ""
    key: str = ""
    count: int = 1

    @property
    def event(self) -> Event:
        data: dict[str, Any]
        if self.text:
            data = {"from": "keyboard", "type": "input", "data": self.text}
        else:
            press: dict[str, Any] = {"type": self.kind, "key": self.key}
            if self.count > 1:
                press["count"] = self.count
            data = {"from": "keyboard", "data": press}
        return Event(self.start, (self.end - self.start).total_seconds(), data)


@dataclass(slots=True)
class Keyboard:
    """Gathers keys. Every method returns the events that are now complete, in order.

    Attributes:
        run_pause_s: A run ends when no key came for so long.
        repeat_pause_s: A key pressed again later than this is told anew.
    """

    run_pause_s: float = RUN_PAUSE_S
    repeat_pause_s: float = REPEAT_PAUSE_S
    _open: _Open | None = None
    _held: set[str] = field(default_factory=set)
    _accent: str = ""
    _alone: bool = False  # the super key was pressed, and nothing since
    _last: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something waits to be told."""
        return self._open is not None

    def press(self, time: datetime, key: Key) -> list[Event]:
        """Take a key that went down, or that repeats itself while it is held."""
        done = self.tick(time)
        if self._last is not None and time - self._last > timedelta(seconds=FORGET_S):
            self._held.clear()
        self._last = time
        self._alone = key.name == "super"
        if key.name in SILENT:
            self._held.add(key.name)
            return done
        return done + self._take(time, key)

    def release(self, time: datetime, key: Key) -> list[Event]:
        """Take a key that went up."""
        if key.name is None:
            return []
        self._held.discard(key.name)
        if key.name == "super" and self._alone:  # opens a menu or an overview
            self._alone = False
            return self._repeat(time, "pressAndRelease", "super")
        return []

    def tick(self, now: datetime) -> list[Event]:
        """Close what waited long enough."""
        if self._open is None:
            return []
        pause_s = self.run_pause_s if self._open.text else self.repeat_pause_s
        return self.flush() if now - self._open.end > timedelta(seconds=pause_s) else []

    def flush(self) -> list[Event]:
        """Close what is open: something else began."""
        done, self._open, self._accent = self._open, None, ""
        return [done.event] if done else []

    def forget(self) -> None:
        """Take it that no modifier is held: keys were lost."""
        self._held.clear()

    def _take(self, time: datetime, key: Key) -> list[Event]:
        held = [name for name in MODIFIERS if name in self._held]
        writes = key.char is not None and "alt_gr" in self._held  # Windows tells AltGr as ctrl+alt
        if not writes and (set(held) - {"shift"} or (held and key.name)):
            return self._repeat(time, "shortcut", "+".join([*held, _label(key)]))
        if key.char is not None:
            return self._write(time, key)
        if key.name == "backspace" and self._open is not None and self._open.text:
            text = self._open.text[:-1]
            self._open = replace(self._open, text=text, end=time) if text else None
            return []
        return self._repeat(time, "pressAndRelease", key.name) if key.name else []

    def _write(self, time: datetime, key: Key) -> list[Event]:
        if key.dead:
            self._accent = key.char or ""
            return []
        char = self._accented(key.char or "")
        if self._open is None or not self._open.text:
            done, self._open = self.flush(), _Open(time, time, text=char)
            return done
        self._open = replace(self._open, text=self._open.text + char, end=time)
        return self.flush() if len(self._open.text) >= LONG_RUN and char == " " else []

    def _accented(self, char: str) -> str:
        accent, self._accent = self._accent, ""
        return unicodedata.normalize("NFC", char + accent) if accent else char

    def _repeat(self, time: datetime, kind: str, key: str) -> list[Event]:
        """Count on when it is the same again, else begin it."""
        last = self._open
        if last is not None and (last.text, last.kind, last.key) == ("", kind, key):
            self._open = replace(last, end=time, count=last.count + 1)
            return []
        done = self.flush()
        self._open = _Open(time, time, kind=kind, key=key)
        return done


def _label(key: Key) -> str:
    """The key in a shortcut: the letter on it, or its name."""
    if key.char is None:
        return key.name or ""
    if len(key.char) == 1 and key.char < " ":  # some systems tell ctrl+c as the control character
        return chr(ord(key.char) + 0x60)
    return "space" if key.char == " " else key.char.lower()
