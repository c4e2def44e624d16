"""Keys in, typed runs, named keys and shortcuts out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from watchers.compose import Composer
from watchers.event import Event
from watchers.keyboard import LONG_RUN, Key, Keyboard

START = datetime(2026, 1, 1, tzinfo=UTC)
LETTERS = "abcXYZ 1.é中"
NAMED = ("enter", "tab", "up", "esc")

strokes = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from(LETTERS).map(lambda char: Key(char=char)),
            st.sampled_from([*NAMED, "backspace", "backspace"]).map(lambda name: Key(name=name)),
        ),
        st.floats(0.0, 3.0),
    ),
    max_size=60,
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def play(*keys: str) -> list[Any]:
    """Press names and characters a tenth of a second apart; "+x" holds x down, "-x" lets it go."""
    keyboard = Keyboard()
    events: list[Event] = []
    for number, key in enumerate(keys):
        name = key.lstrip("+-") if len(key) > 1 else key
        told = Key(char=name) if len(name) == 1 else Key(name=name)
        if not (key.startswith("-") and len(key) > 1):
            events += keyboard.press(at(number / 10), told)
        if not (key.startswith("+") and len(key) > 1):
            events += keyboard.release(at(number / 10 + 0.05), told)
    events += keyboard.flush()
    return [event.data["data"] for event in events]


def editor(keys: list[Key]) -> str:
    """What a text field that ignores all but characters and backspace holds in the end."""
    text = ""
    for key in keys:
        text = text[:-1] if key.name == "backspace" else text + (key.char or "")
    return text


@given(strokes)
def test_nothing_is_lost_nothing_is_twice_and_the_order_holds(
    pressed: list[tuple[Key, float]],
) -> None:
    keyboard, events, time = Keyboard(), [], 0.0
    for key, wait in pressed:
        time += wait
        events += keyboard.press(at(time), key)
        keyboard.release(at(time), key)
    events += keyboard.flush()

    replayed: list[Key] = []
    for event in events:
        data = event.data["data"]
        if isinstance(data, str):
            assert event.data["type"] == "input" and data
            replayed += [Key(char=char) for char in data]
        else:
            replayed += [Key(name=data["key"])] * data.get("count", 1)
    named = [key.name for key, _ in pressed if key.name in NAMED]
    assert [key.name for key in replayed if key.name in NAMED] == named
    assert editor(replayed) == editor([key for key, _ in pressed])
    starts = [event.timestamp for event in events]
    assert starts == sorted(starts)
    for before, after in pairwise(events):
        assert before.end <= after.timestamp
    assert all(event.duration >= 0 for event in events)


@given(strokes)
def test_a_run_never_contains_a_pause(pressed: list[tuple[Key, float]]) -> None:
    keyboard, time = Keyboard(run_pause_s=1.0), 0.0
    for key, wait in pressed:
        time += wait
        for event in keyboard.press(at(time), key):
            assert event.end <= at(time)
        if keyboard.is_open:
            assert keyboard.tick(at(time + 0.5)) == []
    assert len(keyboard.tick(at(time + 60))) <= 1
    assert not keyboard.is_open


def test_a_run_has_the_time_of_its_first_key_and_reaches_to_its_last() -> None:
    keyboard = Keyboard()
    for number, char in enumerate("pytest"):
        keyboard.press(at(number), Key(char=char))
    assert keyboard.tick(at(6.9)) == []
    (run,) = keyboard.tick(at(7.1))
    assert run == Event(at(0), 5.0, {"from": "keyboard", "type": "input", "data": "pytest"})


def test_shortcuts_name_their_modifiers_in_one_order() -> None:
    assert play("+shift", "+ctrl", "T", "-ctrl", "-shift", "x") == [
        {"type": "shortcut", "key": "ctrl+shift+t"},
        "x",
    ]
    assert play("+super", "+alt", "+ctrl", " ") == [
        {"type": "shortcut", "key": "ctrl+alt+super+space"}
    ]


def test_a_control_character_is_the_letter_on_its_key() -> None:
    assert play("+ctrl", "\x03", "-ctrl") == [{"type": "shortcut", "key": "ctrl+c"}]


def test_shift_alone_makes_capitals_and_no_shortcut_of_a_character() -> None:
    assert play("+shift", "H", "-shift", "i") == ["Hi"]
    assert play("+shift", "enter", "-shift") == [{"type": "shortcut", "key": "shift+enter"}]


def test_altgr_writes_even_where_the_system_holds_ctrl_and_alt_for_it() -> None:
    assert play("+ctrl", "+alt_gr", "@", "-alt_gr", "-ctrl", "x") == ["@x"]


def test_repeats_are_counted() -> None:
    assert play("+ctrl", "z", "z", "z", "-ctrl", "backspace", "backspace") == [
        {"type": "shortcut", "key": "ctrl+z", "count": 3},
        {"type": "pressAndRelease", "key": "backspace", "count": 2},
    ]


def test_backspace_beyond_the_run_is_a_key() -> None:
    assert play("a", "b", "backspace", "backspace", "backspace", "c") == [
        {"type": "pressAndRelease", "key": "backspace"},
        "c",
    ]


def test_the_super_key_alone_opens_something_but_not_in_a_shortcut() -> None:
    assert play("super") == [{"type": "pressAndRelease", "key": "super"}]
    assert play("+super", "e", "-super") == [{"type": "shortcut", "key": "super+e"}]


def test_a_dead_key_gives_its_accent_to_the_next_character() -> None:
    keyboard = Keyboard()
    keyboard.press(at(0), Key(char="\u0301", dead=True))
    keyboard.press(at(0.1), Key(char="e"))
    assert keyboard.flush()[0].data["data"] == "é"


def test_what_the_event_says_is_held_counts_and_not_what_was_heard_before() -> None:
    keyboard, events = Keyboard(), []
    keyboard.press(at(0), Key(name="ctrl", held=frozenset()))  # its release is never heard
    events += keyboard.press(at(0.1), Key(char="a", held=frozenset()))
    events += keyboard.press(at(0.2), Key(char="c", held=frozenset({"ctrl"})))
    events += keyboard.press(at(0.3), Key(name="tab", held=frozenset({"shift", "alt"})))
    assert [event.data["data"] for event in events + keyboard.flush()] == [
        "a",
        {"type": "shortcut", "key": "ctrl+c"},
        {"type": "shortcut", "key": "alt+shift+tab"},
    ]


def test_a_compose_sequence_is_one_character_of_the_run() -> None:
    acute, multi, minus, greater = 0xFE51, 0xFF20, 0x2D, 0x3E
    composer = Composer(lambda: {acute: {0x65: "é"}, multi: {minus: {greater: "→"}}})
    keyboard, events = Keyboard(composer=composer), []
    for number, (symbol, char, name) in enumerate(
        [
            (0x63, "c", None),
            (acute, "\u0301", None),
            (0, None, "shift"),  # a modifier is no part of the sequence
            (0x65, "e", None),
            (multi, None, "compose"),
            (minus, "-", None),
            (greater, ">", None),
            (acute, "\u0301", None),
            (0x78, "x", None),  # no sequence: both are swallowed
            (0x79, "y", None),
        ]
    ):
        key = Key(char=char, name=name, dead=symbol == acute, symbol=symbol)
        events += keyboard.press(at(number / 10), key)
        keyboard.release(at(number / 10), key)
    assert [event.data["data"] for event in events + keyboard.flush()] == ["cé→y"]


def test_a_sequence_that_another_window_cut_off_takes_no_key_there() -> None:
    keyboard = Keyboard(composer=Composer(lambda: {0xFE51: {0x65: "é"}}))
    keyboard.press(at(0), Key(char="\u0301", dead=True, symbol=0xFE51))
    keyboard.flush(fresh=True)
    keyboard.press(at(0.1), Key(char="e", symbol=0x65))
    assert keyboard.flush()[0].data["data"] == "e"


def test_a_held_key_writes_as_often_as_it_repeats_itself() -> None:
    keyboard = Keyboard()
    for number in range(10):  # X sends a release before each repeat
        keyboard.press(at(number / 25), Key(char="l"))
        keyboard.release(at(number / 25), Key(char="l"))
    keyboard.press(at(0.5), Key(char="A"))
    keyboard.release(at(0.6), Key(char="a"))  # shift was let go first
    assert keyboard.flush()[0].data["data"] == "l" * 10 + "A"


def test_a_modifier_whose_release_was_lost_is_forgotten() -> None:
    keyboard = Keyboard()
    keyboard.press(at(0), Key(name="ctrl"))
    keyboard.press(at(120), Key(char="a"))
    assert keyboard.flush()[0].data["data"] == "a"


def test_an_endless_run_is_told_in_pieces_at_spaces() -> None:
    keyboard = Keyboard()
    events: list[Event] = []
    text = "word " * LONG_RUN
    for number, char in enumerate(text):
        events += keyboard.press(at(number / 10), Key(char=char))
    events += keyboard.flush()
    assert len(events) > 3
    assert "".join(event.data["data"] for event in events) == text
    assert all(len(event.data["data"]) <= LONG_RUN + 5 for event in events)


def test_keys_that_nobody_knows_are_nothing() -> None:
    keyboard = Keyboard()
    assert keyboard.press(at(0), Key()) == [] and not keyboard.is_open
