"""What a key writes under X11, with several layouts, AltGr and caps lock.

pynput knows shift and the old Mode_switch alone: it reads "q" for a German "@", and Latin letters
for a Cyrillic layout that is second. Pure but for the display's table of keysyms.
Source: X Keyboard Extension, "Core Keyboard Mapping to XKB": columns 0 and 1 are the first
layout's, 2 and 3 the second's, 4 to 7 their third and fourth levels.
"""

from typing import Any

SHIFT, LOCK, LEVEL3 = 0x01, 0x02, 0x80  # xkeyboard-config puts ISO_Level3_Shift on Mod5
GROUP_AT = 13  # the layout's number stands in bits 13 and 14 of an event's state
UNICODE = 0x01000000  # X11 protocol, appendix A: a keysym above it is a code point
LATIN1 = (range(0x20, 0x7F), range(0xA0, 0x100))
NAMES = {0xFE20: "tab", 0xFE03: "alt_gr"}  # ISO_Left_Tab, ISO_Level3_Shift


def keysym(display: Any, keycode: int, state: int) -> int:
    """The keysym of a key with what is held and which layout is on; 0 when there is none."""
    shift = 1 if state & SHIFT else 0
    group = min((state >> GROUP_AT) & 3, 1)  # the core table holds two layouts
    columns = [2 * group + shift, shift, 2 * group, 0]
    if state & LEVEL3:
        columns = [4 + 2 * group + shift, 4 + shift, 4 + 2 * group, 4, *columns]
    found = (int(display.keycode_to_keysym(keycode, column)) for column in columns)
    return next((number for number in found if number), 0)


def char(keysym: int) -> str | None:
    """The character of a keysym that is one by its number; None for the others."""
    if keysym > UNICODE:
        return chr(keysym - UNICODE)
    return chr(keysym) if any(keysym in part for part in LATIN1) else None


def capital(text: str, state: int) -> str:
    """With caps lock applied: it undoes shift, as X has it."""
    return text.swapcase() if state & LOCK and len(text.swapcase()) == len(text) else text
