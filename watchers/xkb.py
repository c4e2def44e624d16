"""Which key of ours a kernel's key is, by the layout of the compositor (libxkbcommon, by ctypes).

The keymap is the compositor's own (`wl_keyboard.keymap`, which it hands to any program); without
one, that of the settings a console has. What is held is followed from the keys themselves; which of
several layouts is on, from the keymap's own keys for it: a switch in a panel is not seen.
Without the library the keys are read as on a US keyboard, and said so.
Sources: xkbcommon.org, "xkbcommon-keymap" and "xkbcommon-state"; wayland.xml, `wl_keyboard`.
"""

import contextlib
import ctypes
import ctypes.util
import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from watchers.keyboard import Key
from watchers.layout import DEAD, NAMES
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.wayland import Arguments, Compositor

log = logging.getLogger(__name__)

FIRST = 8  # XKB's number of a key is the kernel's and this
UP, DOWN = 0, 1  # as libxkbcommon has them
EFFECTIVE = 1 << 3  # XKB_STATE_MODS_EFFECTIVE
TEXT_V1 = 1  # XKB_KEYMAP_FORMAT_TEXT_V1, and wl_keyboard's keymap_format
LARGEST = 4 << 20  # bytes of a keymap; the usual ones have 60 kB
HELD = {b"Shift": "shift", b"Control": "ctrl", b"Mod1": "alt", b"Mod4": "super", b"Mod5": "alt_gr"}
CONSOLE = Path("/etc/default/keyboard")
FIELDS = ("RULES", "MODEL", "LAYOUT", "VARIANT", "OPTIONS")
# dead_grave and the next in X11/keysymdef.h, as combining characters
ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
COMBINING = dict(zip(range(0xFE50, 0xFE5D), ACCENTS, strict=True))
SEAT, KEYBOARD_BIT = "wl_seat", 2


class Keymap(Protocol):
    """Reads keys one after another."""

    def press(self, code: int) -> Key:
        """The key that went down, by the kernel's number."""
        ...

    def repeat(self, code: int) -> Key:
        """The key that is still down."""
        ...

    def release(self, code: int) -> Key:
        """The key that went up."""
        ...


class _Names(ctypes.Structure):
    _fields_ = [(name.lower(), ctypes.c_char_p) for name in FIELDS]


class XkbKeymap:
    """A keymap of libxkbcommon, and what is held in it."""

    def __init__(self, text: bytes | None, names: Mapping[str, str]) -> None:
        """Compile.

        Args:
            text: The keymap; None to make it of `names`.
            names: Rules, model, layout, variant and options, by their upper-case names.

        Raises:
            WatcherError: The library is missing, or does not know such a layout.
        """
        self._lib = library()
        self._context = self._lib.xkb_context_new(0)
        keymap = None
        if text is not None:
            keymap = self._lib.xkb_keymap_new_from_string(self._context, text, TEXT_V1, 0)
        if not keymap:
            asked = _Names(*(names[name].encode() if names.get(name) else None for name in FIELDS))
            keymap = self._lib.xkb_keymap_new_from_names(self._context, ctypes.byref(asked), 0)
        if not keymap:
            raise WatcherError("The keyboard's layout is not known to libxkbcommon.")
        self._state = self._lib.xkb_state_new(keymap)
        self._lib.xkb_keymap_unref(keymap)

    def press(self, code: int) -> Key:
        """The key that went down."""
        key = self.repeat(code)
        self._lib.xkb_state_update_key(self._state, code + FIRST, DOWN)
        return key

    def release(self, code: int) -> Key:
        """The key that went up."""
        key = self.repeat(code)
        self._lib.xkb_state_update_key(self._state, code + FIRST, UP)
        return key

    def repeat(self, code: int) -> Key:
        """What a key is with all that is held now."""
        number = int(self._lib.xkb_state_key_get_one_sym(self._state, code + FIRST))
        held = frozenset(
            name
            for modifier, name in HELD.items()
            if self._lib.xkb_state_mod_name_is_active(self._state, modifier, EFFECTIVE) > 0
        )
        if number in NAMES:
            return Key(name=NAMES[number], symbol=number, held=held)
        if number in DEAD:
            return Key(char=COMBINING.get(number, ""), dead=True, symbol=number, held=held)
        char = int(self._lib.xkb_keysym_to_utf32(number))
        return Key(char=chr(char) if char >= 0x20 else None, symbol=number, held=held)


class UsKeymap:
    """A US keyboard, where libxkbcommon is missing."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._caps = False

    def press(self, code: int) -> Key:
        """The key that went down."""
        key = self.repeat(code)
        if key.name in ("shift", "ctrl", "alt", "super", "alt_gr"):
            self._held.add(key.name)
        self._caps ^= key.name == "caps_lock"
        return key

    def release(self, code: int) -> Key:
        """The key that went up."""
        key = self.repeat(code)
        self._held.discard(key.name or "")
        return key

    def repeat(self, code: int) -> Key:
        """What a key is with all that is held now."""
        held = frozenset(self._held)
        if code in US_NAMES:
            return Key(name=US_NAMES[code], held=held)
        plain, shifted = US_CHARS.get(code, ("", ""))
        shift = ("shift" in self._held) ^ (self._caps and plain.isalpha())
        return Key(char=(shifted if shift else plain) or None, held=held)


# linux/input-event-codes.h
US_ROWS = {
    2: ("1234567890-=", "!@#$%^&*()_+"),
    16: ("qwertyuiop[]", "QWERTYUIOP{}"),
    30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
    43: ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
}
US_CHARS = {
    57: (" ", " "),
    **{
        first + place: (plain, shifted)
        for first, (row, upper) in US_ROWS.items()
        for place, (plain, shifted) in enumerate(zip(row, upper, strict=True))
    },
}
US_NAMES = {
    1: "esc", 14: "backspace", 15: "tab", 28: "enter", 29: "ctrl", 97: "ctrl", 42: "shift",
    54: "shift", 56: "alt", 100: "alt_gr", 125: "super", 126: "super", 58: "caps_lock",
    96: "enter", 102: "home", 103: "up", 104: "page_up", 105: "left", 106: "right", 107: "end",
    108: "down", 109: "page_down", 110: "insert", 111: "delete", 69: "num_lock",
    **{59 + number: f"f{number + 1}" for number in range(10)}, 87: "f11", 88: "f12",
}  # fmt: skip


def read_keymap(session: Session, environ: Mapping[str, str] | None = None) -> Keymap:
    """The keymap of this session, as good as it can be had."""
    names = settings(os.environ if environ is None else environ)
    try:
        return XkbKeymap(compositor_keymap(session), names)
    except WatcherError as error:
        log.warning("%s Keys are read as on a US keyboard.", error)
        return UsKeymap()


def settings(environ: Mapping[str, str], console: Path = CONSOLE) -> dict[str, str]:
    """The layout by the variables that compositors read, else by the console's settings."""
    found: dict[str, str] = {}
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in console.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.strip().partition("=")
            if equals and name.startswith("XKB"):
                found[name.removeprefix("XKB")] = value.strip("\"'")
    if environ.get("XKB_DEFAULT_LAYOUT"):
        found = {}
    return found | {
        name: value for name in FIELDS if (value := environ.get(f"XKB_DEFAULT_{name}", ""))
    }


def compositor_keymap(session: Session) -> bytes | None:
    """The keymap that the compositor gives to programs; None when it gives none."""
    found: list[bytes] = []

    def on_keyboard(opcode: int, arguments: Arguments) -> None:
        if opcode == 0:
            kind, descriptor, size = arguments.number(), arguments.descriptor(), arguments.number()
            try:
                if kind == TEXT_V1 and size <= LARGEST:
                    found.append(os.pread(descriptor, size, 0).rstrip(b"\0"))
            finally:
                os.close(descriptor)

    capabilities: list[int] = []

    def on_seat(opcode: int, arguments: Arguments) -> None:
        if opcode == 0:
            capabilities.append(arguments.number())

    try:
        with Compositor(session) as compositor:
            seat = compositor.bind([SEAT], 5, on_seat, "There is no seat.")
            compositor.roundtrip()
            if not capabilities or not capabilities[-1] & KEYBOARD_BIT:
                return None  # asking for one would be an error of ours
            compositor.request(seat, 1, compositor.make(on_keyboard))
            compositor.roundtrip()
    except (WatcherError, OSError, IndexError) as error:
        log.info("the compositor gave no keymap: %s", type(error).__name__)
    return found[-1] if found else None


@cache
def library() -> Any:
    """libxkbcommon, with the types of what we call.

    Raises:
        WatcherError: It is missing.
    """
    name = ctypes.util.find_library("xkbcommon")
    if name is None:
        raise WatcherError("libxkbcommon is missing (Debian: apt-get install libxkbcommon0).")
    lib = ctypes.CDLL(name)
    pointer, number, text = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p
    for function, result, arguments in (
        ("xkb_context_new", pointer, [ctypes.c_int]),
        ("xkb_keymap_new_from_string", pointer, [pointer, text, ctypes.c_int, ctypes.c_int]),
        ("xkb_keymap_new_from_names", pointer, [pointer, pointer, ctypes.c_int]),
        ("xkb_keymap_unref", None, [pointer]),
        ("xkb_state_new", pointer, [pointer]),
        ("xkb_state_key_get_one_sym", number, [pointer, number]),
        ("xkb_state_mod_name_is_active", ctypes.c_int, [pointer, text, ctypes.c_int]),
        ("xkb_state_update_key", ctypes.c_int, [pointer, number, ctypes.c_int]),
        ("xkb_keysym_to_utf32", number, [number]),
    ):
        call = getattr(lib, function)
        call.restype, call.argtypes = result, arguments
    return lib
