"""What a reader of the clipboard is."""

from dataclasses import dataclass
from typing import Protocol

from watchers.choosing import Choosable


@dataclass(frozen=True, slots=True)
class Copied:
    """Text on the clipboard.

    Attributes:
        text: At most the asked number of characters.
        length: Characters in all.
    """

    text: str
    length: int


class ClipboardBackend(Choosable, Protocol):
    """Reads the clipboard on one system."""

    def open(self) -> int | None:
        """Begin.

        Returns:
            A descriptor that becomes readable when something was copied, or None when it has to be
            read again and again.

        Raises:
            WatcherError: It cannot see.
        """
        ...

    def take(self) -> bool:
        """Take what made the descriptor readable; whether something was copied.

        Raises:
            WatcherError: It can no longer see.
        """
        ...

    async def read(self, limit: int) -> Copied | None:
        """The text; None when there is none, its owner does not answer, or it is marked secret."""
        ...

    def close(self) -> None:
        """End; `open` may follow again."""
        ...
