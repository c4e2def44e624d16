"""What a teller told last, to be known when it is told again: a window is told each second it is in front.

Remembered is only what was kept as it was seen, so nothing that is not stored, too. What is in front and what
is hidden is no part of it: `daemon.privacy.privacy` looks at both each time.
"""

from dataclasses import dataclass
from typing import Any, Self

from models.applications import application

_PLAIN = frozenset((str, int, float, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Same:
    """Data that was kept.

    Attributes:
        kind: Of the bucket.
        data: As it is kept.
        types: Of its values: what is equal is not the same, as True and 1.
        app: The window's application; None for what is no window.
        browser: Whether that is a browser: its page may hide it.
    """

    kind: str
    data: dict[str, Any]
    types: list[type[Any]]
    app: str | None
    browser: bool

    @classmethod
    def of(cls, kind: str, data: dict[str, Any], kept: dict[str, Any]) -> Self | None:
        """To know some data again; None where it is not kept as it is, or not flat."""
        types = [*map(type, data.values())]
        if kept != data or not _PLAIN.issuperset(types):
            return None
        app = kept.get("app") or "" if kind == "currentwindow" else None
        program = application(app) if app else None
        browser = program is not None and program.sort == "browser"
        return cls(kind, kept, types, app, browser)

    def holds(self, kind: str, data: dict[str, Any]) -> bool:
        """Whether this is the same again."""
        return self.data == data and self.kind == kind and self.types == [*map(type, data.values())]
