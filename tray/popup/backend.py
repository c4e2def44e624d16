"""What every way of showing a proposal can do."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol


class Shown(NamedTuple):
    """A proposal as it is shown."""

    id: int
    task: str
    why: str
    expires_s: float

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Shown":
        """From the local API's words."""
        return cls(
            int(payload["id"]),
            str(payload["task"]),
            str(payload.get("why") or ""),
            float(payload.get("expires_s") or 60.0),
        )


class Handlers(NamedTuple):
    """What the user can do with it, and that it stands on the screen; each gets the proposal's number."""

    seen: Callable[[int], None]
    accept: Callable[[int], None]
    reject: Callable[[int], None]
    undo: Callable[[int], None]


class PopupBackend(Protocol):
    """One way of showing a proposal. At most one is shown at a time."""

    def show(self, proposal: Shown) -> None:
        """Show it with its two buttons."""
        ...

    def working(self) -> None:
        """It was accepted and is being carried out."""
        ...

    def result(self, message: str, *, can_undo: bool) -> None:
        """Say what came of it."""
        ...

    def close(self) -> None:
        """Take it off the screen."""
        ...
