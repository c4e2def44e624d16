"""What is known of the user besides input: locked, asleep, watching. Pure.

The session watcher tells it, the afk rule asks. A stretch in which the screen was locked or the
machine slept is away whatever else is said; a video or a call holds off absence, but brings nobody
back, and not for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

QUIET = timedelta(seconds=10)  # a hand that rests
MEDIA_S = 3 * 3600.0  # the longest film; a player left playing overnight is nobody there


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of time; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None

    def holds(self, time: datetime) -> bool:
        """Whether a moment lies inside it; its begin and its end do not."""
        return self.since < time and (self.until is None or time < self.until)


class Hands(NamedTuple):
    """What is heard of the user's hands now.

    Attributes:
        since: Since when; None when nothing is.
        keys: Whether key presses are told; else only that somebody types or moves something.
        last: When any input was last heard; None for never since the start.
    """

    since: datetime | None = None
    keys: bool = False
    last: datetime | None = None


@dataclass(slots=True)
class Presence:
    """Stretches in which the user was surely away, or watching.

    Attributes:
        before_look: Called before every look at it, with the time: whoever can tell only when
            asked, such as the clock that knows of sleep, tells then.
        returned: Called when somebody gives an input after a while without any.
        media_s: A video or a call holds off absence for so long after the last input.
    """

    before_look: Callable[[datetime], None] = lambda now: None
    returned: Callable[[], None] = lambda: None
    media_s: float = MEDIA_S
    _away: dict[str, datetime] = field(default_factory=dict)
    _gone: list[Stretch] = field(default_factory=list)
    _media: list[Stretch] = field(default_factory=list)
    _input: datetime | None = None

    def input(self, time: datetime) -> None:
        """Somebody gave an input."""
        last, self._input = self._input, time
        if last is not None and abs(time - last) > QUIET:
            self.returned()

    @property
    def last_input(self) -> datetime | None:
        """When somebody last gave an input; None for never since the start."""
        return self._input

    def quiet(self, now: datetime) -> bool:
        """Whether there was no input for a while: then what has to be polled may be polled less often."""
        return self._input is not None and abs(now - self._input) > QUIET

    def leave(self, cause: str, since: datetime) -> None:
        """The user is away from then on, until `come`; told again it changes nothing."""
        self._away.setdefault(cause, since)

    def come(self, cause: str, at: datetime) -> None:
        """This cause is over; no harm when it did not hold."""
        since = self._away.pop(cause, None)
        if since is not None:
            self.gone(since, at)

    def gone(self, since: datetime, until: datetime) -> None:
        """The user was away then, as is known only now."""
        self._gone.append(Stretch(since, max(since, until)))

    def media(self, playing: bool, at: datetime) -> None:
        """A video or a call began or ended."""
        going = bool(self._media) and self._media[-1].until is None
        if playing and not going:
            self._media.append(Stretch(at))
        elif going and not playing:
            last = self._media.pop()
            self._media.append(Stretch(last.since, max(last.since, at)))

    def away(self, now: datetime) -> list[Stretch]:
        """All stretches of absence that are known, by their begin."""
        self.before_look(now)
        lasting = [Stretch(since) for since in self._away.values()]
        return sorted([*self._gone, *lasting], key=lambda stretch: stretch.since)

    def held(self, last: datetime, now: datetime, patience: timedelta) -> datetime:
        """Until when somebody who gave a last input was there, as far as media say.

        Args:
            last: The last input.
            now: The present.
            patience: Media that begin later than so long after somebody was seen hold nobody.
        """
        there = last
        for stretch in self._media:
            end = now if stretch.until is None else min(now, stretch.until)
            if stretch.since - there < patience and end > there:
                there = end
        return min(there, last + timedelta(seconds=self.media_s))

    def forget(self, before: datetime) -> None:
        """Drop what ended before then."""
        self._gone = [stretch for stretch in self._gone if (stretch.until or before) >= before]
        self._media = [s for s in self._media if s.until is None or s.until >= before]
