"""What a segment says for certain: the facts that a sentence may tell, and no others.

Pure: raw events of one segment in, one Struct out. `models.telling` words
them, `models.check` holds a language model's sentence against them.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from models.applications import Sort, application, has_shell, name_in
from models.commands import SHELL, Command, reported
from models.documents import Change, changes, name_of
from models.entered import commands_of, entries, lengths, pastes, query_of, words_differ
from models.failure import Failure, recognise
from models.segment import UNSEEN, Segment
from models.titles import file_of, host, is_blank, page_title, search_in
from watchers.coverage import GAP

CLIPBOARD = "clipboard"
Came = Literal["switched", "moved", "stayed", "back", "found"]


class Facts(msgspec.Struct, frozen=True):
    """The facts of a segment.

    Attributes:
        app: The program's name in a sentence; None when no window was known.
        sort: Of which sort the program is.
        title: The page or document, without the program's name.
        site: The page's host.
        url: The page.
        file: The file being worked on, without its folders.
        project: The project that an editor told with it.
        query: The words searched for.
        engine: Where they were searched for.
        results: The words of a search whose results are in front: the segment before told it already, or
            these are searched from there.
        address: A page's address that was typed.
        typed: Texts that were typed and are neither query, address nor command.
        commands: Command lines, in order: what a shell reported, or else what was typed.
        documents: Documents that appeared, changed or were renamed meanwhile.
        copied: Texts that were copied, in order.
        files: Names of files that were copied, in order.
        pictures: How many pictures were copied.
        failure: The error among what was copied or run.
        pasted: Something was put in from the clipboard.
        saved: Ctrl+S was pressed.
        keys: Other named keys and shortcuts, in order, each once.
        clicks: How many.
        drags: How many times something was dragged.
        scrolls: How many turns of the wheel.
        away_s: For an absence, its length in seconds.
        typed_length: Characters that were typed and whose words are not kept (the mode ``counts``).
        copies: Copies whose words are not kept.
        runs: Commands whose words are not kept.
        came: How this came to be in front: ``switched`` from another program, ``moved`` from another
            page or document of the same one, ``stayed``, ``back`` after an absence, or ``found``: nobody
            saw how.
        duration_s: Seconds.
    """

    app: str | None = None
    sort: Sort = "other"
    title: str | None = None
    site: str | None = None
    url: str | None = None
    file: str | None = None
    project: str | None = None
    query: str | None = None
    engine: str | None = None
    results: str | None = None
    address: str | None = None
    typed: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    documents: tuple[Change, ...] = ()
    copied: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pictures: int = 0
    failure: Failure | None = None
    pasted: bool = False
    saved: bool = False
    keys: tuple[str, ...] = ()
    clicks: int = 0
    drags: int = 0
    scrolls: int = 0
    away_s: float | None = None
    unseen_s: float | None = None
    cause: str | None = None
    typed_length: int = 0
    copies: int = 0
    runs: int = 0
    came: Came = "switched"
    duration_s: float = 0.0

    @property
    def busy(self) -> bool:
        """Whether something was searched, opened, run, typed, copied or written: more than keys and the mouse."""
        ran = any(not item.earlier for item in self.commands)
        acts = (self.query, self.address, ran, self.typed, self.copied, self.files, self.documents)
        return any(acts) or any((self.typed_length, self.copies, self.runs, self.pictures))

    @property
    def edits(self) -> bool:
        """Whether what was typed or pasted went into the file: a viewer's search field is no edit."""
        written = self.typed or self.typed_length or self.pasted
        return bool(written) and self.sort in ("editor", "terminal")

    @property
    def idle(self) -> bool:
        """Whether nothing at all was done."""
        hand = (self.clicks, self.drags, self.scrolls, self.pasted, self.saved)
        return not (self.busy or self.keys or any(hand))


def facts(segment: Segment, before: Segment | None = None) -> Facts:
    """Read the facts of a segment; `before` is the one that came before it."""
    if segment.status == UNSEEN:
        return Facts(unseen_s=segment.duration, cause=_cause(segment), duration_s=segment.duration)
    if segment.status == "afk":
        ended = tuple(reported(segment.events, segment.start, at_home=False, told=()))
        return Facts(away_s=segment.duration, duration_s=segment.duration, commands=ended)
    app = application(segment.app)
    sort = app.sort if app else "other"
    title = page_title(segment.title, app)
    keys = tuple(dict.fromkeys(_keys(segment)))
    return Facts(
        app=name_in(segment.title, app) if app else None,
        sort=sort,
        title=None if sort == "browser" and is_blank(title) else title,
        site=host(segment.url),
        url=segment.url,
        file=_file(segment, sort),
        project=name_of(segment.project) if segment.project else None,
        documents=tuple(changes(segment.events)),
        pasted=bool({"ctrl+v", "ctrl+shift+v", "super+v"} & set(keys)) or pastes(segment),
        saved="ctrl+s" in keys or "super+s" in keys,
        keys=keys,
        clicks=sum(_count(item) for item in _mouse(segment, "click")),
        drags=sum(1 for _ in _mouse(segment, "drag")),
        files=tuple(_files(segment)),
        pictures=sum(data.get("type") == "image" for data in _copies(segment)),
        scrolls=sum(_whole(item.get("amount")) for item in _mouse(segment, "scroll")),
        typed_length=sum(lengths(segment)),
        copies=_unseen(segment, CLIPBOARD, "text"),
        runs=_unseen(segment, SHELL, "command"),
        came=_came(segment, before),
        duration_s=segment.duration,
        **_said(segment, before, sort, title),
    )


def _cause(segment: Segment) -> str | None:
    """Why nothing was seen, of several causes the one that held longest."""
    gaps = [item.event for item in segment.events if item.type == GAP]
    longest = max(gaps, key=lambda gap: gap.duration, default=None)
    return str(longest.data.get("cause")) if longest else None


def _said(
    segment: Segment, before: Segment | None, sort: Sort, title: str | None
) -> dict[str, Any]:
    """What was typed, run, searched for and copied."""
    entered = entries(segment, sort, before)
    earlier = [item.text for item in commands_of(before)]
    ran = reported(segment.events, segment.start, at_home=has_shell(segment.app), told=earlier)
    asked = entries(before, sort).typed if before and before.app == segment.app else ()
    search = search_in(segment.url, title, segment.query, asked) if sort == "browser" else None
    words, engine = (search.query, search.engine) if search else (entered.query, None)
    told = words is not None and before is not None and words == query_of(before)
    if (
        search
        and not entered.query
        and before is not None
        and _came(segment, before) in ("switched", "back", "found")
    ):
        told = True  # the results were there already
    results = words if told else None
    if search and entered.query and words_differ(entered.query, search.query):
        words, engine, told, results = entered.query, None, False, search.query
    copied = tuple(_texts(segment))
    renamed = {item.name for item in changes(segment.events) if item.action == "renamed"}
    return {
        "query": None if told else words,
        "engine": engine,
        "results": results,
        "address": entered.address,
        "typed": tuple(text for text in entered.typed if text not in renamed),
        "commands": tuple(ran) or entered.commands,
        "copied": copied,
        "failure": next((found for text in reversed(copied) if (found := recognise(text))), None),
    }


def _file(segment: Segment, sort: Sort) -> str | None:
    if segment.file:
        return name_of(segment.file)
    return file_of(segment.title, application(segment.app)) if sort != "browser" else None


def _came(segment: Segment, before: Segment | None) -> Came:
    if before is not None and before.status != "not-afk":
        return "found" if before.status == UNSEEN else "back"
    if before is None or before.app != segment.app:
        return "switched"
    same = (before.title, before.url, before.file) == (segment.title, segment.url, segment.file)
    return "stayed" if same else "moved"


def _unseen(segment: Segment, kind: str, words: str) -> int:
    """How many events of a kind have their words left out, in the mode ``counts``."""
    return sum(
        item.type == kind and words not in item.event.data and _is_words(item.event.data)
        for item in segment.events
    )


def _is_words(data: dict[str, Any]) -> bool:
    """Whether words were left out, and no files or image are meant."""
    return bool(data.get("type", "text") == "text")


def _copies(segment: Segment) -> Iterator[dict[str, Any]]:
    return (item.event.data for item in segment.events if item.type == CLIPBOARD)


def _texts(segment: Segment) -> Iterator[str]:
    for data in _copies(segment):
        text = data.get("text")
        if isinstance(text, str) and text.strip():
            yield text


def _files(segment: Segment) -> Iterator[str]:
    for data in _copies(segment):
        names = data.get("files")
        yield from (name for name in names if name) if isinstance(names, list) else ()


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
