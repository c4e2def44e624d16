"""Clicks, scrolls and absence from bare times and places."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from watchers.afk import Afk
from watchers.event import Event, merge_heartbeat
from watchers.mouse import Mouse

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def merged(heartbeats: list[tuple[Event, float]]) -> list[tuple[str, float, float]]:
    """What a store would hold: status, begin and end in seconds since the start."""
    known: list[Event] = []
    for event, pulsetime_s in heartbeats:
        last = merge_heartbeat(known[-1], event, pulsetime_s) if known else None
        known = [*known[:-1], last] if last else [*known, event]
    return [
        (event.data["status"], *((t - START).total_seconds() for t in (event.timestamp, event.end)))
        for event in known
    ]


def watch(inputs: list[float], ticks: list[float]) -> list[tuple[str, float, float]]:
    afk = Afk(START, timeout_s=180, tick_s=5)
    told, left = [], sorted(inputs)
    for tick in ticks:
        while left and left[0] <= tick:
            afk.input(at(left.pop(0)))
        told += [(event, afk.pulsetime_s) for event in afk.tick(at(tick))]
    return merged(told)


def every_5_s(until: float) -> list[float]:
    return [5.0 * number for number in range(int(until // 5) + 1)]


def test_clicks_at_one_place_are_counted_and_others_are_not() -> None:
    mouse = Mouse()
    done: list[Event] = []
    for time, place, button in (
        (0.0, (10, 10), "left"),
        (0.2, (12, 9), "left"),
        (0.4, (90, 10), "left"),
        (0.5, (90, 10), "right"),
        (3.0, (90, 10), "right"),
    ):
        done += mouse.press(at(time), place, button) + mouse.release(at(time), place, button)
    done += mouse.flush()
    clicks = [event.data["data"] for event in done]
    assert clicks[0] == {"type": "click", "button": "left", "count": 2}
    assert [click["button"] for click in clicks] == ["left", "left", "right", "right"]


def test_a_button_that_goes_up_elsewhere_was_a_drag_of_that_length() -> None:
    mouse, done = Mouse(), []
    for time, place, to in (
        (0.0, (10, 10), (90, 10)),
        (2.0, (90, 10), (95, 5)),
        (2.3, (90, 10), (10, 10)),
    ):
        done += mouse.press(at(time), place, "left") + mouse.tick(at(time + 0.4))
        done += mouse.release(at(time + 0.5), to, "left")
    done += mouse.flush()
    assert [(event.data["data"]["type"], event.duration) for event in done] == [
        ("drag", 0.5),
        ("click", 0),
        ("drag", 0.5),
    ]
    assert not any(event.data["data"].get("count") for event in done)


hands = st.lists(
    st.tuples(
        st.sampled_from(["press", "release"]),
        st.sampled_from(["left", "right"]),
        st.sampled_from([(0, 0), (3, 3), (50, 0)]),
        st.floats(0, 2),
    )
)


@given(hands)
def test_each_press_is_one_click_or_one_drag_though_releases_get_lost(
    acts: list[tuple[str, str, tuple[int, int], float]],
) -> None:
    mouse, done, time = Mouse(), [], 0.0
    for kind, button, place, wait in acts:
        time += wait
        done += mouse.tick(at(time))
        done += (mouse.press if kind == "press" else mouse.release)(at(time), place, button)
    done += mouse.flush()
    pressed = sum(kind == "press" for kind, *_ in acts)
    told = sum(event.data["data"].get("count", 1) for event in done)
    assert told in (pressed, pressed - 1)  # the last one may be held still
    for event in done:
        assert event.data["data"]["type"] in ("click", "drag") and event.duration >= 0


@given(st.lists(st.tuples(st.sampled_from([(0, 1), (0, -1), (1, 0), (-1, 0)]), st.floats(0, 2))))
def test_no_scroll_is_lost(turns: list[tuple[tuple[int, int], float]]) -> None:
    mouse, done, time = Mouse(), [], 0.0
    for (dx, dy), wait in turns:
        time += wait
        done += mouse.tick(at(time)) + mouse.scroll(at(time), (0, 0), dx, dy)
    done += mouse.flush()
    signs = {"up": (0, 1), "down": (0, -1), "right": (1, 0), "left": (-1, 0)}
    replayed: list[Any] = []
    for event in done:
        data = event.data["data"]
        replayed += [signs[data["direction"]]] * data["amount"]
    assert replayed == [turn for turn, _ in turns]


def test_away_begins_at_the_last_input_and_ends_at_the_next() -> None:
    story = watch([10, 20, 500], every_5_s(520))
    assert [status for status, _, _ in story] == ["not-afk", "afk", "not-afk"]
    assert story[0][1:] == (0, 20)
    assert abs(story[1][1] - 20) < 0.01 and abs(story[1][2] - 500) < 0.01
    assert story[2][1:] == (500, 500)


def test_time_asleep_is_away_however_short() -> None:
    story = watch([10, 101], [0, 5, 10, 15, 102, 107])
    assert [status for status, _, _ in story] == ["not-afk", "afk", "not-afk"]
    assert abs(story[1][1] - 15) < 0.01 and abs(story[1][2] - 101) < 0.01


def test_waking_up_by_itself_brings_nobody_back() -> None:
    story = watch([10], [0, 5, 10, 15, 3600, 3605])
    assert [status for status, _, _ in story] == ["not-afk", "afk"]
    assert story[1][2] == 3605


def test_a_clock_set_back_does_no_harm() -> None:
    afk = Afk(START, timeout_s=60, tick_s=5)
    afk.input(at(1000))
    assert [event.data["status"] for event in afk.tick(at(5))] == ["not-afk"]
    assert [event.data["status"] for event in afk.tick(at(10))] == ["not-afk"]


@given(st.lists(st.floats(0, 2000), max_size=30))
def test_the_states_never_overlap_and_every_input_is_present(inputs: list[float]) -> None:
    story = watch(inputs, every_5_s(2100))
    for (_, _, end), (_, start, _) in pairwise(story):
        assert end <= start
    for (before, _, _), (after, _, _) in pairwise(story):
        assert before != after
    for time in inputs:
        away = [s for s in story if s[0] == "afk" and s[1] + 0.01 < time < s[2] - 0.01]
        assert away == []
