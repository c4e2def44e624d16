"""A run of text against a text field that is as simple as can be, for any sequence of keys.

The field knows of each character which run it was typed in. While a run is open, its text must be
exactly the characters of that run that stand in the field, whatever stands beside them.
"""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.keyboard import Key, Keyboard
from watchers.typed import FIELD, MACOS, TERMINAL, Keymap, Typed, backspace, left

START = datetime(2026, 1, 1, tzinfo=UTC)
LETTERS = "ab .é中"
PASTED = "p q"
MANY = settings(max_examples=500, deadline=None)
OLD = 0  # the run of what stood there before


class Field:
    """One line with a caret; every character with the number of its run."""

    def __init__(self, before: str, after: str) -> None:
        self.chars = [(char, OLD) for char in before + after]
        self.caret = self.anchor = len(before)

    def of(self, run: int) -> str:
        """What stands there of a run, which must be in one piece."""
        places = [place for place, (_, number) in enumerate(self.chars) if number == run]
        assert places == list(range(places[0], places[-1] + 1)) if places else True
        return "".join(self.chars[place][0] for place in places)

    def cut(self, start: int, end: int) -> None:
        del self.chars[start:end]
        self.caret = self.anchor = start

    def write(self, text: str, run: int) -> None:
        self.cut(*sorted((self.caret, self.anchor)))
        self.chars[self.caret : self.caret] = [(char, run) for char in text]
        self.caret = self.anchor = self.caret + len(text)

    def press(self, name: str) -> None:
        *held, key = name.split("+")
        low, high = sorted((self.caret, self.anchor))
        place = self.place(key, held)
        if name == "enter":
            self.chars, self.caret, self.anchor = [], 0, 0
        elif name == "ctrl+a":
            self.anchor, self.caret = 0, len(self.chars)
        elif key in ("backspace", "delete"):
            self.cut(*((low, high) if low != high else sorted((self.caret, place))))
        elif "shift" in held:
            self.caret = place
        elif low != high and key in ("left", "right") and "ctrl" not in held:
            self.caret = self.anchor = low if key == "left" else high
        else:
            self.caret = self.anchor = place

    def place(self, key: str, held: list[str]) -> int:
        """Where a key leads, or how far it deletes."""
        if "ctrl" in held:
            text = "".join(char for char, _ in self.chars[: self.caret]).rstrip(" ")
            return text.rfind(" ") + 1
        one = {"left": -1, "backspace": -1, "right": 1, "delete": 1}
        if key in one:
            return min(len(self.chars), max(0, self.caret + one[key]))
        return 0 if key == "home" else len(self.chars)


class Line(Field):
    """The same with readline's keys."""

    def press(self, name: str) -> None:
        same = {"ctrl+e": "end", "ctrl+b": "left", "ctrl+f": "right", "ctrl+h": "backspace"}
        if name == "ctrl+w":
            self.cut(self.place("", ["ctrl"]), self.caret)
        elif name == "ctrl+u":
            self.cut(0, self.caret)
        elif name == "ctrl+k":
            self.cut(self.caret, len(self.chars))
        else:
            super().press("home" if name == "ctrl+a" else same.get(name, name))


def keys(keymap: Keymap) -> st.SearchStrategy[list[str]]:
    """Names of keys; "wait" for a pause that ends a run."""
    letters = st.sampled_from(LETTERS)
    moves = st.sampled_from(
        ["left", "right", *({"shift+left", "shift+right"} & keymap.edits.keys())]
    )
    edits = st.sampled_from([*keymap.edits, "enter", "wait", *sorted(keymap.pastes)[:1]])
    return st.lists(st.one_of(letters, letters, moves, edits), max_size=40)


def told(name: str) -> Key:
    """The key of a name or a character, with what is held as X tells it."""
    if len(name) == 1:
        return Key(char=name, held=frozenset())
    *held, key = name.split("+")
    if len(key) == 1:
        return Key(char=key, held=frozenset(held))
    return Key(name=key, held=frozenset(held))


def run_of(keyboard: Keyboard) -> str | None:
    """The text of the open run; None when none is open."""
    for event in copy.copy(keyboard).flush():
        if isinstance(event.data["data"], str):
            return str(event.data["data"])
    return None


def check(keymap: Keymap, field: Field, pressed: list[str], *, fresh: bool) -> None:
    keyboard = Keyboard(keymap=lambda: keymap, clipboard=lambda: PASTED)
    keyboard.flush(fresh=fresh)
    run, time = 1, START
    for name in pressed:
        before, stood = run_of(keyboard), field.of(run)
        time += timedelta(seconds=3.0 if name == "wait" else 0.1)
        events = keyboard.tick(time) if name == "wait" else keyboard.press(time, told(name))
        runs = [event.data["data"] for event in events if isinstance(event.data["data"], str)]
        assert runs in ([], [before]) and before in (None, stood)
        if runs or before is None:
            run += 1
        if name in LETTERS:
            field.write(name, run)
        elif name in keymap.pastes:
            field.write(PASTED, run)
        elif name != "wait":
            field.press(name)
        after = run_of(keyboard)
        assert after in (None, field.of(run))
        if after is None and not runs:
            assert field.of(run) == "" or before is None


@MANY
@given(keys(FIELD))
def test_in_an_empty_field_a_run_is_what_stands_there(pressed: list[str]) -> None:
    check(FIELD, Field("", ""), pressed, fresh=True)


@MANY
@given(st.text("ab ", max_size=5), st.text("ab ", max_size=5), keys(FIELD))
def test_amid_other_text_a_run_is_its_own_part(before: str, after: str, pressed: list[str]) -> None:
    check(FIELD, Field(before, after), pressed, fresh=False)


@MANY
@given(keys(TERMINAL))
def test_in_a_terminal_a_run_is_what_stands_on_the_line(pressed: list[str]) -> None:
    check(TERMINAL, Line("", ""), pressed, fresh=True)


@MANY
@given(st.text("ab ", max_size=5), st.text("ab ", max_size=5), keys(TERMINAL))
def test_amid_other_text_in_a_terminal_a_run_is_its_own_part(
    before: str, after: str, pressed: list[str]
) -> None:
    check(TERMINAL, Line(before, after), pressed, fresh=False)


def play(pressed: str, keymap: Keymap = FIELD, **options: Any) -> list[Any]:
    """Press keys by name; of a part in quotes each character."""
    keyboard = Keyboard(keymap=lambda: keymap, **options)
    names = [
        name
        for number, part in enumerate(pressed.split("'"))
        for name in (part if number % 2 else part.split())
    ]
    events = []
    for number, name in enumerate(names):
        events += keyboard.press(START + timedelta(seconds=number / 10), told(name))
    return [event.data["data"] for event in events + keyboard.flush()]


@pytest.mark.parametrize(
    ("pressed", "text"),
    [
        ("'hllo' left left left 'e'", "hello"),
        ("'world' home 'hello ' end '!'", "hello world!"),
        ("'some words' shift+left shift+left shift+left 'k'", "some wok"),
        ("'one two' ctrl+backspace 'three'", "one three"),
        ("'one two' ctrl+left 'and '", "one and two"),
        ("'one two' ctrl+shift+left '2'", "one 2"),
        ("'old' ctrl+a 'new'", "new"),
        ("'old' ctrl+a backspace 'new'", "new"),
        ("'abc' left shift+home delete", "c"),
        ("'abc' home shift+right shift+right backspace", "c"),
    ],
)
def test_edits_are_applied(pressed: str, text: str) -> None:
    assert play(pressed) == [text]


@pytest.mark.parametrize(
    "key", ["up", "down", "page_up", "ctrl+z", "ctrl+right", "ctrl+delete", "tab"]
)
def test_where_the_caret_is_not_known_the_run_ends(key: str) -> None:
    first, other, second = play(f"'one' {key} 'two'")
    assert (first, other["key"], second) == ("one", key, "two")


@pytest.mark.parametrize("key", ["home", "end", "shift+home", "shift+end"])
def test_home_and_end_lead_out_of_a_run_that_a_click_began(key: str) -> None:
    keyboard = Keyboard()
    keyboard.flush()  # a click: who knows what stands there
    events = []
    for number, name in enumerate(["a", key, "b"]):
        events += keyboard.press(START + timedelta(seconds=number), told(name))
    data = [event.data["data"] for event in events + keyboard.flush()]
    assert (data[0], data[1]["key"], data[2]) == ("a", key, "b")


def test_the_same_keys_do_otherwise_in_a_terminal_and_on_macos() -> None:
    assert play("'b' ctrl+a 'a'") == ["a"]
    assert play("'b' ctrl+a 'a'", TERMINAL) == ["ab"] == play("'b' ctrl+a 'a'", MACOS)
    assert play("'b' super+a 'a'", MACOS) == ["a"]
    assert play("'a b c' ctrl+w 'd'", TERMINAL) == ["a b d"]
    assert [part if isinstance(part, str) else part["key"] for part in play("'ab' ctrl+w 'd'")] == [
        "ab",
        "ctrl+w",
        "d",
    ]


def test_joined_characters_and_text_from_right_to_left_end_the_run() -> None:
    for text in ("e\u0301", "👩\u200d💻", "שלום", "👍🏽"):
        typed = Typed().write(text)
        assert backspace(typed) is None and left(typed) is None
    assert backspace(Typed().write("中é")) == Typed().write("中")


def test_a_paste_is_told_in_the_run_with_how_much_of_it_was_pasted() -> None:
    events = []
    keyboard = Keyboard(clipboard=lambda: "copied")
    for number, name in enumerate(["<", "ctrl+v", "backspace", ">"]):
        events += keyboard.press(START + timedelta(seconds=number), told(name))
    (run,) = events + keyboard.flush()
    assert run.data == {"from": "keyboard", "type": "input", "data": "<copie>", "pasted": 5}


@pytest.mark.parametrize("copied", [None, "", "two\nlines", "x" * 1000])
def test_a_paste_that_is_not_known_is_the_shortcut_alone(copied: str | None) -> None:
    told = play("'a' ctrl+v 'b'", clipboard=lambda: copied)
    assert told == ["a", {"type": "shortcut", "key": "ctrl+v"}, "b"]


def test_behind_a_run_that_a_pause_ended_home_leads_out_of_the_next() -> None:
    keyboard, events = Keyboard(), []
    for seconds, name in enumerate("ab"):
        events += keyboard.press(START + timedelta(seconds=10 * seconds), told(name))
    for name in ("home", "c"):
        events += keyboard.press(START + timedelta(seconds=11), told(name))
    data = [event.data["data"] for event in events + keyboard.flush()]
    assert data == ["a", "b", {"type": "pressAndRelease", "key": "home"}, "c"]
