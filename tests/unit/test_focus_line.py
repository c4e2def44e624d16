"""Which keys belong to a password, from presses and answers alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watchers.focus.line import Line, Lost, Regained, Stroke

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Typed:
    """Types into a line, and keeps the hidden stretches as the daemon would."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.now = 0.0
        self.stretches: list[tuple[float, float | None]] = []

    def press(self, text: str, asks: bool, gap: float = 0.1) -> list[float]:
        """Press a key per sign, ``\\n`` is enter; returns when each was pressed."""
        times = []
        for sign in text:
            self.now += gap
            stroke: Stroke = {"\n": "line", "\t": "field"}.get(sign, "text")  # type: ignore[assignment]  # mypy widens the values of a literal
            self._take(self.line.key(at(self.now), stroke, asks))
            times.append(self.now)
        return times

    def look(self, asks: bool, after: float = 0.1) -> None:
        self.now += after
        self._take(self.line.look(at(self.now), asks))

    def _take(self, change: Lost | Regained | None) -> None:
        if isinstance(change, Lost):
            self.stretches.append(((change.since - START).total_seconds(), None))
        elif isinstance(change, Regained):
            begin, _ = self.stretches.pop()
            self.stretches.append((begin, (change.at - START).total_seconds()))

    def hides(self, time: float) -> bool:
        slack = 1e-5  # datetimes have microseconds
        return any(
            a <= time + slack and (b is None or time <= b + slack) for a, b in self.stretches
        )


def terminal() -> Typed:
    return Typed(Line(frozenset(("line",)), hold=True))


def test_the_line_after_sudo_is_hidden_and_the_lines_around_it_are_not() -> None:
    typed = terminal()
    before = typed.press("sudo ls", asks=False) + typed.press("\n", asks=False)
    secret = typed.press("hunter2\n", asks=True)
    after = typed.press("ls\n", asks=False)
    assert all(typed.hides(time) for time in secret)
    assert not any(typed.hides(time) for time in before + after)


def test_enter_that_brings_the_prompt_at_once_does_not_hide_its_own_line() -> None:
    typed = terminal()
    before = typed.press("read -s x", asks=False) + typed.press("\n", asks=True)
    secret = typed.press("pw\n", asks=True)
    assert not any(typed.hides(time) for time in before)
    assert all(typed.hides(time) for time in secret)


def test_a_password_typed_ahead_of_its_prompt_is_hidden_from_its_first_key() -> None:
    typed = terminal()
    typed.press("sudo ls\n", asks=False)
    secret = typed.press("hun", asks=False) + typed.press("ter2\n", asks=True)
    assert all(typed.hides(time) for time in secret)


def test_a_prompt_that_comes_after_the_last_key_is_seen_before_the_run_is_told() -> None:
    typed = terminal()
    typed.press("sudo ls\n", asks=False)
    secret = typed.press("hunter2", asks=False)
    typed.look(asks=True, after=2.1)
    assert all(typed.hides(time) for time in secret)


def test_a_prompt_that_times_out_under_the_fingers_hides_the_rest_of_the_line() -> None:
    typed = terminal()
    secret = typed.press("hun", asks=True)
    typed.look(asks=False)
    secret += typed.press("ter2\n", asks=False)
    after = typed.press("ls\n", asks=False)
    assert all(typed.hides(time) for time in secret)
    assert not any(typed.hides(time) for time in after)


def test_a_prompt_that_was_left_is_over_after_a_pause() -> None:
    typed = terminal()
    typed.press("hun", asks=True)
    typed.look(asks=False, after=2.5)
    assert not typed.line.hidden
    assert not any(typed.hides(time) for time in typed.press("ls\n", asks=False))


def test_both_passwords_of_passwd_are_hidden_though_the_echo_is_on_between() -> None:
    typed = terminal()
    secret = typed.press("one\n", asks=True)
    secret += typed.press("o", asks=False) + typed.press("ne\n", asks=True)
    assert all(typed.hides(time) for time in secret)


def test_a_password_field_hides_from_the_tab_that_reached_it_to_the_tab_that_left_it() -> None:
    typed = Typed(Line())
    before = typed.press("bob\t", asks=False)
    secret = typed.press("hunter2", asks=True)
    after = typed.press("\tnext", asks=False)
    assert all(typed.hides(time) for time in secret)
    assert not any(typed.hides(time) for time in before + after[1:])


def test_a_field_whose_focus_is_told_late_hides_what_was_typed_meanwhile() -> None:
    typed = Typed(Line())
    before = typed.press("bob\t", asks=False)
    secret = typed.press("hunt", asks=False)
    typed.look(asks=True)
    secret += typed.press("er2", asks=True)
    assert all(typed.hides(time) for time in secret)
    assert not any(typed.hides(time) for time in before)


def test_hours_old_typing_is_not_called_a_password() -> None:
    typed = Typed(Line())
    old = typed.press("prose", asks=False)
    typed.look(asks=True, after=3600)
    assert not any(typed.hides(time) for time in old)


@dataclass(frozen=True)
class Key:
    sign: str
    gap: float
    asks: bool


@given(
    st.lists(
        st.builds(Key, st.sampled_from("ab\t\n"), st.floats(0.001, 4), st.booleans()), max_size=40
    ),
    st.booleans(),
)
def test_no_key_that_was_pressed_while_asked_for_is_ever_kept(keys: list[Key], hold: bool) -> None:
    typed = Typed(Line(frozenset(("line",)), hold=True) if hold else Line())
    secret: list[float] = []
    for key in keys:
        was_hidden = typed.line.hidden
        times = typed.press(key.sign, key.asks, key.gap)
        # Enter, and tab in a window, may be what brought the prompt; then nothing was typed into it.
        if key.asks and (was_hidden or key.sign in "ab"):
            secret += times
    assert all(typed.hides(time) for time in secret)
    ends = [b for _, b in typed.stretches]
    assert None not in ends[:-1]
    flat = [time for a, b in typed.stretches for time in (a, b) if time is not None]
    assert all(b - a > -0.0011 for a, b in pairwise(flat))
