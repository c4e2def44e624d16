"""Which character a key writes, by the columns of the X server's table.

The table is what Xvfb had for `setxkbmap us,ru` and `setxkbmap de`. No test on a screen for the
second layout: the server leaves the layout out of the state of keys that xdotool presses.
"""

import pytest

from watchers import layout
from watchers.layout import LEVEL3, LOCK, SHIFT

SECOND = 1 << layout.GROUP_AT
KEYS = {
    (24, "us,ru"): (0x71, 0x51, 0x6CA, 0x6EA, 0, 0),
    (24, "de"): (0x71, 0x51, 0x71, 0x51, 0x40, 0x7D9),
    (65, "de"): (0x20, 0, 0x20, 0, 0, 0),
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
