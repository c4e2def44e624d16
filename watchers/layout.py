"""Which key of ours an X key event is, with several layouts, AltGr, caps lock, keypad, and what is held.

pynput knows shift and the old Mode_switch alone: it reads "q" for a German "@", Latin letters for a
Cyrillic layout that is second, and a comma for every keypad's decimal key. Pure but for the
display's table of keysyms, which holds two layouts; `watchers.layouts` knows a third and a fourth.
Source: X Keyboard Extension, "Core Keyboard Mapping to XKB": columns 0 and 1 are the first
layout's, 2 and 3 the second's, 4 to 7 their third and fourth levels; X11/keysymdef.h for the names.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

from watchers.keyboard import Key
from watchers.layouts import Map

SHIFT, LOCK, NUM_LOCK, LEVEL3 = 0x01, 0x02, 0x10, 0x80  # as xkeyboard-config places them
HELD = {SHIFT: "shift", 0x04: "ctrl", 0x08: "alt", 0x40: "super", LEVEL3: "alt_gr"}
GROUP_AT = 13  # the layout's number stands in bits 13 and 14 of an event's state
UNICODE = 0x01000000  # X11 protocol, appendix A: a keysym above it is a code point
LATIN1 = (range(0x20, 0x7F), range(0xA0, 0x100))
DEAD = range(0xFE50, 0xFEA0)
KEYPAD = range(0xFF80, 0xFFBE)
NAMES = {
    0xFE03: "alt_gr", 0xFE20: "tab", 0xFF08: "backspace", 0xFF09: "tab", 0xFF0D: "enter",
    0xFF13: "pause", 0xFF14: "scroll_lock", 0xFF1B: "esc", 0xFF20: "compose", 0xFF50: "home",
    0xFF51: "left", 0xFF52: "up", 0xFF53: "right", 0xFF54: "down", 0xFF55: "page_up",
    0xFF56: "page_down", 0xFF57: "end", 0xFF61: "print_screen", 0xFF63: "insert",
    0xFF67: "menu", 0xFF7E: "alt_gr", 0xFF7F: "num_lock", 0xFF89: "tab", 0xFF8D: "enter",
    0xFF95: "home", 0xFF96: "left", 0xFF97: "up", 0xFF98: "right", 0xFF99: "down",
    0xFF9A: "page_up", 0xFF9B: "page_down", 0xFF9C: "end", 0xFF9E: "insert", 0xFF9F: "delete",
    0xFFE1: "shift", 0xFFE2: "shift", 0xFFE3: "ctrl", 0xFFE4: "ctrl", 0xFFE5: "caps_lock",
    0xFFE6: "caps_lock", 0xFFE7: "alt", 0xFFE8: "alt", 0xFFE9: "alt", 0xFFEA: "alt",
    0xFFEB: "super", 0xFFEC: "super", 0xFFFF: "delete",
    0x1008FF11: "media_volume_down", 0x1008FF12: "media_volume_mute",
    0x1008FF13: "media_volume_up", 0x1008FF14: "media_play_pause", 0x1008FF15: "media_stop",
    0x1008FF16: "media_previous", 0x1008FF17: "media_next",
    **{0xFFBE + number: f"f{number + 1}" for number in range(24)},
}  # fmt: skip


def key(display: Any, keycode: int, state: int, whole: Callable[[], Map] = Map) -> Key:
    """The key of a press or release; one that says nothing when the table does not have it.

    Args:
        display: For its table of keysyms.
        keycode: Of the event.
        state: What was held and which layout was on before the event.
        whole: The map of all layouts, for a third and a fourth.
    """
    lock = state
    number = 0
    if (state >> GROUP_AT) & 3 > 1:
        number, lock = whole().keysym(keycode, state), 0  # caps lock is applied there
    number = number or keysym(display, keycode, state)
    if number in NAMES:
        return Key(name=NAMES[number], symbol=number, held=held(state))
    text = _char_of(number)
    if number in DEAD:
        return Key(char=text or "", dead=True, symbol=number, held=held(state))
    if text is None:
        return Key(held=held(state))
    return Key(char=capital(text, lock), symbol=_capital_symbol(number, lock), held=held(state))


def keysym(display: Any, keycode: int, state: int) -> int:
    """The keysym of a key with what is held and which layout is on; 0 when there is none."""
    shift = 1 if state & SHIFT else 0
    if state & NUM_LOCK and int(display.keycode_to_keysym(keycode, 1)) in KEYPAD:
        shift = 1 - shift
    group = min((state >> GROUP_AT) & 3, 1)  # the core table holds two layouts
    columns = [2 * group + shift, shift, 2 * group, 0]
    if state & LEVEL3:
        columns = [4 + 2 * group + shift, 4 + shift, 4 + 2 * group, 4, *columns]
    found = (int(display.keycode_to_keysym(keycode, column)) for column in columns)
    return next((number for number in found if number), 0)


def char(keysym: int) -> str | None:
    """The character of a keysym that is one by its number; None for the others."""
    if keysym > UNICODE and keysym - UNICODE <= 0x10FFFF:
        return chr(keysym - UNICODE)
    if keysym in KEYPAD:  # KP_Multiply to KP_9, KP_Equal and KP_Space
        return chr(keysym - 0xFF80) if keysym >= 0xFFAA else " " if keysym == 0xFF80 else None
    return chr(keysym) if any(keysym in part for part in LATIN1) else None


def capital(text: str, state: int) -> str:
    """With caps lock applied: it undoes shift, as X has it."""
    return text.swapcase() if state & LOCK and len(text.swapcase()) == len(text) else text


@cache
def held(state: int) -> frozenset[str]:
    """The modifiers that an event's state names."""
    return frozenset(name for bit, name in HELD.items() if state & bit)


def _capital_symbol(number: int, state: int) -> int:
    """The keysym as caps lock changes it, for compose sequences; Latin letters alone."""
    text = char(number)
    if text is None or not state & LOCK or number >= 0x100:
        return number
    changed = ord(capital(text, state))
    return changed if changed < 0x100 else number


def _char_of(number: int) -> str | None:
    """The character of any keysym; for the older ones, and the dead, by pynput's table."""
    text = char(number)
    if text is not None or not number:
        return text
    keysyms, symbols = _table()
    found: str | None = symbols.get(keysyms.get(number), (0, None))[1]
    return found


@cache
def _table() -> tuple[dict[int, str], dict[str | None, tuple[int, str]]]:
    """pynput's, by number and by name; its file alone, as importing pynput opens the display."""
    found = find_spec("pynput")
    folder = next(iter(found.submodule_search_locations or ()), "") if found else ""
    table = run_path(str(Path(folder, "_util", "xorg_keysyms.py")))
    return table["KEYSYMS"], table["SYMBOLS"]
