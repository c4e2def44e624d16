"""The X server's time as a moment, with events that are heard late."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from watchers.clock import ServerClock

START = datetime(2026, 1, 1, tzinfo=UTC)


def later(ms: float) -> datetime:
    return START + timedelta(milliseconds=ms)


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 80)), min_size=1, max_size=80))
def test_what_is_heard_late_has_its_own_time(heard: list[tuple[int, float]]) -> None:
    clock, server_ms = ServerClock(), 5000
    clock.at(server_ms, START)  # heard at once
    least_ms = 0.0
    for wait_ms, delay_ms in heard:
        server_ms += wait_ms
        now = later(server_ms - 5000 + delay_ms)
        moment = clock.at(server_ms, now)
        least_ms = min(delay_ms, least_ms + 1)
        assert moment <= now
        assert abs((moment - later(server_ms - 5000 + least_ms)).total_seconds()) < 0.001


def test_after_sleep_and_when_the_counter_begins_anew_it_is_right_at_once() -> None:
    clock = ServerClock()
    clock.at(4_294_967_000, START)
    assert clock.at(200, later(500)) == later(500)
    assert clock.at(1200, later(9_000_000)) == later(9_000_000)


def test_it_follows_a_clock_that_is_set() -> None:
    clock = ServerClock()
    clock.at(0, START)
    assert clock.at(1000, later(-59_000)) == later(-59_000)  # a minute back
    for second in range(2, 600):
        moment = clock.at(1000 * second, later(1000 * second - 59_500))  # half a second forward
    assert abs((moment - later(1000 * 599 - 59_500)).total_seconds()) < 0.001
