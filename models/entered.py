"""What was typed, and what for: runs of text become commands, a search, an address, or stay text.

Pure: one segment's inputs in, values out. `models.facts` puts them beside the segment's other facts.
"""

import re
from collections.abc import Iterator

import msgspec

from models.applications import WEB, Sort, application
from models.commands import Command, reported, typed
from models.segment import Segment
from models.titles import is_address, is_blank, page_title, search_in

_ADDRESS_KEYS = frozenset(("ctrl+l", "ctrl+t", "ctrl+k", "alt+d", "f6", "super+l", "super+t"))
# Listeners that log modifiers as text leave their names in it (paper, appendix E.1: "swift ui ctrl_l liebiao").
_KEY_NAMES = re.compile(r"\s*\b(?:ctrl|shift|alt|cmd|super)_[lr]\b\s*|\s*\bcaps_lock\b\s*")


class Entry(msgspec.Struct, frozen=True):
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


def typed_runs(segment: Segment) -> Iterator[Entry]:
    """What was typed, run by run, and whether Enter followed each."""
    run: Entry | None = None
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
            run = Entry(text, addressed=addressed, pasted=pasted) if text else None
        elif isinstance(data, dict) and data.get("key") == "enter" and run is not None:
            yield msgspec.structs.replace(run, entered=True)
            run, addressed = None, False
        elif isinstance(data, dict):
            addressed = data.get("key") in _ADDRESS_KEYS or addressed
    if run is not None:
        yield run


def pastes(segment: Segment) -> bool:
    """Whether a typed run tells that a part of it was pasted."""
    return any(item.get("from") == "keyboard" and item.get("pasted") for item in segment.user_input)


class Entered(msgspec.Struct, frozen=True):
    """What was typed, by what it was typed for."""

    commands: tuple[Command, ...] = ()
    query: str | None = None
    address: str | None = None
    typed: tuple[str, ...] = ()


def entries(segment: Segment, sort: Sort, before: Segment | None = None) -> Entered:
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
    return Entered((), query, address, tuple(plain))


def _in_terminal(segment: Segment, before: Segment | None) -> Entered:
    """What was typed in a terminal; where its shell reports, that alone tells what the commands are.

    A shell that reported in the segment before would have reported here, too, had the first line's
    command ended: so what was typed after that line was typed into that command.
    """
    if _reported_lines(segment):
        return Entered()
    runs = list(typed_runs(segment))
    reports = before is not None and before.app == segment.app and bool(_reported_lines(before))
    if reports:
        return Entered(tuple(Command(run.text) for run in runs[:1] if run.entered))
    lines = list(typed(run.text for run in runs if run.entered))
    rest = [run.text for run in runs if not run.entered and not run.pasted]
    if rest and list(typed([*lines[-1:], rest[-1]])) == lines[-1:]:
        rest.pop()  # it may be a password
    return Entered(tuple(Command(line) for line in lines), typed=tuple(rest))


def _reported_lines(segment: Segment) -> list[str]:
    ran = reported(segment.events, segment.start, at_home=True, told=())
    return [_flat(line) for item in ran for line in (item.text, *item.text.splitlines())]


def commands_of(segment: Segment | None) -> tuple[Command, ...]:
    """What the segment before tells as commands."""
    if segment is None or segment.status != "not-afk":
        return ()
    app = application(segment.app)
    ran = tuple(reported(segment.events, segment.start, at_home=True, told=()))
    return ran or entries(segment, app.sort if app else "other").commands


def _flat(text: str) -> str:
    return " ".join(text.split())


def _searches(entry: Entry, segment: Segment) -> bool:
    """Whether a text entered in a browser is a search, and not a form's field or a message."""
    if entry.addressed:
        return True
    title = page_title(segment.title, application(segment.app))
    if segment.title is None and segment.url is None:
        paper = segment.app == WEB  # its raw records tell no page
        return paper and (" " in entry.text or not entry.text.isascii())
    return is_blank(title) or search_in(segment.url, title) is not None


def query_of(segment: Segment) -> str | None:
    """The words that a segment of a browser searches for: those typed over the results of others, if any were."""
    app = application(segment.app)
    if app is None or app.sort != "browser":
        return None
    search = search_in(segment.url, page_title(segment.title, app), segment.query)
    typed = entries(segment, "browser").query
    if search is None or (typed and words_differ(typed, search.query)):
        return typed
    return search.query


def words_differ(query: str, other: str) -> bool:
    """Whether two searches are for other words."""
    return query.casefold().split() != other.casefold().split()


def lengths(segment: Segment) -> Iterator[int]:
    """Lengths of typed runs whose words are not kept."""
    for item in segment.user_input:
        length = item.get("length")
        if item.get("from") == "keyboard" and "data" not in item and isinstance(length, int):
            yield max(length, 0)
