"""Others look on when a window fills the screen, when the screen is shared, and listen in a call."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.config import Settings
from daemon.coverage import Gaps
from daemon.in_front import InFront
from daemon.sources import Sources
from watchers.coverage import ALL
from watchers.event import Bucket, Event
from watchers.session import microphone
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


def test_who_is_on_a_call_or_has_locked_the_screen_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card0" / "pcm0c" / "sub0"  # as Linux has it below /proc/asound
    card.mkdir(parents=True)
    gaps = Gaps(lambda *gap: None, lambda *hidden: None, lambda *shown: None, "h")
    sources = Sources(
        Settings(), ListSink(), gaps, lambda time: None, lambda time: None, {},
        records=partial(microphone.records, tmp_path),
    )  # fmt: skip
    for state, called in (("closed", False), ("state: RUNNING\nowner_pid   : 7", True)):
        (card / "status").write_text(f"{state}\n")
        assert sources.audience == called
    assert not sources.locked
    gaps.lost(ALL, "locked", NOW)
    assert sources.locked
