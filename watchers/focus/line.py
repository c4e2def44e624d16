"""From when to when what is typed is a password, from key presses and answers alone. Pure.

Somebody else answers whether a password is asked for at a moment. Here it is decided which keys
that concerns: a prompt may have come in the middle of a line that is not told yet, and may be gone
before the line has ended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Stroke = Literal["text", "field", "line"]
STROKES: dict[str, Stroke] = {  # by a key's name, or what it writes; all others go on with the text
    "enter": "line", "\n": "line", "\r": "line", "tab": "field", "\t": "field", "esc": "field",
}  # fmt: skip
"""What a key does to a line of typing: goes on with it, leaves the field (tab), or ends it (enter)."""

RUN_PAUSE_S = 2.0  # as `watchers.keyboard` has it: a run that waited so long was told
UNTOLD = timedelta(seconds=60)  # later than this the slowest of loops has told it
STEP = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Lost:
    """From `since` on what is typed is a password."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Regained:
    """Up to `at` it was."""

    at: datetime


Change = Lost | Regained | None


@dataclass(slots=True)
class Line:
    """Follows the typing for one way of asking.

    Attributes:
        breaks: Keys after which what follows is another text.
        hold: An answer "no" counts only once the line was ended, or nothing was typed for a while:
            a terminal's prompt may time out under the fingers of somebody who still types.
        hidden: Whether what is typed now is a password.
    """

    breaks: frozenset[Stroke] = frozenset(("line", "field"))
    hold: bool = False
    hidden: bool = False
    _begun: datetime | None = None  # the first key of what is not told yet
    _last: datetime | None = None
    _ended: datetime | None = None  # enter was pressed since it is hidden
    _since: datetime | None = None  # begin of what is hidden

    def key(self, time: datetime, stroke: Stroke, asks: bool) -> Change:
        """Take a key press, and the answer at that moment, before the key is taken further."""
        alone = self._begun is None or self._paused(time)
        begun = time if alone or self._begun is None else self._begun
        change: Change = None
        if asks and not self.hidden:
            # The key that ended the line brought the prompt: at the key before there was none.
            after = stroke in self.breaks and not alone
            change = self._lose(time + STEP if after else begun)
        elif self.hidden and asks and self._since is not None and time < self._since:
            change = self._lose(time)  # pressed before we noticed, taken after
        elif self.hidden and not asks and self._may_end(time):
            change, begun = self._regain(max(self._ended or begun, time - STEP)), time
        if self.hidden:
            self._ended = time if stroke == "line" else None
        self._begun = None if stroke in self.breaks else begun
        self._last = time
        return change

    def look(self, now: datetime, asks: bool, elsewhere: bool = False) -> Change:
        """Take an answer while no key is pressed: what is typed may be told next.

        Args:
            now: This moment.
            asks: The answer.
            elsewhere: What was typed last was typed before the question, or into another window.
        """
        if asks and not self.hidden:
            if self._last is None or now - self._last > UNTOLD:
                return self._lose(now)
            begun = None if elsewhere else self._begun
            return self._lose(begun or min(now, self._last + STEP))
        if self.hidden and not asks and self._may_end(now):
            return self._regain(now)
        return None

    def leave(self) -> None:
        """What follows is another text: another window came to the front."""
        self._begun = None

    def _lose(self, since: datetime) -> Lost:
        self.hidden, self._ended, self._since = True, None, since
        return Lost(since)

    def _regain(self, at: datetime) -> Regained:
        at = at if self._since is None else max(at, self._since)
        self.hidden, self._ended, self._begun, self._since = False, None, None, None
        return Regained(at)

    def _may_end(self, now: datetime) -> bool:
        return not self.hold or self._ended is not None or self._paused(now)

    def _paused(self, now: datetime) -> bool:
        return self._last is None or now - self._last > timedelta(seconds=RUN_PAUSE_S)
