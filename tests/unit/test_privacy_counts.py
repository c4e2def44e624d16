"""Events in the mode ``counts`` are still told in true sentences, and no stage trips over them."""

from typing import Any

import pytest

from daemon.privacy.modes import reduce
from models.check import unsupported, untold
from models.facts import facts
from models.masks import keeps, mask
from models.records import record_to_segment, segment_to_record
from models.segment import BucketEvent, Segment
from models.segmenter import Limits, segment
from models.telling import tell
from tests.moments import at, event, key, keyboard, window
from watchers.event import Event
from watchers.manifest import BY_SOURCE, Mode

COUNTS: dict[str, Mode] = dict.fromkeys(BY_SOURCE, "counts")


def counted(item: BucketEvent) -> BucketEvent:
    data = reduce(item.type, item.event.data, COUNTS)
    assert data is not None
    return BucketEvent(item.type, Event(item.event.timestamp, item.event.duration, data))


def typed(second: float, data: dict[str, Any]) -> BucketEvent:
    return BucketEvent("os.hid.input", Event(at(second), 0.5, data))


def cut(*items: BucketEvent) -> list[Segment]:
    every = [counted(item) for item in items]
    return segment(every, now=at(600), since=at(0), limits=Limits(), final=True)[0]


@pytest.mark.parametrize(
    ("app", "items", "told"),
    [
        (
            "XTerm",
            [typed(2, keyboard("pytest -q -x abcd")), typed(3, key("enter"))],
            "The user types 17 characters in XTerm.",
        ),
        ("XTerm", [typed(2, keyboard("x"))], "The user types 1 character in XTerm."),
        (
            "Mousepad",
            [event("clipboard", 2, type="text", text="hunter2")],
            "The user copies 1 text in Mousepad.",
        ),
        (
            "XTerm",
            [event("app.shell.command", 2, command="ls", cwd="/", exit_status=0)],
            "The user runs 1 command in XTerm.",
        ),
        (
            "Mousepad",
            [
                typed(2, keyboard("hunter2")),
                typed(3, key("left")),
                event("clipboard", 4, type="text", text="hunter2", length=7),
            ],
            "The user types 7 characters in Mousepad and copies 1 text.",
        ),
    ],
)
def test_counts_are_told(app: str, items: list[BucketEvent], told: str) -> None:
    first, *_ = cut(window(1, 30, app, "secret title"), *items)
    found = facts(first)
    assert tell(found) == told and not found.idle
    assert not unsupported(told, found) and not untold(told, found)
    note, names = mask(found)
    assert keeps(note, note, names)
    again = record_to_segment(segment_to_record(first))
    assert tell(facts(again)) == told


def test_every_source_in_counts_passes_every_stage() -> None:
    items = [
        window(1, 60, "Chromium", "A page - Chromium"),
        event("web.tab.current", 2, 30, url="https://a.b/c", title="t", incognito=False),
        event("app.editor.activity", 3, 30, file="/a/b.py", project="/a", language="python"),
        BucketEvent("os.file.change", Event(at(4), data={"path": "/a/b.pdf", "kind": "pdf"})),
        event("clipboard", 5, type="files", files=["a"], count=1),
        event("clipboard", 6, type="image", format="image/png", bytes=9),
        event("app.shell.command", 7, command="ls", cwd="/", exit_status=1),
        typed(8, keyboard("git push")),
        typed(9, {"from": "keyboard", "data": {"type": "shortcut", "key": "ctrl+v"}}),
        typed(10, {"from": "mouse", "data": {"type": "click", "button": "left", "count": 2}}),
        typed(11, {"from": "keyboard", "length": "many"}),
    ]
    segments = cut(*items)
    assert segments
    for before, item in zip([None, *segments], segments, strict=False):
        found = facts(item, before)
        assert tell(found).startswith("The user ") and not unsupported(tell(found), found)
        for word in ("git push", "b.py", "a.b", "ctrl+v", "A page"):
            assert word not in tell(found)
