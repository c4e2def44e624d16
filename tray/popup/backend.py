"""What every way of showing a proposal can do."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

POPUP_S = 60.0  # where the daemon does not say


class Shown(NamedTuple):
    """A proposal as it is shown.

    Attributes:
        id: Its number.
        task: What is offered, in one sentence.
        why: What it was seen in; may be empty.
        expires_s: How long the daemon waits for an answer.
    """

    id: int
    task: str
    why: str
    expires_s: float

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Shown":
        """From the local API's words.

        Raises:
            KeyError, TypeError, ValueError: It is no proposal.
        """
        return cls(
            int(payload["id"]),
            str(payload["task"]),
            str(payload.get("why") or ""),
            float(payload.get("expires_s") or POPUP_S),
        )


class Handlers(NamedTuple):
    """What happens to a proposal, by its number; all called on the loop.

    Attributes:
        shown: It stands on the screen.
        failed: It could not be shown this way.
        accept: The user pressed Accept.
        reject: The user pressed Reject.
        undo: The user wants the result back.
    """

    shown: Callable[[int], None]
    failed: Callable[[int], None]
    accept: Callable[[int], None]
    reject: Callable[[int], None]
    undo: Callable[[int], None]


class PopupBackend(Protocol):
    """One way of showing a proposal; at most one is shown at a time. All calls come on the loop.

    Attributes:
        install_hint: What would make it work, for a person to read.
    """

    install_hint: str

    def is_compatible(self) -> bool:
        """Whether this system can have it at all."""
        ...

    def is_available(self) -> bool:
        """Whether it would show both buttons here and now."""
        ...

    def show(self, proposal: Shown) -> None:
        """Show it with its two buttons."""
        ...

    def working(self, message: str) -> None:
        """It was answered, and something is being done."""
        ...

    def result(self, message: str, *, undo: int | None) -> None:
        """Say what came of it; with a way back when `undo` names the proposal."""
        ...

    def close(self) -> None:
        """Take it off the screen."""
        ...
