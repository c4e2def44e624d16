"""What a browser's extension tells, in sentences: the words it searched for, and each page once."""

from models.facts import facts
from models.records import record_to_segment, segment_to_record
from models.segment import BucketEvent, Segment
from models.segmenter import segment
from models.telling import tell
from tests.moments import at, event, window


def tab(second: float, duration: float, url: str, title: str, **more: object) -> BucketEvent:
    return event("web.tab.current", second, duration, url=url, title=title, **more)


def cut(events: list[BucketEvent]) -> list[Segment]:
    return segment(events, now=at(60), final=True)[0]


FIND = "https://find.example/look?words=1"


def test_the_words_that_an_extension_tells_are_believed() -> None:
    events = [window(0, 50, "Chromium", "find - Chromium"), tab(1, 20, FIND, "find", query="ebb")]
    (*_, found) = cut(events)
    told = facts(found)
    assert (told.query, told.engine) == ("ebb", "find.example")
    assert tell(told) == "The user searches for 'ebb' on find.example in Chromium."
    assert record_to_segment(segment_to_record(found)).query == "ebb"
    (*_, both) = cut([*events, tab(5, 9, FIND, "find", tabCount=2)])
    assert facts(both).query == "ebb"  # ActivityWatch's extension does not take it away
    (*_, other) = cut([events[0], tab(1, 20, FIND, "find")])
    assert facts(other).query is None


def test_a_page_that_two_extensions_tell_is_told_once() -> None:
    page = ("https://tides.example/", "Tides")
    seen = [window(0, 50, "Chromium", "Tides - Chromium")]
    theirs = [tab(second, 10, *page, tabCount=2) for second in (1, 11, 21)]
    ours = [
        tab(1.1, 9, *page, tabCount=2, password_focus=False),
        tab(10.2, 0, *page, tabCount=2, password_focus=False, selection="the moon"),
        tab(10.3, 20, *page, tabCount=2, password_focus=False),
    ]
    both, alone = cut([*seen, *theirs, *ours]), cut([*seen, *theirs])
    assert [item.url for item in both] == [item.url for item in alone]
    assert [tell(facts(item)) for item in both] == [tell(facts(item)) for item in alone]
