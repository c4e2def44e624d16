"""Typed runs that belong together: who pauses within a password or a card number types one secret in two.

A run is told after a pause of 2 s, so a secret may lie across two of them. The end of what was typed
before is kept in memory for a minute, and each run is redacted as its continuation. What was told before
the secret showed itself stays as it is: of a card typed in four goes, the last one alone is blacked out.
"""

from collections.abc import Callable
from typing import Any

from daemon.privacy.redaction import MARK, redact, redacted

TAIL = 120  # characters
BELONG_S = 60.0


class Runs:
    """What was typed last; one for the daemon."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tail = ""
        self._app = ""
        self._told = 0.0

    def turn(self, app: str) -> None:
        """A window is in front; another program's begins anew."""
        if app != self._app:
            self._app, self._tail = app, ""

    def redacted(self, data: dict[str, Any]) -> dict[str, Any]:
        """An input's data with its secrets blacked out, those too that began in the run before."""
        kept: dict[str, Any] = redacted(data)
        now = self._monotonic()
        if now - self._told > BELONG_S:
            self._tail = ""
        self._told = now
        text = data.get("data")
        if not isinstance(
            text, str
        ):  # a key or a click: what follows stands in another line or field
            self._tail = f"{self._tail}\n" if self._tail and self._tail[-1] != "\n" else self._tail
            return kept
        before, self._tail = self._tail, (self._tail + text)[-TAIL:]
        return kept | {"data": continued(before, text, kept["data"])} if before else kept


def continued(before: str, text: str, alone: str) -> str:
    """A text as it may be kept after another one; `alone` is how it may be kept by itself."""
    head, both = redact(before), redact(before + text)
    if both == head + alone:
        return alone
    if both.startswith(head) and len(both) > len(head):
        return both[len(head) :]
    marks = MARK.findall(both)
    return marks[-1] if marks else alone
