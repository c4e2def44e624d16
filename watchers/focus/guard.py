"""Asks all who can know whether a password is being typed, and tells `Coverage`.

Stays the same object while watchers come and go, since the input watcher holds it. What a key was
is not known here, only whether it ends a line.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from watchers.coverage import Coverage
from watchers.focus.line import STEP, Line, Lost, Regained, Stroke

log = logging.getLogger(__name__)

SOURCE = "keyboard"
KEPT = 4096  # presses that the event loop has not taken yet: as many as the input's queue holds
SPARSE = timedelta(seconds=1)  # who is asked at some cost is asked at the first key after a pause

Ask = Callable[[], bool]


class PasswordGuard:
    """Follows what is typed by the time of its keys.

    Attributes:
        field: Whether the focused field is a password field; a backend's `asks` while one runs.
        on_hidden: Called when typing becomes hidden, on the event loop.
    """

    def __init__(self, coverage: Coverage, prompt: Ask, program: Ask = lambda: False) -> None:
        """Prepare.

        Args:
            coverage: Is told of every stretch of a password.
            prompt: Whether a terminal in front asks for one; microseconds.
            program: Whether a program runs that does nothing else; a millisecond.
        """
        self._coverage = coverage
        self._prompt, self._program = prompt, program
        self._terminal, self._window = Line(frozenset(("line",)), hold=True), Line()
        self._peeked: deque[tuple[datetime, bool, bool]] = deque(maxlen=KEPT)
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._running = False
        self.field: Ask = lambda: False
        self.on_hidden: Callable[[], None] = lambda: None

    @property
    def hidden(self) -> bool:
        """Whether what is typed now is a password."""
        return self._terminal.hidden or self._window.hidden

    def peek(self, time: datetime) -> None:
        """Ask at the press itself: a busy event loop may take the key when the prompt is gone."""
        if abs(time - self._looked) > SPARSE:
            self._running = self._ask(self._program)
        self._looked = time
        self._peeked.append((time, self._ask(self._prompt), self._in_field()))

    def key(self, time: datetime, stroke: Stroke) -> None:
        """Take a press with the answer of its moment."""
        prompt, field = self._answer(time)
        self._tell(self._terminal.key(time, stroke, prompt), self._window.key(time, stroke, field))

    def look(self) -> None:
        """Ask without a press: something typed is about to be told, or the focus moved."""
        now = datetime.now(UTC)
        prompt, field = self._ask(self._prompt), self._in_field()
        if self._peeked and not any(self._peeked[0][1:]):
            now = min(now, self._peeked[0][0] - STEP)  # a key that nobody took yet is no password
        self._tell(self._terminal.look(now, prompt), self._window.look(now, field))

    def poll(self) -> None:
        """Ask on while typing is hidden; whoever is asked at some cost, too."""
        self._running = self._running and self._ask(self._program)
        self.look()

    def reset(self) -> None:
        """Take it that nothing is hidden: whoever told so is gone, and what holds will be seen again."""
        self._terminal, self._window = Line(frozenset(("line",)), hold=True), Line()
        self._coverage.regained(SOURCE, "password", datetime.now(UTC))

    def _answer(self, time: datetime) -> tuple[bool, bool]:
        """What was answered at the press; answers to presses that never came here are dropped."""
        while self._peeked and self._peeked[0][0] <= time:
            asked, prompt, field = self._peeked.popleft()
            if asked == time:
                return prompt, field
        return self._ask(self._prompt), self._in_field()

    def _in_field(self) -> bool:
        return self._running or self._ask(self.field)

    def _ask(self, ask: Ask) -> bool:
        """An answer; one that fails is a "no" with a cause in the log, and typing goes on."""
        try:
            return ask()
        except Exception:
            log.exception("a question for a password field failed")
            return False

    def _tell(self, *changes: Lost | Regained | None) -> None:
        for change in changes:
            if isinstance(change, Lost):
                self._coverage.lost(SOURCE, "password", change.since)
                self.on_hidden()
        ends = [change.at for change in changes if isinstance(change, Regained)]
        if ends and not self.hidden:
            self._coverage.regained(SOURCE, "password", max(ends))
