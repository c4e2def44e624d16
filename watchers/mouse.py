"""The mouse becomes clicks, drags, scrolls and presence (paper, appendix E.1). Pure, like the keyboard.

Where it pointed is not told: what was clicked is not known from it, and it says more about the
user's hand than about the work.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from watchers.event import Event

PAUSE_S = 1.0
NEAR_PX = 5  # a double click's two places; a button that goes up further away was a drag


@dataclass(frozen=True, slots=True)
class _Open:
    """The action that is not told yet."""

    start: datetime
    end: datetime
    kind: str
    which: str
    amount: int
    place: tuple[int, int]

    @property
    def event(self) -> Event:
        action: dict[str, Any] = {"type": self.kind}
        if self.kind == "scroll":
            action |= {"direction": self.which, "amount": self.amount}
        else:
            action |= {"button": self.which}
            if self.amount > 1:
                action["count"] = self.amount
        length = (self.end - self.start).total_seconds()
        return Event(self.start, length, {"from": "mouse", "data": action})

    def goes_on(self, other: "_Open", pause_s: float) -> bool:
        """Whether the other one is more of the same."""
        again = self.kind == "scroll" or (self.kind == "click" and near(self.place, other.place))
        return (
            (self.kind, self.which) == (other.kind, other.which)
            and again
            and other.start - self.end <= timedelta(seconds=pause_s)
        )


@dataclass(frozen=True, slots=True)
class _Down:
    """A button that is held."""

    time: datetime
    place: tuple[int, int]
    button: str


@dataclass(slots=True)
class Mouse:
    """Gathers clicks, drags and scrolls. Every method returns the events that are now complete.

    A press is told when the button is up again: only then it is known for a click or a drag. So a
    click or drag that began in one window and brings another to the front has the time of its press.

    Attributes:
        pause_s: What is done again later than this is told anew.
    """

    pause_s: float = PAUSE_S
    _open: _Open | None = None
    _down: _Down | None = None

    @property
    def is_open(self) -> bool:
        """Whether something waits to be told."""
        return self._open is not None

    def press(self, time: datetime, place: tuple[int, int], button: str) -> list[Event]:
        """Take a button that went down at a place, in pixels."""
        done = self._click() if self._down is not None else []  # its release was lost
        self._down = _Down(time, place, button)
        return done

    def release(self, time: datetime, place: tuple[int, int], button: str) -> list[Event]:
        """Take a button that went up."""
        down = self._down
        if down is None or down.button != button:
            return []  # another one, that a new press made forget
        if near(down.place, place):
            return self._click()
        self._down = None
        return self._take(_Open(down.time, time, "drag", button, 1, place))

    def scroll(self, time: datetime, place: tuple[int, int], dx: int, dy: int) -> list[Event]:
        """Take a turn of the wheel, up and right positive."""
        done = []
        if dy:
            direction = "up" if dy > 0 else "down"
            done += self._take(_Open(time, time, "scroll", direction, abs(dy), place))
        if dx:
            direction = "right" if dx > 0 else "left"
            done += self._take(_Open(time, time, "scroll", direction, abs(dx), place))
        return done

    def tick(self, now: datetime) -> list[Event]:
        """Close what waited long enough."""
        if self._open is None or now - self._open.end <= timedelta(seconds=self.pause_s):
            return []
        return self.flush()

    def flush(self) -> list[Event]:
        """Close what is open: something else began."""
        done, self._open = self._open, None
        return [done.event] if done else []

    def _click(self) -> list[Event]:
        down, self._down = self._down, None
        if down is None:
            return []
        return self._take(_Open(down.time, down.time, "click", down.button, 1, down.place))

    def _take(self, new: _Open) -> list[Event]:
        last = self._open
        if last is not None and last.goes_on(new, self.pause_s):
            self._open = replace(last, end=new.end, amount=last.amount + new.amount)
            return []
        done = self.flush()
        self._open = new
        return done


def near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two places are one, for a hand."""
    return all(abs(a - b) <= NEAR_PX for a, b in zip(one, other, strict=True))


def move(time: datetime) -> Event:
    """The presence of a hand at the mouse, for a heartbeat."""
    return Event(time, data={"from": "mouse", "data": {"type": "move"}})
