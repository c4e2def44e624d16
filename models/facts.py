"""What a segment says for certain: the facts that a sentence may tell, and no others.

Pure: raw events of one segment in, one Struct out. `models.telling` words
them, `models.check` holds a language model's sentence against them.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from models.applications import Sort, application
from models.commands import SHELL, Command, reported, typed
from models.documents import Change, changes, name_of
from models.failure import Failure, recognise
from models.segment import UNSEEN, Segment
from models.titles import file_of, host, is_address, is_blank, page_title, search_in
from watchers.coverage import GAP

CLIPBOARD = "clipboard"
_ADDRESS_KEYS = frozenset(("ctrl+l", "ctrl+t", "ctrl+k", "alt+d", "f6", "super+l", "super+t"))
# Listeners that log modifiers as text leave their names in it (paper, appendix E.1: "swift ui ctrl_l liebiao").
_KEY_NAMES = re.compile(r"\s*\b(?:ctrl|shift|alt|cmd|super)_[lr]\b\s*|\s*\bcaps_lock\b\s*")


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
        results: The words of a search that the segment before told already: its results are in front.
        address: A page's address that was typed.
        typed: Texts that were typed and are neither query, address nor command.
        commands: Command lines, in order: what a shell reported, or else what was typed.
        documents: Documents that appeared, changed or were renamed meanwhile.
        copied: Texts that were copied, in order.
        failure: The error among what was copied or run.
        pasted: Something was put in from the clipboard.
        saved: Ctrl+S was pressed.
        keys: Other named keys and shortcuts, in order, each once.
        clicks: How many.
        scrolls: How many turns of the wheel.
        away_s: For an absence, its length in seconds.
        typed_length: Characters that were typed and whose words are not kept (the mode ``counts``).
        copies: Copies whose words are not kept.
        runs: Commands whose words are not kept.
        came: How this came to be in front: ``switched`` from another program, ``moved`` from another
            page or document of the same one, or ``stayed``.
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
    failure: Failure | None = None
    pasted: bool = False
    saved: bool = False
    keys: tuple[str, ...] = ()
    clicks: int = 0
    scrolls: int = 0
    away_s: float | None = None
    unseen_s: float | None = None
    cause: str | None = None
    typed_length: int = 0
    copies: int = 0
    runs: int = 0
    came: Literal["switched", "moved", "stayed"] = "switched"
    duration_s: float = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing was typed, clicked, copied or scrolled."""
        ran = any(not item.earlier for item in self.commands)
        acts = (self.typed, ran, self.copied, self.keys, self.query, self.address, self.documents)
        counted = (self.typed_length, self.copies, self.runs, self.clicks, self.scrolls)
        return not any(acts) and not any(counted) and not (self.pasted or self.saved)


class _Entry(msgspec.Struct, frozen=True):
    """A typed text, what followed it, and where it came from.

    Attributes:
        text: The text.
        entered: Whether Enter followed.
        addressed: Whether a key had led to the address bar before.
        pasted: Whether all of it came from the clipboard.
    """

    text: str
    entered: bool = False
    addressed: bool = False
    pasted: bool = False


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
        app=app.name if app else None,
        sort=sort,
        title=None if sort == "browser" and is_blank(title) else title,
        site=host(segment.url),
        url=segment.url,
        file=_file(segment, sort),
        project=name_of(segment.project) if segment.project else None,
        documents=tuple(changes(segment.events)),
        pasted=bool({"ctrl+v", "ctrl+shift+v", "super+v"} & set(keys)) or _pastes(segment),
        saved="ctrl+s" in keys or "super+s" in keys,
        keys=keys,
        clicks=sum(_count(item) for item in _mouse(segment, "click")),
        scrolls=sum(_whole(item.get("amount")) for item in _mouse(segment, "scroll")),
        typed_length=sum(_lengths(segment)),
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
    entered = _entries(segment, sort, before)
    earlier = [item.text for item in _commands_of(before)]
    ran = reported(segment.events, segment.start, at_home=sort != "browser", told=earlier)
    search = search_in(segment.url, title, segment.query) if sort == "browser" else None
    words = search.query if search else entered.query
    told = words is not None and before is not None and words == _query(before)
    copied = tuple(_texts(segment))
    return {
        "query": None if told else words,
        "engine": search.engine if search else None,
        "results": words if told else None,
        "address": entered.address,
        "typed": entered.typed,
        "commands": tuple(ran) or entered.commands,
        "copied": copied,
        "failure": next((found for text in reversed(copied) if (found := recognise(text))), None),
    }


def _file(segment: Segment, sort: Sort) -> str | None:
    if segment.file:
        return name_of(segment.file)
    return file_of(segment.title) if sort != "browser" else None


def typed_runs(segment: Segment) -> Iterator[_Entry]:
    """What was typed, run by run, and whether Enter followed each."""
    run: _Entry | None = None
    addressed = False
    for item in segment.user_input:
        data = item.get("data")
        if item.get("from") != "keyboard":
            addressed = addressed and run is not None  # a click leaves the address bar
        elif isinstance(data, str):
            if run is not None:
                yield run
            text = _KEY_NAMES.sub(" ", data).strip()
            pasted = item.get("pasted") == len(data)
            run = _Entry(text, addressed=addressed, pasted=pasted) if text else None
        elif isinstance(data, dict) and data.get("key") == "enter" and run is not None:
            yield msgspec.structs.replace(run, entered=True)
            run, addressed = None, False
        elif isinstance(data, dict):
            addressed = data.get("key") in _ADDRESS_KEYS or addressed
    if run is not None:
        yield run


def _pastes(segment: Segment) -> bool:
    """Whether a typed run tells that a part of it was pasted."""
    return any(item.get("from") == "keyboard" and item.get("pasted") for item in segment.user_input)


class _Entered(msgspec.Struct, frozen=True):
    """What was typed, by what it was typed for."""

    commands: tuple[Command, ...] = ()
    query: str | None = None
    address: str | None = None
    typed: tuple[str, ...] = ()


def _entries(segment: Segment, sort: Sort, before: Segment | None = None) -> _Entered:
    """Split what was typed into commands, a query, an address, and the rest."""
    if sort == "terminal" and segment.file is None:
        return _in_terminal(segment, before)
    known = _reported_lines(segment)
    plain: list[str] = []
    query = address = None
    for entry in typed_runs(segment):
        if any(line.startswith(_flat(entry.text)) for line in known):
            continue  # typed in the terminal inside of an editor, and told with its outcome
        if entry.entered and sort == "browser" and is_address(entry.text):
            address = entry.text
        elif entry.entered and sort == "browser" and _searches(entry, segment):
            query = entry.text
        elif not entry.pasted:  # that it was pasted is told, and what was copied before
            plain.append(entry.text)
    return _Entered((), query, address, tuple(plain))


def _in_terminal(segment: Segment, before: Segment | None) -> _Entered:
    """What was typed in a terminal; where its shell reports, that alone tells what the commands are.

    A shell that reported in the segment before would have reported here, too, had the first line's
    command ended: so what was typed after that line was typed into that command.
    """
    if _reported_lines(segment):
        return _Entered()
    runs = list(typed_runs(segment))
    reports = before is not None and before.app == segment.app and bool(_reported_lines(before))
    if reports:
        return _Entered(tuple(Command(run.text) for run in runs[:1] if run.entered))
    lines = list(typed(run.text for run in runs if run.entered))
    rest = [run.text for run in runs if not run.entered and not run.pasted]
    if rest and list(typed([*lines[-1:], rest[-1]])) == lines[-1:]:
        rest.pop()  # it may be a password
    return _Entered(tuple(Command(line) for line in lines), typed=tuple(rest))


def _reported_lines(segment: Segment) -> list[str]:
    ran = reported(segment.events, segment.start, at_home=True, told=())
    return [_flat(line) for item in ran for line in (item.text, *item.text.splitlines())]


def _commands_of(segment: Segment | None) -> tuple[Command, ...]:
    """What the segment before tells as commands."""
    if segment is None or segment.status != "not-afk":
        return ()
    app = application(segment.app)
    ran = tuple(reported(segment.events, segment.start, at_home=True, told=()))
    return ran or _entries(segment, app.sort if app else "other").commands


def _flat(text: str) -> str:
    return " ".join(text.split())


def _searches(entry: _Entry, segment: Segment) -> bool:
    """Whether a text entered in a browser is a search, and not a form's field or a message."""
    if entry.addressed:
        return True
    title = page_title(segment.title, application(segment.app))
    if segment.title is None and segment.url is None:  # the paper's raw records tell no page
        return " " in entry.text or not entry.text.isascii()
    return is_blank(title) or search_in(segment.url, title) is not None


def _came(segment: Segment, before: Segment | None) -> Literal["switched", "moved", "stayed"]:
    if before is None or before.app != segment.app:
        return "switched"
    same = (before.title, before.url, before.file) == (segment.title, segment.url, segment.file)
    return "stayed" if same else "moved"


def _query(segment: Segment) -> str | None:
    """The words that a segment of a browser searches for."""
    app = application(segment.app)
    if app is None or app.sort != "browser":
        return None
    search = search_in(segment.url, page_title(segment.title, app), segment.query)
    return search.query if search else _entries(segment, "browser").query


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
