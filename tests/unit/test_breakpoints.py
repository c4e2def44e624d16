"""After how long a pause a proposal may come: learnt from pauses, of which only the times are known."""

from datetime import UTC, datetime, timedelta

from daemon.breakpoints import Rhythm
from watchers.presence import Hands

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
KEYS = Hands(NOON - timedelta(hours=3), keys=True)


def after(*pauses: float, times: int = 1, quiet_s: float = 2.0) -> Rhythm:
    """The rhythm of somebody who types with these pauses, over and over."""
    rhythm, now = Rhythm(quiet_s, lambda: KEYS), NOON
    for pause_s in pauses * times:
        rhythm.typed(now)
        now += timedelta(seconds=pause_s)
    rhythm.typed(now)
    return rhythm


def test_without_a_history_the_setting_holds() -> None:
    assert after(0.2, 1.5, 30, times=10, quiet_s=4.0).quiet_s == 4.0


def test_who_types_in_bursts_is_met_soon() -> None:
    assert after(0.2, 0.3, 20, times=60).quiet_s == 1.0


def test_who_thinks_between_words_is_left_alone_for_longer() -> None:
    assert after(0.2, 3.5, 3.5, 30, times=60).quiet_s == 4.0


def test_whose_hands_never_rest_is_met_at_the_longest() -> None:
    assert after(0.2, 1.1, 1.6, 2.1, 2.6, 3.1, 4.1, 5.1, 6.6, 8.1, times=60).quiet_s > 4.0


def test_the_past_is_learnt_from_typed_runs() -> None:
    rhythm = Rhythm(2.0, lambda: KEYS)
    runs = [
        (NOON + timedelta(seconds=60 * n + at), NOON + timedelta(seconds=60 * n + at + 2))
        for n in range(60)
        for at in (0, 6, 12, 18)
    ]
    rhythm.remember(runs)
    assert rhythm.quiet_s == 5.0  # pauses of 4 s between runs, of 40 s between bursts


def test_breakpoints() -> None:
    rhythm = Rhythm(2.0, lambda: KEYS)
    assert rhythm.is_breakpoint(NOON)
    rhythm.typed(NOON)
    assert not rhythm.is_breakpoint(NOON + timedelta(seconds=1))
    assert rhythm.is_breakpoint(NOON + timedelta(seconds=2))
    rhythm.switched(NOON + timedelta(seconds=0.1))
    assert not rhythm.is_breakpoint(NOON + timedelta(seconds=0.5))
    assert rhythm.is_breakpoint(NOON + timedelta(seconds=1))
    rhythm.typed(NOON + timedelta(seconds=1.1))  # and goes on typing there
    assert not rhythm.is_breakpoint(NOON + timedelta(seconds=2))


def test_a_clock_that_is_set_back_makes_no_one_wait() -> None:
    rhythm = Rhythm(2.0, lambda: KEYS)
    rhythm.typed(NOON)
    assert rhythm.is_breakpoint(NOON - timedelta(hours=1))
    rhythm.typed(NOON - timedelta(hours=1))
    assert not rhythm.is_breakpoint(NOON - timedelta(hours=1) + timedelta(seconds=1))


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_where_keys_cannot_be_heard_any_input_may_be_typing() -> None:
    heard = Hands(NOON, last=at(10))  # as Wayland tells: somebody does something
    rhythm = Rhythm(2.0, lambda: heard)
    rhythm.switched(at(10))
    assert not rhythm.is_breakpoint(at(11))  # and may type there already
    assert rhythm.is_breakpoint(at(13))


def test_what_was_typed_before_the_keyboard_was_heard_is_not_known() -> None:
    heard = Hands(NOON, keys=True)
    rhythm = Rhythm(2.0, lambda: heard)
    rhythm.typed(at(-300))
    assert not rhythm.is_breakpoint(at(0.5))
    assert rhythm.is_breakpoint(at(2))


def test_where_nothing_is_heard_only_a_switch_is_a_breakpoint() -> None:
    rhythm = Rhythm(2.0, Hands)
    assert not rhythm.is_breakpoint(NOON)
    rhythm.typed(at(-300))  # before the gap
    assert not rhythm.is_breakpoint(NOON)
    rhythm.switched(NOON)
    found = [rhythm.is_breakpoint(at(seconds)) for seconds in (0.3, 1.0, 1.4, 2.0, 60.0)]
    assert found == [False, True, True, False, False]
