"""What is to be forgotten: one selector, and whether an event or a text falls under it.

Knows no database; `daemon.store.forgetting` finds the rows, the recorder asks for events that arrive
late.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec

from daemon.errors import HunchError
from watchers.event import Event


class Selection(msgspec.Struct, frozen=True):
    """One selector; none at all means everything.

    Attributes:
        since: What reaches beyond this moment.
        before: What began before this moment.
        app: What was done in an application of which this is a part of the name, in any case.
        text: What holds this text, in any case.
    """

    since: datetime | None = None
    before: datetime | None = None
    app: str | None = None
    text: str | None = None

    def checked(self) -> "Selection":
        """Itself.

        Raises:
            HunchError: There is more than one selector, or an empty one.
        """
        given = [value for value in msgspec.structs.astuple(self) if value is not None]
        if len(given) > 1:
            raise HunchError("Forget", "Say one selector at a time.")
        if any(isinstance(value, str) and not value.strip() for value in given):
            raise HunchError("Forget", "An empty text is in every row: say --all for everything.")
        if any("\ud800" <= char <= "\udfff" for char in self.text or ""):
            raise HunchError("Forget", "That is no text in UTF-8.")
        return self

    @property
    def is_all(self) -> bool:
        """Whether it selects everything."""
        return not any(value is not None for value in msgspec.structs.astuple(self))

    @property
    def is_recent(self) -> bool:
        """Whether it reaches from some moment, or from ever, up to the asking."""
        return self.is_all or self.since is not None

    def takes(self, event: Event, asked: datetime) -> bool:
        """Whether an event that arrives after the asking belongs to what was forgotten."""
        if self.text is not None:
            return Needle(self.text).is_in(msgspec.json.encode(event.data).decode())
        if self.before is not None:
            return event.timestamp < self.before
        if event.timestamp >= asked:
            return False
        if self.app is not None:
            return self.app.casefold() in str(event.data.get("app") or "").casefold()
        return self.since is None or event.end >= self.since


class Needle:
    """A text in every form in which a row or a file may hold it: plain, in JSON, in JSON in JSON, in a URL."""

    def __init__(self, text: str) -> None:
        self.forms = tuple(dict.fromkeys(_forms(text.strip())))
        self._folded = tuple(dict.fromkeys(form.casefold() for form in self.forms))

    def is_in(self, text: Any) -> bool:
        """Whether a text holds it, in any case; what is no text does not."""
        if not isinstance(text, str):
            return False
        folded = text.casefold()
        return any(form in folded for form in self._folded)

    def encoded(self) -> list[bytes]:
        """Its forms as bytes in UTF-8 and both UTF-16, in lower case as `bytes.lower` makes it."""
        kinds = ("utf-8", "utf-16-le", "utf-16-be")
        found = [form.encode(kind, "replace").lower() for form in self.forms for kind in kinds]
        return list(dict.fromkeys(found))


def _forms(text: str) -> Iterator[str]:
    yield text
    inner = text
    for _ in range(2):
        inner = msgspec.json.encode(inner).decode()[1:-1]
        yield inner
    yield "".join(char if ord(char) < 128 else _escaped(char) for char in text)
    yield quote(text)
    yield quote(text, safe="")
    yield quote_plus(text)


def _escaped(char: str) -> str:
    """As JSON writes a character in ASCII, a pair of surrogates where it needs one."""
    data = char.encode("utf-16-be")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))
