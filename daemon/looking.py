"""When to look at the open proposal, at the end of a pause, and at the end of the first silent days."""

from collections.abc import Callable
from datetime import datetime

from daemon.proposals import Proposals
from daemon.recorder import Recorder
from daemon.shadow import Shadow

OPEN_S = 0.25  # at a proposal that waits for a quiet moment, or for an answer
PAUSE_S = 5.0  # at the end of a pause: the clock may be set, the machine sleep
SILENCE_S = 3600.0  # at the end of the first days


class Looking:
    """Looks, and says when to look again; while nothing is open, hardly ever.

    Args:
        manners: Has the open proposal.
        recorder: Knows of pauses.
        shadow: Knows of the first days.
        tell_ends: Tells clients what has ended.
        in_company: Whether others see or hear what the user does, or nobody sees the screen.
        clock: The present.
    """

    def __init__(
        self,
        manners: Proposals,
        recorder: Recorder,
        shadow: Shadow,
        tell_ends: Callable[[], None],
        in_company: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._manners = manners
        self._recorder = recorder
        self._shadow = shadow
        self._tell_ends = tell_ends
        self._in_company = in_company
        self._clock = clock

    async def look(self) -> float | None:
        """Look; returns in how many seconds to look again, None for when something changes."""
        self._tell_ends()
        if self._manners.is_open:
            await self._manners.tick(hold=self._recorder.paused or self._in_company())
        if self._manners.is_open:
            return OPEN_S
        due = [min(left_s, SILENCE_S)] if (left_s := self._shadow.left_s) else []
        if until := self._recorder.paused_until:
            due.append(min(PAUSE_S, max((until - self._clock()).total_seconds(), 0.0)))
        return min(due, default=None)
