"""Lets what an extension tells of a page or file begin with the window that shows it, whichever row came first.

Pure: events in, events out; `models.front` knows when two titles are one page's.
"""

from collections.abc import Iterable
from datetime import timedelta

from models.applications import application
from models.documents import name_of
from models.front import EDITOR, LAG_S, TAB, WINDOW, WRITERS, agree, names, sort_of, text_of
from models.segment import BucketEvent
from models.titles import file_of, is_blank, page_title
from watchers.event import Event


def aligned(events: Iterable[BucketEvent]) -> list[BucketEvent]:
    """Events in which a page's or file's title and what an extension tells of it begin at one time.

    A window's watcher and an extension each tell in their own time, up to `LAG_S` apart: the later one
    of the two is taken to have begun with the other.
    """
    items = sorted(events, key=lambda item: item.event.timestamp)
    front: BucketEvent | None = None
    waits: list[BucketEvent] = []  # what was told since, of no page that is in front
    for index, item in enumerate(items):
        if item.type == WINDOW:
            early = (told for told in waits if _near(told, item) and _of(told, item, front))
            if told := next(early, None):
                items[index] = item = _since(item, told)
            front, waits = item, []
        elif item.type in (TAB, EDITOR):
            if item.type == TAB and front and _near(front, item) and _of(item, front, None):
                items[index] = _since(item, front)
            else:
                waits.append(item)
    return items


def _near(first: BucketEvent, second: BucketEvent) -> bool:
    return second.event.timestamp - first.event.timestamp <= timedelta(seconds=LAG_S)


def _of(told: BucketEvent, window: BucketEvent, front: BucketEvent | None) -> bool:
    """Whether a page or file is told of a window, and of none that was in front before."""
    app, title = _app(window), text_of(window.event.data, "title")
    program, name = application(app), text_of(told.event.data, "title")
    if told.type == TAB:
        blank = is_blank(page_title(title, program)) or is_blank(page_title(name, program))
        return sort_of(app) == "browser" and not blank and agree(title, name, app)
    file = name_of(text_of(told.event.data, "file") or "")
    if not file or sort_of(app) not in WRITERS:
        return False
    if names(title, file):
        return front is None or not names(text_of(front.event.data, "title"), file)
    return not (front and _may_tell(front, file)) and file_of(title, program) is None


def _may_tell(window: BucketEvent, file: str) -> bool:
    """Whether it is a window of a program that writes, under a title that names no other file."""
    program = application(_app(window))
    named = file_of(text_of(window.event.data, "title"), program)
    return program is not None and program.sort in WRITERS and named in (None, file)


def _app(window: BucketEvent) -> str | None:
    return text_of(window.event.data, "app")


def _since(item: BucketEvent, first: BucketEvent) -> BucketEvent:
    event, began = item.event, first.event.timestamp
    length = event.duration + (event.timestamp - began).total_seconds()
    return BucketEvent(item.type, Event(began, length, event.data, event.id))
