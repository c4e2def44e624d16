"""Compose sequences under X11: Compose ' e, or a dead accent and a letter, become one character.

Reads the same files as the programs of the session do: the user's `~/.XCompose`, else the locale's
(Compose(5), libX11). Only sequences that begin with the Compose key or a dead key are taken. A key
that no sequence goes on with ends it, and writes nothing, as in libX11 and Qt.
Pure but for reading those files; knows no display.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

log = logging.getLogger(__name__)

MULTI_KEY = 0xFF20
DEAD = range(0xFE50, 0xFEA0)
UNICODE = 0x01000000
LOCALES = Path("/usr/share/X11/locale")
COMMON = "en_US.UTF-8/Compose"  # of nearly all locales in UTF-8
DEPTH = 5  # files that include each other
# What python-xlib's tables lack of X11's keysymdef.h: dead keys in a row, letters by their code.
_DEAD = """
hook horn stroke psili dasia doublegrave belowring belowmacron belowcircumflex belowtilde
belowbreve belowdiaeresis invertedbreve belowcomma currency
"""
_LETTERS = """
EZH 1b7 ezh 292 schwa 259 Ohorn 1a0 ohorn 1a1 Uhorn 1af uhorn 1b0 Etilde 1ebc etilde 1ebd
Ohook 1ece ohook 1ecf Uhook 1ee6 uhook 1ee7
"""
LATER = {
    **{f"dead_{name}": number for number, name in enumerate(_DEAD.split(), start=0xFE61)},
    **{name: UNICODE + int(code, 16) for name, code in re.findall(r"(\w+) (\w+)", _LETTERS)},
    "dead_greek": 0xFE8C,
}
_LINE = re.compile(r'^\s*((?:<\w+>\s*)+):\s*(?:"((?:[^"\\]|\\.)*)")?\s*(\w+)?')
_INCLUDE = re.compile(r'^\s*include\s+"([^"]+)"')
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|(.))")

# A keysym leads on to more keysyms, or to the text that the sequence gives.
Tree = dict[int, "Tree | str"]


class Composer:
    """Follows the keys of one keyboard through the sequences."""

    def __init__(self, load: Callable[[], Tree]) -> None:
        """Prepare; `load` gives the sequences and is called at the first dead or Compose key."""
        self._load: Callable[[], Tree] | None = load
        self._tree: Tree = {}
        self._at: Tree | None = None

    def feed(self, symbol: int) -> str | None:
        """Take the keysym of a key that is no modifier.

        Returns:
            The text that is complete now; "" when the key was taken but gives nothing (yet); None
            when it belongs to no sequence.
        """
        if self._at is None:
            if symbol != MULTI_KEY and symbol not in DEAD:
                return None
            self._read()
            if symbol not in self._tree:
                return None
            self._at = self._tree
        found = self._at.get(symbol)
        if isinstance(found, dict):
            self._at = found
            return ""
        self._at = None
        return found or ""

    def reset(self) -> None:
        """Leave the sequence: something else has the focus."""
        self._at = None

    def _read(self) -> None:
        load, self._load = self._load, None
        if load is not None:
            began = time.perf_counter()
            self._tree = load()
            log.debug("compose sequences were read in %.3f s", time.perf_counter() - began)


def read(environ: Mapping[str, str] | None = None, locales: Path = LOCALES) -> Tree:
    """The sequences of this session; none when there is no file.

    Args:
        environ: Variables; the process's own by default.
        locales: Where libX11 keeps its locales.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("HOME", "/nonexistent"))
    places = {"%H": str(home), "%L": str(of_locale(environ, locales)), "%S": str(locales)}
    own = Path(environ.get("XCOMPOSEFILE") or home / ".XCompose")
    _load_names()
    tree: Tree = {}
    for keys, text in _sequences(own if own.is_file() else Path(places["%L"]), places):
        _add(tree, keys, text)
    return tree


def of_locale(environ: Mapping[str, str], locales: Path = LOCALES) -> Path:
    """The Compose file of the session's locale, by libX11's own list."""
    names = (environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "").split("@")[0].replace(".utf8", ".UTF-8")
    if locale in ("", "C", "POSIX"):  # a service has no locale, though the session has one
        return locales / COMMON
    for line in _lines(locales / "compose.dir"):
        file, _, name = line.partition(":" if ":" in line else "\t")
        if name.strip() == locale and not line.startswith("#"):
            return locales / file.strip()
    return locales / COMMON


def _sequences(
    path: Path, places: Mapping[str, str], depth: int = DEPTH
) -> Iterator[tuple[tuple[int, ...], str]]:
    for line in _lines(path):
        if found := _LINE.match(line):
            keys = tuple(_symbol(name) for name in re.findall(r"<(\w+)>", found[1]))
            text = _unescaped(found[2] or "") or _text(found[3] or "")
            if text and all(keys):
                yield keys, text
        elif depth and (included := _INCLUDE.match(line)):
            other = re.sub(r"%[HLS]", lambda mark: places[mark[0]], included[1])
            yield from _sequences(Path(other), places, depth - 1)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
    except OSError as error:
        log.info("no compose sequences: %s", type(error).__name__)


def _add(tree: Tree, keys: tuple[int, ...], text: str) -> None:
    """Put a sequence in; the later one wins, as in libX11."""
    for key in keys[:-1]:
        inner = tree.get(key)
        if not isinstance(inner, dict):
            inner = tree[key] = {}
        tree = inner
    tree[keys[-1]] = text


def _load_names() -> None:
    import Xlib.keysymdef
    from Xlib import XK

    for group in Xlib.keysymdef.__all__:
        XK.load_keysym_group(group)


def _symbol(name: str) -> int:
    """The keysym of a name; 0 for one that nobody knows."""
    from Xlib import XK

    if re.fullmatch(r"U[0-9A-Fa-f]{4,6}", name):
        code = int(name[1:], 16)
        return code if code < 0x100 else UNICODE + code
    return LATER.get(name) or int(XK.string_to_keysym(name))


def _text(name: str) -> str:
    """The character of a keysym's name, for the rare line that gives no text."""
    symbol = _symbol(name)
    return chr(symbol % UNICODE) if symbol > UNICODE or 0x20 <= symbol < 0x100 else ""


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return chr(int(found[1], 16) if found[1] else int(found[2], 8))
        return "\n" if found[3] == "n" else found[3]

    return _ESCAPE.sub(one, text) if "\\" in text else text
