"""What a script says of a stretch of activity: its rows, what was done, and what must be told of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Program(NamedTuple):
    """A program.

    Attributes:
        app: As the window system names it.
        spoken: What people call it; a sentence names it by any of these.
        title: Its window's title, with ``{}`` for the document, ``{project}`` and ``{folder}``.
    """

    app: str
    spoken: tuple[str, ...]
    title: str = "{}"


class Fact(NamedTuple):
    """A main fact of a stretch: told where any of its texts is."""

    name: str
    texts: tuple[str, ...]


@dataclass(slots=True)
class Stretch:
    """One stretch of one activity, as it was scripted.

    Attributes:
        kind: Of activity.
        start_s: When it begins, in seconds of its session.
        end_s: When the next begins.
        facts: What must be told.
        acts: What its user did: "type", "copy", "run", …
        spoken: What may be said besides the words of its rows: a program's name, a kind of document.
        secrets: What no sentence may tell, though a row holds it.
        sites: The pages that were in front, with their hosts.
        rows: Its raw rows.
        either_s: Where a cut is neither right nor wrong: an empty tab gives way to the page that was asked
            for, somebody comes back and is not at work yet.
    """

    kind: str
    start_s: float
    end_s: float = 0.0
    facts: list[Fact] = field(default_factory=list)
    acts: set[str] = field(default_factory=set)
    spoken: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    sites: dict[str, str] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    either_s: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A raw row; a state's length is known when the next one begins."""

    type: str
    at_s: float
    length_s: float
    data: dict[str, Any]


def words_of(stretch: Stretch) -> Iterator[str]:
    """All texts that a sentence may quote of a stretch: its rows' and what is spoken."""
    yield from stretch.spoken
    for row in stretch.rows:
        yield from texts_of(row.data)


def host_of(url: str) -> str:
    """A page's host, without ``www.``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def texts_of(value: object) -> Iterator[str]:
    """All texts and numbers in a row's data."""
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from texts_of(item)
        case list():
            for item in value:
                yield from texts_of(item)
        case bool() | None:
            return
        case int() | float():
            yield str(value)
