"""What a segment says for certain: the facts that a sentence may tell, and no others.

Pure: raw events of one segment in, one Struct out. `models.telling` words
them, `models.check` holds a language model's sentence against them.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from models.applications import Sort, application
from models.failure import Failure, recognise
from models.segment import Segment
from models.titles import file_of, host, is_address, is_blank, page_title, search_in

CLIPBOARD = "clipboard"
SHELL = "app.shell.command"
# Listeners that log modifiers as text leave their names in it (paper, appendix E.1: "swift ui ctrl_l liebiao").
_KEY_NAMES = re.compile(r"\s*\b(?:ctrl|shift|alt|cmd|super)_[lr]\b\s*|\s*\bcaps_lock\b\s*")


class Command(msgspec.Struct, frozen=True):
    """A command line; `failed` is None when its outcome was not seen."""

    text: str
    failed: bool | None = None


class Facts(msgspec.Struct, frozen=True):
    """The facts of a segment.

    Attributes:
        app: The program's name in a sentence; None when no window was known.
        sort: Of which sort the program is.
        title: The page or document, without the program's name.
        site: The page's host.
        url: The page.
        file: The file being worked on.
        query: The words searched for.
        engine: Where they were searched for.
        results: The words of a search that the segment before told already: its results are in front.
        address: A page's address that was typed.
        typed: Texts that were typed and are neither query, address nor command.
        commands: Command lines, in order.
        copied: Texts that were copied, in order.
        failure: The error among what was copied or run.
        pasted: Ctrl+V was pressed.
        saved: Ctrl+S was pressed.
        keys: Other named keys and shortcuts, in order, each once.
        clicks: How many.
        scrolls: How many turns of the wheel.
        away_s: For an absence, its length in seconds.
        typed_length: Characters that were typed and whose words are not kept (the mode ``counts``).
        copies: Copies whose words are not kept.
        runs: Commands whose words are not kept.
        switched: Another program was in front before.
        duration_s: Seconds.
    """

    app: str | None = None
    sort: Sort = "other"
    title: str | None = None
    site: str | None = None
    url: str | None = None
    file: str | None = None
    query: str | None = None
    engine: str | None = None
    results: str | None = None
    address: str | None = None
    typed: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    copied: tuple[str, ...] = ()
    failure: Failure | None = None
    pasted: bool = False
    saved: bool = False
    keys: tuple[str, ...] = ()
    clicks: int = 0
    scrolls: int = 0
    away_s: float | None = None
    typed_length: int = 0
    copies: int = 0
    runs: int = 0
    switched: bool = True
    duration_s: float = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing was typed, clicked, copied or scrolled."""
        acts = (self.typed, self.commands, self.copied, self.keys, self.query, self.address)
        counted = (self.typed_length, self.copies, self.runs, self.clicks, self.scrolls)
        return not any(acts) and not any(counted) and not (self.pasted or self.saved)


class _Entry(msgspec.Struct, frozen=True):
    """A typed text, and whether Enter followed."""

    text: str
    entered: bool


def facts(segment: Segment, before: Segment | None = None) -> Facts:
    """Read the facts of a segment; `before` is the one that came before it."""
    if segment.status == "afk":
        return Facts(away_s=segment.duration, duration_s=segment.duration)
    app = application(segment.app)
    sort = app.sort if app else "other"
    title = page_title(segment.title, app)
    copied = tuple(_texts(segment))
    commands, query, address, typed = _entries(segment, sort)
    search = search_in(segment.url, title) if sort == "browser" else None
    words = search.query if search else query
    told = words is not None and before is not None and words == _query(before)
    keys = tuple(dict.fromkeys(_keys(segment)))
    return Facts(
        app=app.name if app else None,
        sort=sort,
        title=None if sort == "browser" and is_blank(title) else title,
        site=host(segment.url),
        url=segment.url,
        file=segment.file or (file_of(segment.title) if sort != "browser" else None),
        query=None if told else words,
        engine=search.engine if search else None,
        results=words if told else None,
        address=address,
        typed=typed,
        commands=(*commands, *_shell(segment)),
        copied=copied,
        failure=next((found for text in reversed(copied) if (found := recognise(text))), None),
        pasted=bool({"ctrl+v", "ctrl+shift+v", "super+v"} & set(keys)),
        saved="ctrl+s" in keys or "super+s" in keys,
        keys=keys,
        clicks=sum(_count(item) for item in _mouse(segment, "click")),
        scrolls=sum(_whole(item.get("amount")) for item in _mouse(segment, "scroll")),
        typed_length=sum(_lengths(segment)),
        copies=_unseen(segment, CLIPBOARD, "text"),
        runs=_unseen(segment, SHELL, "command"),
        switched=before is None or before.app != segment.app,
        duration_s=segment.duration,
    )


def typed_runs(segment: Segment) -> Iterator[_Entry]:
    """What was typed, run by run, and whether Enter followed each."""
    text = ""
    for item in segment.user_input:
        if item.get("from") != "keyboard":
            continue
        data = item.get("data")
        if isinstance(data, str):
            if text:
                yield _Entry(text, entered=False)
            text = _KEY_NAMES.sub(" ", data).strip()
        elif isinstance(data, dict) and data.get("key") == "enter" and text:
            yield _Entry(text, entered=True)
            text = ""
    if text:
        yield _Entry(text, entered=False)


def _entries(
    segment: Segment, sort: Sort
) -> tuple[tuple[Command, ...], str | None, str | None, tuple[str, ...]]:
    """Split what was typed into commands, a query, an address, and the rest."""
    commands: list[Command] = []
    typed: list[str] = []
    query = address = None
    for entry in typed_runs(segment):
        if entry.entered and sort == "terminal":
            commands.append(Command(entry.text))
        elif entry.entered and sort == "browser" and is_address(entry.text):
            address = entry.text
        elif entry.entered and sort == "browser":
            query = entry.text
        else:
            typed.append(entry.text)
    return tuple(commands), query, address, tuple(typed)


def _query(segment: Segment) -> str | None:
    """The words that a segment of a browser searches for."""
    app = application(segment.app)
    if app is None or app.sort != "browser":
        return None
    search = search_in(segment.url, page_title(segment.title, app))
    return search.query if search else _entries(segment, "browser")[1]


def _shell(segment: Segment) -> Iterator[Command]:
    for item in segment.events:
        if item.type == SHELL and isinstance(text := item.event.data.get("command"), str):
            code = item.event.data.get("exit_status", item.event.data.get("exit"))
            yield Command(text, None if code is None else code != 0)


def _unseen(segment: Segment, kind: str, words: str) -> int:
    """How many events of a kind have their words left out, in the mode ``counts``."""
    return sum(
        item.type == kind and words not in item.event.data and _is_words(item.event.data)
        for item in segment.events
    )


def _is_words(data: dict[str, Any]) -> bool:
    """Whether words were left out, and no files or image are meant."""
    return bool(data.get("type", "text") == "text")


def _lengths(segment: Segment) -> Iterator[int]:
    """Lengths of typed runs whose words are not kept."""
    for item in segment.user_input:
        length = item.get("length")
        if item.get("from") == "keyboard" and "data" not in item and isinstance(length, int):
            yield max(length, 0)


def _texts(segment: Segment) -> Iterator[str]:
    for item in segment.events:
        text = item.event.data.get("text")
        if item.type == CLIPBOARD and isinstance(text, str) and text.strip():
            yield text


def _keys(segment: Segment) -> Iterator[str]:
    for item in segment.user_input:
        data = item.get("data")
        if item.get("from") == "keyboard" and isinstance(data, dict) and data.get("key"):
            yield str(data["key"])


def _mouse(segment: Segment, kind: str) -> Iterator[dict[str, Any]]:
    for item in segment.user_input:
        data = item.get("data")
        if item.get("from") == "mouse" and isinstance(data, dict) and data.get("type") == kind:
            yield data


def _count(data: dict[str, Any]) -> int:
    return _whole(data.get("count"))


def _whole(value: object) -> int:
    """A count that another watcher wrote; what is none counts once."""
    return value if isinstance(value, int) and value > 0 else 1
