"""What a reader of the clipboard is, and what it finds there."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from watchers.choosing import Choosable
from watchers.notices import Teller

FILES = 50  # names that are kept of one copy

FILES = 50  # names that are kept of one copy


@dataclass(frozen=True, slots=True)
class Copied:
    """What is on the clipboard: a text, files or a picture, told apart by which field is filled.

    Attributes:
        text: At most the asked number of characters.
        length: Characters of the text in all.
        files: Base names of copied files, the first `FILES` of them.
        count: Files in all.
        paths: Where they lie, for who decides whether they may be told at all; it is not kept.
        image: Format of a picture, such as ``image/png``; its content is never read.
        size: Bytes of the picture; None when the owner does not tell without sending it.
        app: The application of the window it came from; None where the system does not tell.
    """

    text: str = ""
    length: int = 0
    files: tuple[str, ...] = ()
    count: int = 0
    paths: tuple[str, ...] = ()
    image: str = ""
    size: int | None = None
    app: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As an event tells it."""
        if self.files:
            told: dict[str, Any] = {"type": "files", "files": list(self.files), "count": self.count}
            if self.paths:
                told["paths"] = list(self.paths)
        elif self.image:
            told = {"type": "image", "format": self.image}
            if self.size is not None:
                told["bytes"] = self.size
        else:
            told = {"type": "text", "text": self.text, "length": self.length}
        return told | ({"app": self.app} if self.app else {})

    def same_as(self, other: "Copied | None") -> bool:
        """Whether it is the same content, whichever program holds it now."""
        return other is not None and replace(self, app=None) == replace(other, app=None)


class ClipboardBackend(Choosable, Protocol):
    """Reads the clipboard on one system.

    Attributes:
        told: What it tells, and by which interface, for `hunch doctor`.
    """

    told: str

    def open(self) -> Teller:
        """Begin.

        Returns:
            What tells when something was copied, or None when it has to be read again and again.

        Raises:
            WatcherError: It cannot see.
        """
        ...

    def take(self) -> bool:
        """Take what was told; whether something was copied.

        Raises:
            WatcherError: It can no longer see.
        """
        ...

    async def read(self, limit: int) -> Copied | None:
        """What is there; None for nothing that is told.

        That is so for an empty clipboard, an owner that does not answer, a kind that is none of
        text, files and picture, and whatever is marked as secret. At most `limit` characters of a
        text are kept.
        """
        ...

    def close(self) -> None:
        """End; `open` may follow again."""
        ...
