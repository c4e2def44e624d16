"""What is in front of the user: program, page, document, or nobody; as the context events tell it.

Pure: a value and the event that changes it. `models.segmenter` cuts by its key. Where a gap
(`watchers.coverage`) says that something was not seen, nothing is taken to go on as it was.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from models.applications import application
from models.documents import name_of
from models.segment import BucketEvent
from models.titles import FEW, file_of, is_address, is_blank, page_title, steady
from watchers.coverage import ALL, GAP

WINDOW = "currentwindow"
TAB = "web.tab.current"
EDITOR = "app.editor.activity"
AFK = "afkstatus"
SEEN = "coverage.seen"  # the end of a gap, as an event of its own; made by `models.segmenter`
CONTEXT_TYPES = frozenset((WINDOW, TAB, EDITOR, AFK, GAP, SEEN))

_SCHEME = re.compile(r"^https?://(?:www\.)?", re.I)
_WORD = re.compile(r"\w+")

# A tab or file that was told so long ago no longer says what is in front; extensions repeat
# theirs every minute. `events` must reach back this far before `since`.
HOLD_S = 120.0
WRITERS = ("editor", "terminal")
LAG_S = 2.0  # ours tells a page that loads after 1.5 s at the latest
# In a terminal the next program is a key away, and nothing tells that an editor was left.
TERMINAL_HOLD_S = 15.0


class Tab(NamedTuple):
    """What a browser's extension told last, and of which program; None where none was in front."""

    url: str | None
    title: str | None
    query: str | None
    app: str | None
    told: datetime
    until: datetime


class Front(NamedTuple):
    """What is in front."""

    app: str | None = None
    title: str | None = None
    titled: datetime | None = None  # since when the window has this title
    tab: Tab | None = None
    file: str | None = None
    file_app: str | None = None  # what was in front when it was told
    file_title: str | None = None  # the window's title then
    file_told: datetime | None = None
    file_until: datetime | None = None
    project: str | None = None
    away: bool = False
    gaps: tuple[BucketEvent, ...] = ()

    @property
    def blind(self) -> bool:
        """Whether nothing at all is seen."""
        return any(gap.event.data.get("source") == ALL for gap in self.gaps)


def after(state: Front, item: BucketEvent) -> Front:
    """What is in front after a context event."""
    data, until = item.event.data, item.event.end + timedelta(seconds=HOLD_S)
    match item.type:
        case "currentwindow":
            return _shown(state, data, item.event.timestamp)
        case "web.tab.current":
            return state._replace(tab=_tab(state, data, item.event.timestamp, until))
        case "app.editor.activity":
            return state._replace(
                file=_named(data, "file"),
                project=_named(data, "project"),
                file_app=state.app if _writes(state, data) else None,
                file_title=state.title,
                file_told=item.event.timestamp,
                file_until=until,
            )
        case "coverage.gap":
            return _lost(state, item)
        case "coverage.seen":
            gaps = tuple(gap for gap in state.gaps if gap.event.data != data)
            return state._replace(gaps=gaps)
        case _:
            return state._replace(away=data.get("status") == "afk")


def _lost(state: Front, item: BucketEvent) -> Front:
    """A gap begins: what its source told last does not hold any more."""
    source, gaps = item.event.data.get("source"), (*state.gaps, item)
    if source in (ALL, "window"):
        return Front(away=state.away, gaps=gaps)
    if source == "afk":
        return state._replace(away=False, gaps=gaps)
    return state._replace(gaps=gaps)


def _shown(state: Front, data: dict[str, Any], when: datetime) -> Front:
    """Another window, and with it what an extension told of it at the same moment (`aligned`)."""
    app, title = text_of(data, "app"), text_of(data, "title")
    kept = state.titled if (app, title) == (state.app, state.title) else None
    page, file_app, file_title = state.tab, state.file_app, state.file_title
    if page and page.told == when and sort_of(app) == "browser":
        page = page._replace(app=app)
    if state.file_told == when and sort_of(app) in WRITERS:
        file_app, file_title = app, title
    return state._replace(
        app=app,
        title=title,
        titled=kept or when,
        tab=page,
        file_app=file_app,
        file_title=file_title,
    )


def _tab(state: Front, data: dict[str, Any], told: datetime, until: datetime) -> Tab:
    url, last = text_of(data, "url"), state.tab
    same = last is not None and last.url == url
    query = text_of(data, "query")
    if query is None and last is not None and same:
        query = last.query  # another extension may know it
    app = state.app if sort_of(state.app) == "browser" else last.app if last and same else None
    return Tab(url, text_of(data, "title"), query, app, told, until)


def tab(state: Front, when: datetime) -> Tab | None:
    """What the extension told of the page in front; None where it told of another.

    A browser's window has the next page's title before the extension tells the next page, and
    another browser may have no extension at all: so what was told before the window had its title
    holds only while the two titles agree.
    """
    told = state.tab
    if told is None or when > told.until or sort_of(state.app) != "browser":
        return None
    if told.app not in (None, state.app):
        return None
    newer = state.titled is None or told.told >= state.titled
    return told if newer or agree(state.title, told.title, state.app) else None


@lru_cache(FEW)
def agree(title: str | None, tab: str | None, app: str | None) -> bool:
    """Whether a window's title and a tab's may be one page's; where one is unknown they may."""
    if not title or not tab:
        return True
    program = application(app)
    shown, page = page_title(title, program), page_title(tab, program)
    if is_blank(shown) or is_blank(page):
        return is_blank(shown) and is_blank(page)
    return _plain(shown) == _plain(page) or f"{_plain(shown)} ".startswith(f"{_plain(page)} ")


def _plain(title: str | None) -> str:
    """The words of a title, which may be an address."""
    return " ".join(_WORD.findall(_SCHEME.sub("", steady(title).casefold())))


def title_of(state: Front, when: datetime) -> str | None:
    """The title of what is in front; of a page the tab's, without what browsers add."""
    told = tab(state, when)
    if told is None or not told.title or _SCHEME.match(told.title):
        return state.title
    return told.title


def changed(state: Front, later: Front, when: datetime) -> bool:
    """Whether something else is in front: another program, document or page, or nobody.

    A page of which one of the two states knows no address is told by its title.
    """
    old, new = key(state, when), key(later, when)
    if old == new:
        return False
    pages = (tab(state, when), tab(later, when))
    if state.app != later.app or None not in pages or pages == (None, None):
        return True
    return old[0] != new[0] or not agree(title_of(state, when), title_of(later, when), state.app)


def key(state: Front, when: datetime) -> tuple[object, ...]:
    """What tells one activity from another: the program, and the document where titles tell it."""
    if state.blind:
        return ("unseen",)
    if state.away:
        return ("away",)
    program = application(state.app)
    sort = sort_of(state.app)
    if sort == "terminal":  # a terminal's title changes with every command
        return (state.app, state.file if file_holds(state, when) else None)
    if state.app is None and holds(state.file_until, when):
        return (None, state.file)  # an editor's extension alone
    if sort == "browser" and (told := tab(state, when)):
        return (state.app, (told.url or "").partition("#")[0])
    if sort == "editor" and file_holds(state, when):
        return (state.app, state.file)
    return (state.app, steady(page_title(state.title, program)) or None)


def sort_of(app: str | None) -> str:
    """Of which sort the program is; ``other`` where none is known."""
    program = application(app)
    return program.sort if program else "other"


def loads(state: Front) -> bool:
    """Whether a browser shows nothing yet."""
    program = application(state.app)
    browser = program is not None and program.sort == "browser"
    title = page_title(state.title, program)
    return browser and (title is None or is_blank(title) or is_address(title))


def holds(until: datetime | None, when: datetime) -> bool:
    """Whether what a tab or editor told still stands."""
    return until is not None and when <= until


def file_holds(state: Front, when: datetime) -> bool:
    """Whether the document that an editor told is still in front: in its program, under a title that allows it."""
    sort = sort_of(state.app)
    if state.file_until is None or state.file_told is None or sort == "browser":
        return False
    spent = HOLD_S - TERMINAL_HOLD_S if sort == "terminal" else 0.0
    if when > state.file_until - timedelta(seconds=spent):
        return False
    if state.titled is None or state.app is None:
        return True
    late = state.titled - state.file_told
    file, named = name_of(state.file or ""), file_of(state.title, application(state.app))
    if state.file_app == state.app:
        same = named is None and steady(state.title) == steady(state.file_title)
        return late <= timedelta(0) or sort != "editor" or named == file or same
    near = state.file_app is None and late <= timedelta(seconds=LAG_S)  # a moment before the window
    return sort in WRITERS and (named == file if named else near)


def names(title: str | None, file: str) -> bool:
    """Whether a title has a file's name in it, whole."""
    return bool(file) and bool(re.search(rf"(?<![\w.-]){re.escape(file)}(?!\w)", title or ""))


def ended(shown: Front, start: datetime, state: Front, when: datetime) -> bool:
    """Whether an editor inside of a terminal, in front at the start, has been left meanwhile."""
    terminal = sort_of(state.app) == "terminal"
    return terminal and file_holds(shown, start) and not file_holds(state, when)


def left(state: Front) -> Front:
    """A shell has told of a command: an editor inside of the terminal is left."""
    return state._replace(file_until=None) if sort_of(state.app) == "terminal" else state


def _writes(state: Front, data: dict[str, Any]) -> bool:
    """Whether the program in front may be the one that tells of a file."""
    file = name_of(text_of(data, "file") or "")
    named = file_of(state.title, application(state.app))
    writes = sort_of(state.app) in WRITERS and named in (None, file)
    return writes or names(state.title, file)


def _named(data: dict[str, Any], name: str) -> str | None:
    """A name that an editor's extension told; those of ActivityWatch say "unknown" for none."""
    text = text_of(data, name)
    return None if text is None or text.casefold() == "unknown" else text


def text_of(data: dict[str, Any], name: str) -> str | None:
    """A text of a row; None where it is none, or empty."""
    value = data.get(name)
    return value if isinstance(value, str) and value else None
