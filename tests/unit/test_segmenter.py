"""Segments: where they break, that nothing is lost or told twice, and how they are told."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.check import unsupported, untold
from models.facts import facts
from models.records import record_to_segment, segment_to_record
from models.segment import BucketEvent, Segment
from models.segmenter import INPUT, Limits, segment
from models.telling import tell
from models.titles import search_in
from models.trace import encode, read_records
from tests.moments import START, at, copied, event, key, keyboard, moment, pressed, typed, window
from watchers.event import Event

# The paper's appendix E.1.
PAPER = """[
{"timestamp": 1717335890.127, "duration": 2.056, "user_input": [], "status": "not-afk", "app": "web", "events": []},
{"timestamp": 1717335893.215, "duration": 10.267, "user_input": [
  {"from": "mouse", "data": {"type": "click", "button": "left"}},
  {"from": "keyboard", "type": "input", "data": "swift ui ctrl_l liebiao "},
  {"from": "keyboard", "data": {"type": "pressAndRelease", "key": "enter"}}],
 "status": "not-afk", "app": "web", "events": []},
{"timestamp": 1717335904.513, "duration": 0.0, "user_input": [], "status": "not-afk", "app": "web", "events": []}
]"""


def told(events: list[BucketEvent], end: float) -> list[str]:
    segments, _ = segment(events, now=at(end), final=True)
    before = [None, *segments[:-1]]
    return [tell(facts(item, last)) for item, last in zip(segments, before, strict=True)]


def test_a_segment_is_made_of_its_own_window_and_not_of_the_one_that_ended_it() -> None:
    events = [
        BucketEvent(
            "currentwindow", Event(at(20 * n), 20.0, {"app": "Code", "title": title}, n + 1)
        )
        for n, title in enumerate(("One", "Two", "Three"))
    ]
    segments, _ = segment(events, now=at(60), final=True)
    assert [item.event_ids for item in segments] == [(1,), (2,), (3,)]


def test_the_papers_raw_records_are_told(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(PAPER)
    segments = [record_to_segment(record) for record in read_records(path)]
    sentences = [
        tell(facts(item, last)) for item, last in zip(segments, [None, *segments], strict=False)
    ]
    assert sentences == [
        "The user switches to the web browser.",
        "The user searches for 'swift ui liebiao' in the web browser.",
        "The user stays in the web browser.",
    ]
    path.write_bytes(encode([segment_to_record(item) for item in segments]))
    assert [record_to_segment(record) for record in read_records(path)] == segments


def test_a_piece_of_work_is_told_segment_by_segment() -> None:
    events = [
        window(0, 20, "XTerm", "bash"),
        typed(3, "ls -l"), pressed(4.1, "enter"),
        typed(8, "python3 report.py"), pressed(9.2, "enter"),
        copied(15, "Traceback (most recent call last):\nKeyError: 'amount'"),
        window(20, 0.4, "Chromium", "Untitled - Chromium"),
        window(20.4, 10, "Chromium", "js fade in - Google Search - Chromium"),
        window(66, 100, "Code", "● report.py - sales - Visual Studio Code"),
        typed(70, "rows = 3", 2), pressed(73, "ctrl+s"),
        window(75, 90, "Code", "report.py - sales - Visual Studio Code"),
        event("afkstatus", 80, 600, status="afk"),
    ]  # fmt: skip
    assert (
        told(events, 690)
        == [
            "The user runs 'ls -l' and 'python3 report.py' in XTerm and copies the error \"KeyError: 'amount'\".",
            "The user looks at the results for 'js fade in' on Google in Chromium.",  # nobody saw the search
            "The user edits 'report.py' in Visual Studio Code, typing 'rows = 3', and saves with Ctrl+S.",
            "The user is away for 10 minutes.",
        ]
    )


def test_a_segment_breaks_at_a_pause_and_at_its_cap() -> None:
    limits = Limits(pause_s=30, segment_s=100)
    presses = [pressed(second, "f5") for second in (0, 10, 50, 75, 100, 125, 150, 175)]
    segments, _ = segment(
        [window(0, 200, "XTerm", "x"), *presses], now=at(300), limits=limits, final=True
    )
    spans = [((item.start - START).total_seconds(), item.duration) for item in segments]
    assert spans == [(0, 10), (50, 100), (175, 0)]


@st.composite
def streams(draw: st.DrawFn) -> list[BucketEvent]:
    """Windows and inputs at random times, as watchers would tell them."""
    events: list[BucketEvent] = []
    second = 0.0
    for number in range(draw(st.integers(1, 25))):
        second += draw(st.sampled_from((0.2, 0.7, 2.0, 10.0, 29.0, 45.0)))
        kind = draw(st.sampled_from(("window", "run", "key", "copy")))
        if kind == "window":
            app = draw(st.sampled_from(("XTerm", "Chromium", "Code")))
            title = draw(st.sampled_from(("a", "b - Google Search", "c.py")))
            events.append(window(second, 0.0, app, title))
        elif kind == "run":
            length = draw(st.sampled_from((0.1, 1.5)))
            events.append(typed(second, f"text {number}", length))
            second += length
        elif kind == "key":
            events.append(pressed(second, f"f{number}"))
        else:
            events.append(copied(second, f"copy {number}"))
    return events


@settings(deadline=None, max_examples=150)
@given(streams(), st.integers(0, 2**32))
def test_however_the_stream_is_cut_the_segments_are_the_same(
    events: list[BucketEvent], seed: int
) -> None:
    end = max(item.event.end for item in events) + timedelta(seconds=60)
    whole, _ = segment(events, now=end, since=START, final=True)
    chance, now, cursor = random.Random(seed), START, START
    parts: list[Segment] = []
    while now < end:
        now += timedelta(seconds=chance.choice((0.3, 1.0, 3.0, 20.0, 70.0)))
        there = [item for item in events if item.event.end <= now]
        closed, cursor = segment(there, now=now, since=cursor)
        parts += closed
    parts += segment(events, now=now, since=cursor, final=True)[0]

    def essence(items: list[Segment]) -> list[object]:
        return [
            (round(item.duration, 3), item.app, item.title, item.user_input, item.events)
            for item in items
        ]

    assert essence(parts) == essence(whole)
    inputs = [item.event.data for item in events if item.type == INPUT]
    kept = [data for item in whole for data in item.user_input]
    assert sorted(map(str, kept)) == sorted(map(str, inputs))


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("The user runs 'pytest -q' in XTerm.", False),
        ("The user types 'pytest -q' and presses Enter in XTerm.", False),
        ("The user runs 'pytest -x' in XTerm.", True),
        ("The user runs 'pytest -q' in Visual Studio Code.", True),
        ("The user runs 'pytest -q' in XTerm and opens test_app.py.", True),
        ("The user runs 'pytest -q' in XTerm, and visits https://pytest.org.", True),
        ("The user closes the terminal after 'pytest -q'.", True),
        ("The user copies 'pytest -q' in XTerm.", True),
        ("The user runs 'pytest -q' 3 times in XTerm.", True),
        ("The user runs 'pytest -q', which ends with an error, in XTerm.", True),
    ],
)
def test_a_sentence_that_tells_what_was_not_seen_is_refused(sentence: str, refused: bool) -> None:
    seen = facts(moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment)
    assert bool(unsupported(sentence, seen)) == refused, unsupported(sentence, seen)


def test_a_sentence_that_leaves_out_the_main_fact_is_known() -> None:
    seen = facts(moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment)
    assert untold("The user works in XTerm.", seen) == ["pytest -q"]
    assert untold(tell(seen), seen) == []


def test_every_sentence_of_the_rules_passes_its_own_check() -> None:
    history = [
        moment(0, "Code", "搜索.py - 项目 - Visual Studio Code", keyboard("打印('你好')")),
        moment(1, "google-chrome", "(3) Inbox - Mail - Google Chrome", {"from": "mouse", "data": {"type": "click"}}),
        moment(2, "firefox", "x — Mozilla Firefox", url="https://www.bing.com/search?q=a%20b"),
        moment(3, "XTerm", "t", *(part for n in range(5) for part in (keyboard(f"cmd {n}"), key("enter")))),
    ]  # fmt: skip
    for item in history:
        seen = facts(item.segment)
        assert unsupported(tell(seen), seen) == [], tell(seen)


@pytest.mark.parametrize(
    ("title", "inputs", "sentence"),
    [
        ("New Tab - Chromium", [keyboard("weather"), key("enter")], "searches for 'weather'"),
        ("Inbox - Chromium", [keyboard("see you at noon"), key("enter")], "types 'see you at noon'"),
        ("Sign in - Chromium", [keyboard("anna"), key("enter")], "types 'anna'"),
        ("Inbox - Chromium", [key("ctrl+l"), keyboard("weather"), key("enter")], "searches for 'weather'"),
        (
            "Inbox - Chromium",
            [key("ctrl+t"), {"from": "mouse", "data": {"type": "click"}}, keyboard("hello you"), key("enter")],
            "types 'hello you'",
        ),
        ("a b - Google Search - Chromium", [keyboard("c d"), key("enter")], "searches for 'c d'"),
    ],
)  # fmt: skip
def test_not_all_that_is_entered_in_a_browser_is_a_search(
    title: str, inputs: list[dict[str, Any]], sentence: str
) -> None:
    assert sentence in tell(facts(moment(0, "Chromium", title, *inputs).segment))


def test_how_a_page_came_to_be_in_front() -> None:
    events = [
        window(0, 10, "Chromium", "One - Chromium"),
        window(10, 10, "Chromium", "Two - Chromium"),
        pressed(60, "f5"),
        window(70, 10, "XTerm", "sh"),
        window(80, 10, "Chromium", "Two - Chromium"),
    ]
    assert told(events, 90) == [
        "The user switches to the page 'One' in Chromium.",
        "The user goes to the page 'Two' in Chromium.",
        "The user presses F5 on the page 'Two' in Chromium.",
        "The user switches to XTerm.",
        "The user switches to the page 'Two' in Chromium.",
    ]


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://maps.google.com/maps?q=berlin", "Berlin - Google Maps"),
        ("https://accounts.google.com/signin?q=x", "Sign in"),
        (None, "Senior Developer - Job Search"),
    ],
)
def test_what_only_looks_like_a_search_is_none(url: str | None, title: str) -> None:
    assert search_in(url, title) is None


def test_what_was_pasted_is_told_as_pasted_and_not_as_typed() -> None:
    whole = keyboard("total = 3") | {"pasted": 9}
    part = keyboard("see total = 3") | {"pasted": 9}
    assert moment(0, "gedit", "x", whole).observation.event == (
        "The user pastes from the clipboard into 'x' in gedit."
    )
    assert moment(0, "gedit", "x", part).observation.event == (
        "The user types 'see total = 3' in 'x' in gedit and pastes from the clipboard."
    )
    entered = moment(0, "XTerm", "bash", keyboard("ls -l") | {"pasted": 5}, key("enter"))
    assert entered.observation.event == (
        "The user runs 'ls -l' in XTerm and pastes from the clipboard."
    )


def test_copied_files_and_pictures_and_drags_are_told() -> None:
    files = event("clipboard", 1, type="files", files=["a.pdf", "b c.odt"], count=2)
    picture = event("clipboard", 2, type="image", format="image/png", bytes=1200)
    drag = {"from": "mouse", "data": {"type": "drag", "button": "left"}}
    seen = moment(0, "Thunar", "Downloads", drag, events=(files, picture))
    assert seen.observation.event == (
        "The user copies the files 'a.pdf' and 'b c.odt' from 'Downloads' in Thunar and "
        "copies a picture."
    )
    assert unsupported(seen.observation.event, facts(seen.segment)) == []
