"""All that the popup needs of the daemon, and when to look at it: at the open proposal, at what ends by itself."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from daemon.breakpoints import Rhythm
from daemon.config import Settings
from daemon.proposals import Proposals
from daemon.recorder import Recorder
from daemon.shadow import Shadow, first_start
from daemon.sources import Sources
from daemon.store import Store, rhythm
from daemon.tasks import Alarm, whenever
from watchers.platform import read_session
from watchers.presence import Hands

OPEN_S = 0.25  # at a proposal that waits for a quiet moment, or for an answer
PAUSE_S = 5.0  # at the end of a pause: the clock may be set, the machine sleep
SILENCE_S = 3600.0  # at the end of the first days
NO_SCREEN = Hands(datetime.min.replace(tzinfo=UTC), keys=True)  # nobody types where there is none
DEAF = {
    True: "No key is heard here: a popup comes only as you turn to another window.",
    False: "Neither keys nor windows are seen here, so no popup comes: see `hunch proposals`.",
}


class Popup:
    """The manners with what they go by; looks, and while nothing is open, hardly ever.

    Attributes:
        manners: The proposals.
        rhythm: The user's pauses.
        shadow: The first days.
        sources: What is seen of the user; None before the start.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        recorder: Recorder,
        publish: Callable[[str, dict[str, Any]], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare.

        Args:
            store: Keeps proposals, and knows of the past.
            settings: How often, for how long.
            recorder: Knows of pauses.
            publish: Tells the trays.
            clock: The present.
        """
        self._store, self._settings, self._recorder = store, settings, recorder
        self._clock = clock
        self._alarm = Alarm()
        self._has_screen = read_session().display_server is not None
        self.sources: Sources | None = None
        self.rhythm = Rhythm(settings.quiet_typing_s, self._hands)
        self.shadow = Shadow(settings, first_start(store, settings, clock()), clock)
        self.manners = Proposals(
            store,
            settings,
            publish,
            clock,
            shadow=self.shadow,
            is_breakpoint=self.rhythm.is_breakpoint,
            was_there=self._was_there,
        )
        self.manners.offered = recorder.paused_anew = self._alarm.ring

    async def start(self) -> None:
        """Learn from the past week, and withdraw what a killed daemon left open."""
        now = self._clock()
        self.rhythm.remember(self._store.read(lambda conn: rhythm.typed_runs(conn, now)))
        await self.manners.start()

    def run(self, tell_ends: Callable[[], None], stop: asyncio.Event) -> Coroutine[Any, Any, None]:
        """Look until `stop`.

        Args:
            tell_ends: Tells clients what has ended.
            stop: Ends it.
        """

        async def look() -> float | None:
            tell_ends()
            return await self._look()

        return whenever(self._alarm, "popup", look, stop)

    def typed(self, time: datetime) -> None:
        """A key was pressed."""
        self._recorder.note_typing(time)
        self.rhythm.typed(time)

    @property
    def problem(self) -> str | None:
        """That a popup comes seldom or never here, as no key is heard; None while some input is."""
        if not self._settings.tray or self.sources is None or "afk" not in self.sources.blind:
            return None
        return DEAF["window" not in self.sources.blind]

    async def _look(self) -> float | None:
        """Look; returns in how many seconds to look again, None for when something changes."""
        if self.manners.is_open:
            await self.manners.tick(hold=self._recorder.paused or self._in_company())
        if self.manners.is_open:
            return OPEN_S
        due = [min(left_s, SILENCE_S)] if (left_s := self.shadow.left_s) else []
        if until := self._recorder.paused_until:
            due.append(min(PAUSE_S, max((until - self._clock()).total_seconds(), 0.0)))
        return min(due, default=None)

    def _in_company(self) -> bool:
        """Whether others see or hear what the user does, or nobody sees the screen."""
        if self.sources is None:
            return False
        return self.sources.locked or (self._settings.quiet_fullscreen and self.sources.audience)

    def _hands(self) -> Hands:
        if not self._has_screen:
            return NO_SCREEN
        return self.sources.hands if self.sources is not None else Hands()

    def _was_there(self, since: datetime) -> bool:
        """Whether any input was heard since then; where none can be heard, nobody knows better."""
        hands = self._hands()
        if hands is NO_SCREEN or hands.since is None:
            return True
        return hands.last is not None and hands.last > since
