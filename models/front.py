"""What is in front of the user: program, page, document, or nobody; as the context events tell it.

Pure: a value and the event that changes it. `models.segmenter` cuts by its key. Where a gap
(`watchers.coverage`) says that something was not seen, nothing is taken to go on as it was.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models.applications import application
from models.segment import BucketEvent
from models.titles import is_blank, page_title
from watchers.coverage import ALL, GAP

WINDOW = "currentwindow"
TAB = "web.tab.current"
EDITOR = "app.editor.activity"
AFK = "afkstatus"
SEEN = "coverage.seen"  # the end of a gap, as an event of its own; made by `models.segmenter`
CONTEXT_TYPES = frozenset((WINDOW, TAB, EDITOR, AFK, GAP, SEEN))

# A tab or file that was told so long ago no longer says what is in front; extensions repeat
# theirs every minute. `events` must reach back this far before `since`.
HOLD_S = 120.0
# In a terminal the next program is a key away, and nothing tells that an editor was left.
TERMINAL_HOLD_S = 15.0


class Front(NamedTuple):
    """What is in front."""

    app: str | None = None
    title: str | None = None
    url: str | None = None
    query: str | None = None
    tab: str | None = None
    tab_until: datetime | None = None
    file: str | None = None
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
            return state._replace(app=_text(data, "app"), title=_text(data, "title"))
        case "web.tab.current":
            url, tab = _text(data, "url"), _text(data, "title")
            kept = state.query if url == state.url else None  # another extension may know it
            query = _text(data, "query") or kept
            return state._replace(url=url, query=query, tab=tab, tab_until=until)
        case "app.editor.activity":
            return state._replace(
                file=_named(data, "file"), project=_named(data, "project"), file_until=until
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


def key(state: Front, when: datetime) -> tuple[object, ...]:
    """What tells one activity from another: the program, and the document where titles tell it."""
    if state.blind:
        return ("unseen",)
    if state.away:
        return ("away",)
    program = application(state.app)
    sort = sort_of(state.app)
    if sort == "terminal":  # a terminal's title changes with every command
        return (state.app,)
    if state.app is None and holds(state.file_until, when):
        return (None, state.file)  # an editor's extension alone
    title = page_title(state.title, program)
    if sort == "browser" and holds(state.tab_until, when):
        return (state.app, (state.url or "").partition("#")[0])
    if sort == "editor" and holds(state.file_until, when):
        return (state.app, state.file)
    return (state.app, title)


def sort_of(app: str | None) -> str:
    """Of which sort the program is; ``other`` where none is known."""
    program = application(app)
    return program.sort if program else "other"


def loads(state: Front) -> bool:
    """Whether a browser shows nothing yet."""
    program = application(state.app)
    browser = program is not None and program.sort == "browser"
    return browser and is_blank(page_title(state.title, program))


def holds(until: datetime | None, when: datetime) -> bool:
    """Whether what a tab or editor told still stands."""
    return until is not None and when <= until


def file_holds(state: Front, when: datetime) -> bool:
    """Whether the document that an editor told is still in front."""
    sort = sort_of(state.app)
    if state.file_until is None or sort == "browser":
        return False
    spent = HOLD_S - TERMINAL_HOLD_S if sort == "terminal" else 0.0
    return when <= state.file_until - timedelta(seconds=spent)


def _named(data: dict[str, Any], name: str) -> str | None:
    """A name that an editor's extension told; those of ActivityWatch say "unknown" for none."""
    text = _text(data, name)
    return None if text is None or text.casefold() == "unknown" else text


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None
