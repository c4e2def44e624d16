"""However the stream is cut, each command and document is in one segment; late ends bring nobody back."""

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.segment import BucketEvent, Segment
from models.segmenter import segment
from tests.moments import START, event, window
from tests.moments import typed as keys


@st.composite
def streams(draw: st.DrawFn) -> list[BucketEvent]:
    """Windows, keys, commands that end late, documents and absences at random times."""
    events: list[BucketEvent] = []
    second = 0.0
    for number in range(draw(st.integers(1, 20))):
        second += draw(st.sampled_from((0.2, 0.7, 2.0, 10.0, 29.0, 45.0)))
        kind = draw(st.sampled_from(("window", "run", "shell", "document", "afk")))
        if kind == "window":
            events.append(window(second, 0.0, draw(st.sampled_from(("XTerm", "Code"))), "a"))
        elif kind == "run":
            events.append(keys(second, f"text {number}", 0.1))
        elif kind == "shell":
            length = draw(st.sampled_from((0.1, 4.0, 60.0)))
            events.append(event("app.shell.command", second, length, command=f"command {number}"))
            second += draw(st.sampled_from((0.0, length)))
        elif kind == "document":
            events.append(
                event("os.file.change", second, 0.0, action="created", path=f"/x/{number}")
            )
        else:
            length = draw(st.sampled_from((20.0, 200.0)))
            events.append(event("afkstatus", second, length, status="afk"))
            second += length
            events.append(event("afkstatus", second, 0.0, status="not-afk"))
    return events


@settings(deadline=None, max_examples=150)
@given(streams(), st.integers(0, 2**32))
def test_however_the_stream_is_cut_each_command_and_document_is_in_one_segment(
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
    wanted = sorted(
        str(item.event.data)
        for item in events
        if item.type in ("app.shell.command", "os.file.change")
    )
    for segments in (whole, parts):
        assert sorted(str(part.event.data) for item in segments for part in item.events) == wanted
