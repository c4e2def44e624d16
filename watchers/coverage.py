"""When a source cannot see, and why: so that nobody mistakes silence for idleness.

The daemon's side writes each such stretch as an event of the type ``coverage.gap`` and keeps
nothing that was typed or copied while the cause is one of `HIDING`. A watcher that learns of a
cause (the screen is locked, a password field has the focus) tells it here.
"""

from datetime import datetime
from typing import Literal, Protocol

GAP = "coverage.gap"
ALL = "*"  # the source of a gap that all sources share

Cause = Literal[
    "crashed",  # a watcher failed and is started again
    "damaged",  # it was seen, and its rows could not be read again
    "excluded",  # the user excluded what is in front
    "locked",  # the screen is locked
    "lost",  # inputs came faster than they could be taken
    "off",  # the setting says so
    "password",  # a password is asked for
    "paused",
    "permission",  # the system refuses it
    "private",  # a private browser window is in front
    "stopped",  # Hunch did not run
    "suspended",  # the machine slept
    "wayland",  # the compositor shows it to no program
]
HIDING: frozenset[Cause] = frozenset({"locked", "password"})


class Coverage(Protocol):
    """Hears from watchers what cannot be seen. Called on the event loop; never blocks or raises."""

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        """A source (or `ALL`) sees nothing from `since` on. Told again while it holds: no harm."""
        ...

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        """It sees again as far as this cause goes; no harm when it was not lost."""
        ...
