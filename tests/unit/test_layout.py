"""Which character a key writes, by the columns of the X server's table.

The table is what Xvfb had for `setxkbmap us,ru` and `setxkbmap de`.
"""

from dataclasses import replace

import pytest

from watchers import layout
from watchers.keyboard import Key
from watchers.layout import LEVEL3, LOCK, NUM_LOCK, SHIFT

SECOND = 1 << layout.GROUP_AT
KEYS = {
    (24, "us,ru"): (0x71, 0x51, 0x6CA, 0x6EA, 0, 0),
    (24, "de"): (0x71, 0x51, 0x71, 0x51, 0x40, 0x7D9),
    (65, "de"): (0x20, 0, 0x20, 0, 0, 0),
    (21, "de"): (0xFE51, 0xFE50, 0xFE51, 0xFE50, 0xFE5B, 0xFE5C),
    (38, "de"): (0x61, 0x41, 0x61, 0x41, 0xE6, 0xC6),
    (37, "de"): (0xFFE3, 0, 0xFFE3),
    (23, "de"): (0xFF09, 0xFE20, 0xFF09, 0xFE20),
    (91, "de"): (0xFF9F, 0xFFAC, 0xFF9F, 0xFFAC),
    (81, "de"): (0xFF9A, 0xFFB9, 0xFF9A, 0xFFB9),
    (63, "de"): (0xFFAA, 0xFFAA, 0xFFAA, 0xFFAA),
}


class Table:
    def __init__(self, name: str) -> None:
        self._name = name

    def keycode_to_keysym(self, keycode: int, column: int) -> int:
        columns = KEYS.get((keycode, self._name), ())
        return columns[column] if column < len(columns) else 0


@pytest.mark.parametrize(
    ("name", "keycode", "state", "keysym"),
    [
        ("us,ru", 24, 0, 0x71),
        ("us,ru", 24, SHIFT, 0x51),
        ("us,ru", 24, SECOND, 0x6CA),
        ("us,ru", 24, SECOND | SHIFT, 0x6EA),
        ("us,ru", 24, LEVEL3, 0x71),  # there is no third level
        ("de", 24, LEVEL3, 0x40),
        ("de", 24, LEVEL3 | SHIFT, 0x7D9),
        ("de", 65, SHIFT, 0x20),
        ("de", 99, SHIFT, 0),
    ],
)
def test_the_column_of_what_is_held(name: str, keycode: int, state: int, keysym: int) -> None:
    assert layout.keysym(Table(name), keycode, state) == keysym


def test_characters_by_number_and_caps_lock() -> None:
    assert [layout.char(number) for number in (0x40, 0xE9, 0x01004E2D)] == ["@", "é", "中"]
    assert layout.char(0x6CA) is None and layout.char(0xFF0D) is None
    assert layout.capital("a", LOCK) == "A" and layout.capital("A", LOCK) == "a"
    assert layout.capital("ß", LOCK) == "ß" and layout.capital("1", LOCK) == "1"


@pytest.mark.parametrize(
    ("keycode", "state", "key"),
    [
        (38, 0, Key(char="a", symbol=0x61)),
        (38, SHIFT, Key(char="A", symbol=0x41)),
        (38, LOCK, Key(char="A", symbol=0x41)),
        (38, LOCK | SHIFT, Key(char="a", symbol=0x61)),
        (38, LEVEL3, Key(char="æ", symbol=0xE6)),
        (37, 0, Key(name="ctrl", symbol=0xFFE3)),
        (23, SHIFT, Key(name="tab", symbol=0xFE20)),
        (91, NUM_LOCK, Key(char=",", symbol=0xFFAC)),
        (91, 0, Key(name="delete", symbol=0xFF9F)),
        (81, NUM_LOCK, Key(char="9", symbol=0xFFB9)),
        (81, NUM_LOCK | SHIFT, Key(name="page_up", symbol=0xFF9A)),
        (81, SHIFT, Key(char="9", symbol=0xFFB9)),
        (63, 0, Key(char="*", symbol=0xFFAA)),
        (99, 0, Key()),
    ],
)
def test_the_key_of_an_event(keycode: int, state: int, key: Key) -> None:
    told = layout.key(Table("de"), keycode, state)
    assert replace(told, held=None) == key
    assert told.held == layout.held(state)


def test_what_is_held_stands_in_the_events_state() -> None:
    assert layout.held(0x4D) == {"shift", "ctrl", "alt", "super"}
    assert layout.held(LOCK | NUM_LOCK | SECOND) == frozenset()
    assert layout.held(LEVEL3) == {"alt_gr"}
