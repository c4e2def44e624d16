"""Others look on when a window fills the screen, or when the screen is shared."""

from datetime import UTC, datetime
from typing import Any

import pytest

from daemon.in_front import InFront
from watchers.event import Bucket, Event
from watchers.sharing import SIGNS

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WINDOW = Bucket("aw-watcher-window_h", "currentwindow", "aw-watcher-window", "h")
INPUT = Bucket("aw-watcher-input_h", "os.hid.input", "aw-watcher-input", "h")


class ListSink:
    def __init__(self) -> None:
        self.taken: list[Event] = []

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        self.taken.append(event)

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.taken.append(event)


def test_what_fills_the_screen_is_known_and_everything_passes() -> None:
    sink, blind = ListSink(), False
    front = InFront(sink, lambda: blind)
    slides: dict[str, Any] = {"app": "Impress", "title": "Slides", "fullscreen": True}
    front.heartbeat(WINDOW, Event(NOW, data=slides), 6.0)
    assert front.fullscreen()
    front.insert(INPUT, Event(NOW, data={"from": "mouse", "data": {"type": "click"}}))
    assert front.fullscreen()
    blind = True
    assert not front.fullscreen()
    blind = False
    front.heartbeat(WINDOW, Event(NOW, data={"app": "XTerm", "title": "sh"}), 6.0)
    assert not front.fullscreen() and len(sink.taken) == 3


@pytest.mark.parametrize(
    "title",
    [
        "meet.example.org is sharing your screen.",
        "teams.example.org teilt Ihren Bildschirm.",
        "Firefox — Sharing Indicator",
        "as_toolbar",
    ],
)
def test_titles_that_say_that_the_screen_is_shared(title: str) -> None:
    assert SIGNS.search(title)


@pytest.mark.parametrize("title", ["Sharing files with rsync", "screen(1)", "share the code", ""])
def test_titles_that_do_not(title: str) -> None:
    assert not SIGNS.search(title)
