"""Keys become what was typed: runs of text, named keys, shortcuts (paper, appendix E.1).

Pure: knows no hook and no clock; a key's name and character come in, events go out. At any moment
at most one action is open: a run of text (`watchers.typed` applies the edits), or a key or shortcut
that may be repeated. It is closed, and told, by whatever follows, or by a pause.

What is not seen: characters that an input method puts in (the letters that were typed for them are
told instead), what a program completes or corrects by itself, and what undo takes back: there the
run ends as it was.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from watchers.compose import Composer
from watchers.event import Event
from watchers.typed import FIELD, Keymap, Typed, select_all

# Held, they make a shortcut of a key; in the order in which a shortcut names them.
MODIFIERS = ("ctrl", "alt", "shift", "super")
# Keys that change others and tell nothing by themselves.
SILENT = frozenset({*MODIFIERS, "alt_gr", "caps_lock", "num_lock", "scroll_lock", "compose"})
RUN_PAUSE_S = 2.0
REPEAT_PAUSE_S = 1.0
LONG_RUN = 400  # characters; then a run ends at the next space, so that nothing waits for ever
LONG_PASTE = 200  # characters; what is longer is told as the shortcut alone, and as a copy already
FORGET_S = 60.0  # a modifier whose release was missed is not held for ever


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the system tells it.

    Attributes:
        char: What it writes, shift, caps lock and layout applied; None for a key that writes nothing.
        name: Its name ("enter", "left", "ctrl"); None for one that writes.
        dead: It writes nothing yet: its accent goes onto the next character.
        symbol: Its X keysym, for `watchers.compose`; 0 on other systems.
        held: The modifiers that were held when it was pressed, where the system tells them with
            the key; None where they are known from their own presses alone.
    """

    char: str | None = None
    name: str | None = None
    dead: bool = False
    symbol: int = 0
    held: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """A text that is not told yet."""

    start: datetime
    end: datetime
    typed: Typed

    @property
    def event(self) -> Event:
        data: dict[str, Any] = {"from": "keyboard", "type": "input", "data": self.typed.text}
        if self.typed.pasted:
            data["pasted"] = self.typed.pasted
        return Event(self.start, (self.end - self.start).total_seconds(), data)


@dataclass(frozen=True, slots=True)
class _Press:
    """A key or a shortcut that is not told yet."""

    start: datetime
    end: datetime
    kind: str
    key: str
    count: int = 1

    @property
    def event(self) -> Event:
        press: dict[str, Any] = {"type": self.kind, "key": self.key}
        if self.count > 1:
            press["count"] = self.count
        length = (self.end - self.start).total_seconds()
        return Event(self.start, length, {"from": "keyboard", "data": press})


@dataclass(slots=True)
class Keyboard:
    """Gathers keys. Every method returns the events that are now complete, in order.

    Attributes:
        keymap: What keys do to a text in the program in front.
        clipboard: The text on the clipboard; None when it is not known for certain, or secret.
        composer: Knows compose sequences; None where the system applies them itself.
        run_pause_s: A run ends when no key came for so long.
        repeat_pause_s: A key pressed again later than this is told anew.
    """

    keymap: Callable[[], Keymap] = lambda: FIELD
    clipboard: Callable[[], str | None] = lambda: None
    composer: Composer | None = None
    run_pause_s: float = RUN_PAUSE_S
    repeat_pause_s: float = REPEAT_PAUSE_S
    _open: _Run | _Press | None = None
    _held: set[str] = field(default_factory=set)
    _accent: str = ""
    _alone: bool = False  # the super key was pressed, and nothing since
    _fresh: bool = True  # nothing else stands on the line where the next run begins
    _last: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something waits to be told."""
        return self._open is not None

    def press(self, time: datetime, key: Key) -> list[Event]:
        """Take a key that went down, or that repeats itself while it is held."""
        done = self.tick(time)
        self._note_held(time, key)
        self._alone = key.name == "super"
        if key.name in SILENT and key.name != "compose":
            self._held.add(key.name)
            return done
        composed = self._compose(key)
        if composed is None:
            return done + self._take(time, key)
        return done + (self._write(time, composed) if composed else [])

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
        pause_s = self.run_pause_s if isinstance(self._open, _Run) else self.repeat_pause_s
        return self._close() if now - self._open.end > timedelta(seconds=pause_s) else []

    def flush(self, *, fresh: bool = False) -> list[Event]:
        """Close what is open: something else began.

        Args:
            fresh: Another window came to the front, where what is typed next is taken to stand
                alone on its line; else, as after a click, nobody knows what stands beside it.
        """
        done = self._close()
        self._fresh, self._accent = fresh, ""
        if self.composer is not None:
            self.composer.reset()
        return done

    def forget(self) -> None:
        """Take it that no modifier is held: keys were lost."""
        self._held.clear()

    def _close(self) -> list[Event]:
        done, self._open = self._open, None
        if isinstance(done, _Run):
            self._fresh = done.typed.everything  # else what comes stands behind this run
        return [done.event] if done else []

    def _note_held(self, time: datetime, key: Key) -> None:
        if key.held is not None:
            self._held = set(key.held)
        elif self._last is not None and time - self._last > timedelta(seconds=FORGET_S):
            self._held.clear()
        self._last = time

    def _compose(self, key: Key) -> str | None:
        """What a compose sequence gives: nothing yet, a text, or None for a key outside of one."""
        if self.composer is None or not key.symbol:
            return None
        return self.composer.feed(key.symbol)

    def _take(self, time: datetime, key: Key) -> list[Event]:
        held = [name for name in MODIFIERS if name in self._held]
        writes = key.char is not None and (
            "alt_gr" in self._held  # Windows tells AltGr as ctrl+alt
            or not set(held) - {"shift"}
        )
        if writes:
            return self._accented(time, key)
        if not (label := _label(key)) or key.name == "compose":
            return []
        name = "+".join([*held, label])
        keymap = self.keymap()
        if name in keymap.pastes and (text := self._pasted()):
            return self._write(time, text, pasted=True)
        if isinstance(self._open, _Run) and (edit := keymap.edits.get(name)):
            typed = edit(self._open.typed)
            if typed is not None:
                self._go_on(time, typed)
                return []
        return self._repeat(time, "shortcut" if held else "pressAndRelease", name)

    def _pasted(self) -> str | None:
        text = self.clipboard()
        return text if text and len(text) <= LONG_PASTE and "\n" not in text else None

    def _accented(self, time: datetime, key: Key) -> list[Event]:
        """Write a character, with the accent of the dead key before it."""
        char = key.char or ""
        if key.dead:
            self._accent = char
            return []
        accent, self._accent = self._accent, ""
        return self._write(time, unicodedata.normalize("NFC", char + accent) if accent else char)

    def _write(self, time: datetime, text: str, *, pasted: bool = False) -> list[Event]:
        if isinstance(self._open, _Run):
            done: list[Event] = []
            self._go_on(time, self._open.typed.write(text, pasted=pasted))
        else:
            done = self._close()
            typed = Typed(whole=self._fresh).write(text, pasted=pasted)
            self._open = _Run(time, time, typed)
        typed = self._open.typed if isinstance(self._open, _Run) else Typed()
        ends = len(typed.text) >= LONG_RUN and text == " " and typed.caret == len(typed.text)
        return done + self._close() if ends else done

    def _go_on(self, time: datetime, typed: Typed) -> None:
        """Take what became of the open run; where nothing is left of it, nothing is told."""
        if isinstance(self._open, _Run) and typed.text:
            self._open = replace(self._open, end=time, typed=typed)
        else:
            self._open, self._fresh = None, typed.whole

    def _repeat(self, time: datetime, kind: str, key: str) -> list[Event]:
        """Count on when it is the same again, else begin it."""
        last = self._open
        if isinstance(last, _Press) and (last.kind, last.key) == (kind, key):
            self._open = replace(last, end=time, count=last.count + 1)
            return []
        done = self._close()
        keymap = self.keymap()
        self._fresh = key in keymap.fresh or keymap.edits.get(key) is select_all
        self._open = _Press(time, time, kind, key)
        return done


def _label(key: Key) -> str:
    """The key in a shortcut: the letter on it, or its name."""
    if key.char is None:
        return key.name or ""
    if len(key.char) == 1 and key.char < " ":  # some systems tell ctrl+c as the control character
        return chr(ord(key.char) + 0x60)
    return "space" if key.char == " " else key.char.lower()
