"""Asks all who can know whether a password is being typed, and tells `Coverage`.

Stays the same object while watchers come and go, since the input watcher holds it. What a key was
is not known here, only whether it ends a line. The event loop takes keys some time after they were
pressed, so every question is answered for the moment of a press.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from watchers.coverage import Coverage
from watchers.focus.line import Change, Line, Lost, Regained, Stroke

log = logging.getLogger(__name__)

SOURCE = "keyboard"
KEPT = 4096  # presses that the event loop has not taken yet: as many as the input's queue holds
SPARSE = timedelta(seconds=1)  # who is asked at some cost is asked at the first key after a pause
LATE = timedelta(seconds=0.03)  # programs tell of their focus after they took the key that moved it
STALE = timedelta(seconds=60)  # no event loop that still lives is so late
PAST = 8  # fields that are remembered; a key waits for less than a tenth of a second

Ask = Callable[[], bool]


class _Press(NamedTuple):
    """What was known when a key was pressed."""

    time: datetime
    prompt: bool
    field: bool
    front: object


class PasswordGuard:
    """Follows what is typed by the time of its keys.

    Attributes:
        field: Whether the focused field is a password field; a backend's `asks` while one runs.
        on_hidden: Called when typing becomes hidden, on the event loop.
    """

    def __init__(
        self,
        coverage: Coverage,
        prompt: Ask,
        program: Ask = lambda: False,
        front: Callable[[], object] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare.

        Args:
            coverage: Is told of every stretch of a password.
            prompt: Whether a terminal in front asks for one; microseconds.
            program: Whether a program runs that does nothing else; a millisecond.
            front: What is in front; what was typed elsewhere was not typed into its prompt.
            clock: Tells this moment.
        """
        self._coverage = coverage
        self._prompt, self._program, self._front = prompt, program, front
        self._clock = clock
        self._terminal, self._window = Line(frozenset(("line",)), hold=True), Line()
        self._pressed: deque[_Press] = deque(maxlen=KEPT)
        self._taken: _Press | None = None
        self._fields: deque[tuple[datetime, datetime | None]] = deque(maxlen=PAST)
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._running = False
        self.field: Ask = lambda: False
        self.on_hidden: Callable[[], None] = lambda: None

    @property
    def hidden(self) -> bool:
        """Whether what is typed now is a password."""
        return self._terminal.hidden or self._window.hidden

    def peek(self, time: datetime) -> None:
        """Ask at the press itself: when the event loop takes the key the prompt may be gone."""
        if abs(time - self._looked) > SPARSE:
            self._running = self._ask(self._program)
        self._looked = time
        self._pressed.append(self._now(time))

    def key(self, time: datetime, stroke: Stroke) -> None:
        """Take a press with the answers of its moment."""
        press = self._answer(time)
        if self._taken is not None and press.front != self._taken.front:
            self._terminal.leave()
            self._window.leave()
        self._taken = press
        field = press.field or self._was_in_field(time)
        self._tell(
            self._terminal.key(time, stroke, press.prompt), self._window.key(time, stroke, field)
        )

    def focus(self, secret: bool, at: datetime) -> None:
        """The focus moved into a password field at that moment, or out of it."""
        open_ended = self._fields and self._fields[-1][1] is None
        if secret and not open_ended:
            self._fields.append((at, None))
        elif open_ended and not secret:
            self._fields.append((self._fields.pop()[0], at))
        self.look()

    def look(self) -> None:
        """Ask without a press: something typed is about to be told, or the focus moved."""
        now = self._clock()
        live = self._now(now)
        self._forget(now - STALE)
        if self._pressed:  # what was pressed is taken first; until then nothing is over
            first = self._pressed[0]
            self._tell(
                self._terminal.look(now, True, self._is_elsewhere(live))
                if live.prompt and first.prompt
                else None,
                self._window.look(now, True, self._is_later())
                if live.field and first.field
                else None,
            )
            return
        self._tell(
            self._terminal.look(now, live.prompt, self._is_elsewhere(live)),
            self._window.look(now, live.field, self._is_later()),
        )

    def poll(self) -> None:
        """Ask on while typing is hidden; whoever is asked at some cost, too."""
        self._running = self._running and self._ask(self._program)
        self.look()

    def reset(self) -> None:
        """Take it that nothing is hidden: whoever told so is gone, and what holds will be seen again."""
        self._terminal, self._window = Line(frozenset(("line",)), hold=True), Line()
        self._fields.clear()
        self._coverage.regained(SOURCE, "password", self._clock())

    def _now(self, time: datetime) -> _Press:
        field = self._running or self._ask(self.field)
        return _Press(time, self._ask(self._prompt), field, self._front())

    def _answer(self, time: datetime) -> _Press:
        """What was known at the press."""
        for place in range(len(self._pressed)):  # meanwhile the hook's thread may add one
            if self._pressed[place].time == time:
                press = self._pressed[place]
                del self._pressed[place]
                self._forget(time - SPARSE)  # keys are taken in order, give or take a clock's step
                return press
        return self._now(time)

    def _forget(self, before: datetime) -> None:
        """Drop presses that never came here: the queue was full, or its watcher ended."""
        while self._pressed and self._pressed[0].time < before:
            self._pressed.popleft()

    def _was_in_field(self, time: datetime) -> bool:
        return any(
            since - LATE <= time and (until is None or time <= until)
            for since, until in self._fields
        )

    def _is_elsewhere(self, live: _Press) -> bool:
        return self._taken is not None and live.front != self._taken.front

    def _is_later(self) -> bool:
        """Whether the focus came to the field after the last key."""
        if self._taken is None or not self._fields:
            return False
        return self._fields[-1][0] - LATE > self._taken.time

    def _ask(self, ask: Ask) -> bool:
        """An answer; one that fails is a "no" with a cause in the log, and typing goes on."""
        try:
            return ask()
        except Exception:
            log.exception("a question for a password field failed")
            return False

    def _tell(self, *changes: Change) -> None:
        for change in changes:
            if isinstance(change, Lost):
                self._coverage.lost(SOURCE, "password", change.since)
                self.on_hidden()
        ends = [change.at for change in changes if isinstance(change, Regained)]
        if ends and not self.hidden:
            self._coverage.regained(SOURCE, "password", max(ends))
