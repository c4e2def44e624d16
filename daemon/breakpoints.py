"""Where a proposal may break in: at a pause that is long for this user, or when they turn to another window.

Pure: knows times and counts, no key and no word. After how long a pause is the burst over? After the
shortest one of which at least half go on for as long as a popup takes to be read: whoever has paused
for so long will rather not be typing under it. Until enough pauses are known, a setting says.
Breakpoints as times at which an interruption costs least: Iqbal and Bailey, CHI 2008.
Where no key is heard, any input may be typing; where nothing is heard at all, only who has just turned
to another window hardly types yet.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from watchers.presence import Hands

READ_S = 3.0  # a popup is read in two seconds, and one to decide
REST = 0.5  # share of pauses that must go on for so long
ENOUGH = 50  # pauses before they are believed
WHOLE_S = 2.0  # a typed run in the store ends with such a pause (watchers.keyboard): shorter ones are not there
SETTLE_S = 0.7  # after a switch the eye needs a moment; Alt+Tab may go on
FRESH_S = 1.5  # after a switch typing has hardly begun, where nobody hears whether it has
TOLD_S = 1.0  # so late it is told that somebody does something (watchers.idle)
# Pauses that may be asked for, in seconds; where even the longest is too short, it is enough.
LENGTHS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0)
_EDGES = tuple(sorted({*LENGTHS, *(length + READ_S for length in LENGTHS)}))
HALF = 4000  # pauses after which the older ones count half: people change


class Rhythm:
    """One user's rhythm.

    Attributes:
        quiet_s: The pause after which a proposal may come, in seconds.
    """

    def __init__(self, quiet_s: float, hands: Callable[[], Hands]) -> None:
        """Prepare.

        Args:
            quiet_s: The pause as long as none is learnt.
            hands: What is heard of the user's hands now.
        """
        self._hands = hands
        self.quiet_s = quiet_s
        self._past, self._live = Pauses(), Pauses()
        self._typed: datetime | None = None
        self._switched: datetime | None = None

    def remember(self, runs: Iterable[tuple[datetime, datetime]]) -> None:
        """Learn from typed runs of the past days: begin and end of each, oldest first."""
        last: datetime | None = None
        for begin, end in runs:
            if last is not None:
                self._past.add((begin - last).total_seconds())
            last = end
        self._learn()

    def typed(self, time: datetime) -> None:
        """A key was pressed."""
        last, self._typed = self._typed, time
        if last is None:
            return
        pause_s = (time - last).total_seconds()
        if pause_s >= LENGTHS[0]:  # most are within a word: nothing to count
            self._live.add(pause_s)
            self._learn()

    def switched(self, time: datetime) -> None:
        """Another window came to the front."""
        self._switched = time

    def is_breakpoint(self, now: datetime) -> bool:
        """Whether the user pauses, or has just turned to something else and types nothing there yet."""
        heard, turned_s = self._hands(), _passed_s(now, self._switched)
        if heard.since is None:
            return SETTLE_S <= turned_s < FRESH_S
        last, rest_s = self._typed, self.quiet_s
        if not heard.keys:  # any input may be typing
            last, rest_s = heard.last, self.quiet_s + TOLD_S
        quiet_s = min(_passed_s(now, heard.since), _passed_s(now, last))
        return quiet_s >= rest_s or (heard.keys and SETTLE_S <= turned_s <= quiet_s)

    def _learn(self) -> None:
        self.quiet_s = learnt(self._live, self._past) or self.quiet_s


class Pauses:
    """How many pauses were at least so long, for each edge; the older ones count less."""

    def __init__(self) -> None:
        self._counts = [0.0] * (len(_EDGES) + 1)
        self._total = 0

    def add(self, pause_s: float) -> None:
        """Count one."""
        if pause_s < 0:  # the clock was set back
            return
        self._counts[_at(pause_s)] += 1
        self._total += 1
        if self._total >= HALF:
            self._counts = [count / 2 for count in self._counts]
            self._total //= 2

    def at_least(self, length_s: float) -> float:
        """How many were at least so long; `length_s` is one of the edges."""
        return sum(self._counts[bisect_left(_EDGES, length_s) + 1 :])


def learnt(live: Pauses, past: Pauses) -> float | None:
    """The shortest pause that most often goes on, in seconds; None while too few are known."""
    known = False
    for length_s in LENGTHS:
        told: Sequence[Pauses] = (live, past) if length_s >= WHOLE_S else (live,)
        there = sum(pauses.at_least(length_s) for pauses in told)
        if there < ENOUGH and not known:
            continue  # of a longer one there may be enough in the store
        known = True
        if sum(pauses.at_least(length_s + READ_S) for pauses in told) >= REST * there:
            return length_s
    return LENGTHS[-1] if known else None


def _passed_s(now: datetime, since: datetime | None) -> float:
    """Seconds since then; without end for what never was. The clock may have been set back."""
    return math.inf if since is None else abs((now - since).total_seconds())


def _at(pause_s: float) -> int:
    """The bin: how many edges it reaches."""
    return sum(pause_s >= edge for edge in _EDGES)
