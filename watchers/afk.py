"""Away from the keyboard or not, from the times of input and what is known besides. Pure.

The rule is aw-watcher-afk's: away from the last input on, once there was none for `timeout_s`.
Besides, time in which the screen was locked or the machine slept is away, however short, and only
input brings somebody back; a video or a call holds off absence while it lasts
(`watchers.presence`). The two states never overlap, not even when the clock is set back: then
nothing is told until it is past what was told.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from watchers.event import Event
from watchers.presence import Presence, Stretch

TIMEOUT_S = 180.0
SLEPT_S = 20.0  # a busy machine is late by less
STEP = timedelta(milliseconds=1)  # between the two states, so that neither touches the other
DENSE = timedelta(seconds=1)  # inputs closer together than this are one


@dataclass(slots=True)
class Afk:
    """Tells afk from not-afk. `tick` is to be called about every `tick_s` seconds.

    Attributes:
        start: When watching began; counts as input.
        timeout_s: Without input for so long, the user is away.
        tick_s: Usual time between two ticks; a gap of several means that nothing was seen.
        presence: What else is known.
    """

    start: datetime
    timeout_s: float = TIMEOUT_S
    tick_s: float = 5.0
    presence: Presence = field(default_factory=Presence)
    _inputs: list[datetime] = field(default_factory=list)  # since the last tick
    _last: datetime | None = None  # the last input that counts
    _tick: datetime | None = None
    _since: datetime | None = None  # begin of the absence, while it lasts
    _told: tuple[str, datetime] | None = None  # the last state, and its end

    @property
    def pulsetime_s(self) -> float:
        """Within so many seconds two heartbeats of one state are one."""
        return self.timeout_s + 2 * self.tick_s

    def input(self, time: datetime) -> None:
        """Take the time of any input."""
        if len(self._inputs) > 1 and abs(time - self._inputs[-2]) < DENSE:
            self._inputs[-1] = max(time, self._inputs[-1])
        else:
            self._inputs.append(time)

    def tick(self, now: datetime) -> list[Event]:
        """The heartbeats of now, in order."""
        before, self._tick = self._tick or self.start, now
        inputs, self._inputs = sorted(min(time, now) for time in self._inputs), []
        if now - before > timedelta(seconds=max(4 * self.tick_s, SLEPT_S)):
            self._unseen(before, now, inputs)
        away = self.presence.away(now)
        last = self._last = min(self._last or self.start, now)  # the clock may have been set back
        if self._since is not None:
            self._since = min(self._since, now)
        events: list[Event] = []
        for time in inputs:
            if time > last and not any(stretch.holds(time) for stretch in away):
                events += self._leave(time, away) + self._come(time)
        events += self._leave(now, away)
        events += self._present(now) if self._since is None else self._absent(now)
        self.presence.forget(min(self._last, before) - timedelta(seconds=self.pulsetime_s))
        return events

    def _unseen(self, before: datetime, now: datetime, inputs: list[datetime]) -> None:
        """Nobody looked for a while: the machine slept in one of the pauses, or in several."""
        known = [before, *(time for time in inputs if time > before), now]
        for start, end in pairwise(known):
            if end - start > 2 * DENSE:
                self.presence.gone(start, end)

    def _leave(self, now: datetime, away: list[Stretch]) -> list[Event]:
        """Notice that the user went away before `now`."""
        last = self._last or self.start
        if self._since is not None:
            return []
        left = self._left(last, now, away)
        if left is None:
            return []
        self._since = left + STEP
        return self._say("not-afk", min(last, left), left)

    def _left(self, last: datetime, now: datetime, away: list[Stretch]) -> datetime | None:
        """The moment at which the user went away; None while there."""
        for stretch in away:
            if stretch.since <= now and (stretch.until is None or stretch.until > last):
                gone = max(stretch.since, last)
                return self._idle_since(last, gone) or gone
        return self._idle_since(last, now)

    def _idle_since(self, last: datetime, now: datetime) -> datetime | None:
        patience = timedelta(seconds=self.timeout_s)
        there = self.presence.held(last, now, patience)
        return there if now - there >= patience else None

    def _come(self, time: datetime) -> list[Event]:
        """Take an input that counts."""
        events = [] if self._since is None else self._say("afk", self._since, time - STEP)
        if self._since is not None:
            events += self._say("not-afk", time, time)
        self._last, self._since = time, None
        return events

    def _present(self, now: datetime) -> list[Event]:
        last = self._last or self.start
        there = self.presence.held(last, now, timedelta(seconds=self.timeout_s))
        return self._say("not-afk", there, there)

    def _absent(self, now: datetime) -> list[Event]:
        return [] if self._since is None else self._say("afk", self._since, now)

    def _say(self, status: str, start: datetime, end: datetime) -> list[Event]:
        """One heartbeat, cut where it would reach into what was told; none where nothing is left."""
        if self._told is None:
            start = min(start, self.start) if status == "not-afk" else start
        else:
            other, until = self._told
            floor = until if status == other else until + STEP
            start = max(start, floor)
            if end < start:
                if status != other or end < until:
                    return []
                end = start
        self._told = (status, end)
        return [Event(start, (end - start).total_seconds(), {"status": status})]
