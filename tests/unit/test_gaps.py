"""A gap in what was seen is told as a gap: never as idleness, work or rest, however the stream is cut."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.coverage import GROW_S
from daemon.skills.day_summary import DaySummary
from daemon.tools import SystemClipboard, Tools
from models.check import unsupported
from models.facts import facts
from models.records import record_to_segment, segment_to_record
from models.segment import UNSEEN, BucketEvent, Moment, Segment
from models.segmenter import LIVE_S, segment
from models.telling import tell
from models.unseen import WHY
from tests.moments import START, Remembered, at, event, keyboard, moment, pressed, typed, window
from watchers.coverage import GAP, Cause


def gap(second: float, length: float, cause: Cause = "paused", source: str = "*") -> BucketEvent:
    return event(GAP, second, length, source=source, cause=cause)


def afk(second: float, length: float, status: str = "afk") -> BucketEvent:
    return event("afkstatus", second, length, status=status)


def cut(events: list[BucketEvent], end: float) -> list[Segment]:
    return segment(events, now=at(end), final=True)[0]


def told(events: list[BucketEvent], end: float) -> list[str]:
    segments = cut(events, end)
    before = [None, *segments[:-1]]
    return [tell(facts(item, last)) for item, last in zip(segments, before, strict=True)]


def test_a_pause_is_told_with_its_reason_and_length() -> None:
    events = [
        window(20, 40, "XTerm", "sh"), typed(40, "ls -l"), gap(60, 720),
        window(781, 20, "XTerm", "sh"), typed(790, "make"),
    ]  # fmt: skip
    assert told(events, 900) == [
        "The user types 'ls -l' in XTerm.",
        "Nothing was seen for 12 minutes: recording was paused.",
        "The user types 'make' in XTerm.",
    ]
    first, unseen, _ = cut(events, 900)
    assert (unseen.start, unseen.duration, unseen.status) == (at(60), 720, UNSEEN)
    assert (unseen.app, unseen.title, unseen.user_input) == (None, None, ())
    assert first.end <= at(60)
    assert record_to_segment(segment_to_record(unseen)) == msgspec.structs.replace(
        unseen, event_ids=()
    )


def test_each_cause_has_its_words_and_they_pass_their_own_check() -> None:
    for cause, why in WHY.items():
        (unseen,) = cut([event(GAP, 0, 90.0, source="*", cause=cause)], 100)
        seen = facts(unseen)
        assert tell(seen) == f"Nothing was seen for 2 minutes: {why}."
        assert unsupported(tell(seen), seen) == []
    assert set(WHY) == set(get_args(Cause))


def test_a_short_gap_is_not_told_but_ends_what_was_being_done() -> None:
    events = [
        window(0, 20, "XTerm", "sh"), typed(15, "one"), gap(20, 30),
        window(50, 20, "XTerm", "sh"), typed(55, "two"),
    ]  # fmt: skip
    assert told(events, 100) == ["The user types 'one' in XTerm.", "The user types 'two' in XTerm."]


def test_after_a_gap_nobody_knows_what_is_in_front_until_it_is_told() -> None:
    events = [window(0, 20, "XTerm", "sh"), typed(5, "one"), gap(20, 120), typed(142, "two")]
    assert told(events, 200)[-1] == "The user types 'two'."


def test_a_locked_screen_is_no_absence_and_the_absence_goes_on_after_it() -> None:
    events = [
        window(0, 100, "XTerm", "sh"), typed(10, "x"), afk(100, 900),
        gap(300, 400, "locked"), afk(1000.001, 1, "not-afk"), typed(1002, "y"),
    ]  # fmt: skip
    assert told(events, 1100) == [
        "The user types 'x' in XTerm.",
        "The user is away for 3 minutes.",
        "Nothing was seen for 7 minutes: the screen was locked.",
        "The user is away for 5 minutes.",
        "The user types 'y'.",
    ]


def test_nested_gaps_are_told_once_with_the_cause_that_held_longest() -> None:
    events = [gap(0, 600, "paused"), gap(100, 200, "locked"), gap(550, 100, "excluded")]
    assert told(events, 700) == ["Nothing was seen for 11 minutes: recording was paused."]


def test_gaps_that_follow_each_other_are_told_each() -> None:
    events = [gap(0, 120, "paused"), gap(120, 180, "stopped")]
    assert told(events, 400) == [
        "Nothing was seen for 2 minutes: recording was paused.",
        "Nothing was seen for 3 minutes: Hunch was not running.",
    ]


def test_without_sight_of_the_window_what_is_typed_belongs_to_none() -> None:
    events = [
        window(0, 20, "XTerm", "sh"), typed(10, "one"), gap(20, 300, "crashed", "window"),
        typed(30, "two"), window(320, 20, "Code", "a.py"), typed(330, "three"),
    ]  # fmt: skip
    assert told(events, 400) == [
        "The user types 'one' in XTerm.",
        "The user types 'two'.",
        "The user edits 'a.py' in Visual Studio Code, typing 'three'.",
    ]


def test_an_absence_is_not_told_beyond_the_moment_at_which_presence_was_last_seen() -> None:
    events = [afk(0, 100), gap(100, 5000, "crashed", "afk"), afk(5100, 10, "not-afk")]
    assert told(events, 5200) == ["The user is away for 2 minutes."]


def test_a_gap_without_length_hides_nothing() -> None:
    events = [gap(0, 0.0, "stopped"), window(0, 20, "XTerm", "sh"), typed(5, "one")]
    assert told(events, 50) == ["The user types 'one' in XTerm."]


@st.composite
def streams(draw: st.DrawFn) -> list[BucketEvent]:
    """Windows, keys and gaps at random times; in a gap nothing is told, gaps may nest."""
    events: list[BucketEvent] = []
    second = 0.0
    for number in range(draw(st.integers(1, 15))):
        second += draw(st.sampled_from((0.2, 2.0, 10.0, 29.0, 45.0)))
        match draw(st.sampled_from(("window", "key", "gap", "nested", "partial"))):
            case "window":
                app = draw(st.sampled_from(("XTerm", "Chromium", "Code")))
                events.append(window(second, 0.0, app, "a"))
            case "key":
                events.append(pressed(second, f"f{number}"))
            case "partial":
                source = draw(st.sampled_from(("keyboard", "window", "afk")))
                events.append(gap(second, 5.0 + 13 * number, "crashed", source))
            case kind:
                length = draw(st.sampled_from((0.5, 20.0, 61.0, 400.0)))
                events.append(gap(second, length, "paused"))
                if kind == "nested":
                    events.append(gap(second + length / 4, length / 2, "locked"))
                second += length + 0.1
    return events


def visible(item: BucketEvent, now: datetime, chance: random.Random) -> BucketEvent | None:
    """An event as it is on disk at a time: a gap grows every few seconds, and is late."""
    if item.type != GAP:
        return item if item.event.end <= now else None
    late = timedelta(seconds=chance.uniform(0.0, GROW_S + 0.6))
    if now >= item.event.end + timedelta(seconds=1):
        return item
    length = (now - late - item.event.timestamp).total_seconds()
    if length <= 0:
        return None
    return BucketEvent(
        GAP, msgspec.structs.replace(item.event, duration=min(length, item.event.duration))
    )


@settings(deadline=None, max_examples=150)
@given(streams(), st.integers(0, 2**32))
def test_however_the_stream_is_cut_the_gaps_are_the_same(
    events: list[BucketEvent], seed: int
) -> None:
    assert GROW_S + 1 < LIVE_S
    end = max(item.event.end for item in events) + timedelta(seconds=60)
    whole, _ = segment(events, now=end, since=START, final=True)
    chance, now, cursor = random.Random(seed), START, START
    parts: list[Segment] = []
    while now < end:
        now += timedelta(seconds=chance.choice((0.3, 1.0, 3.0, 20.0, 70.0)))
        there = [shown for entry in events if (shown := visible(entry, now, chance))]
        closed, cursor = segment(there, now=now, since=cursor)
        parts += closed
    parts += segment(events, now=now, since=cursor, final=True)[0]

    def essence(items: list[Segment]) -> list[object]:
        return [(round(item.duration, 3), item.app, item.status, item.user_input) for item in items]

    assert essence(parts) == essence(whole)
    for item in whole:
        for entry in events:
            if entry.type == GAP and entry.event.data["source"] == "*" and item.status != UNSEEN:
                assert item.end <= entry.event.timestamp or item.start >= entry.event.end


def work(start: float, minutes: int) -> list[Moment]:
    return [
        moment(start + 60 * n, "Code", "r.py", keyboard("x"), duration=50) for n in range(minutes)
    ]


def unseen(start: float, minutes: float, cause: Cause) -> Moment:
    return moment(
        start,
        "",
        "",
        status=UNSEEN,
        duration=60 * minutes,
        events=(gap(start, 60 * minutes, cause),),
    )


def coffee(start: float) -> Moment:
    return moment(start, "Code", "r.py", status="afk", duration=240.0)


def test_a_gap_counts_neither_as_work_nor_as_a_break() -> None:
    skill = DaySummary(3600, Remembered().day)
    assert skill.match([*work(0, 70), unseen(4200, 30, "paused")]) is None  # no break to speak at
    paused = [*work(0, 50), unseen(3000, 20, "paused"), *work(4200, 20), coffee(5400)]
    found = skill.match(paused)
    assert found is not None and "You worked for 1 h 10 min" in found.response
    short = [*work(0, 20), unseen(1200, 50, "paused"), *work(4200, 20), coffee(5400)]
    assert skill.match(short) is None  # 40 minutes of work are known
    asleep = [*work(0, 50), unseen(3000, 300, "suspended"), *work(21000, 20), coffee(22200)]
    assert skill.match(asleep) is None  # nobody worked meanwhile


def test_a_summary_counts_no_gap_and_tells_it(tmp_path: Path) -> None:
    day = [*work(0, 10), unseen(600, 4, "locked"), *work(840, 10)]
    board = SystemClipboard(lambda text: None)
    skill = DaySummary(3600, Remembered(day).day)
    skill.execute({"until": at(7200).isoformat()}, Tools(tmp_path, board, lambda url: None))
    text = next(tmp_path.glob("day-*.md")).read_text()
    assert "20 min at work" in text
    assert "Nothing was seen for 4 minutes: the screen was locked." in text
