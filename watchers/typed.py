"""A text while it is being typed: what stands there, the caret in it, and what is selected.

Pure values: every edit gives a new text, or None where it leads out of the text or to a place that
is not the same in every program; then nobody knows the caret any more, and the run ends. Which key
is which edit stands in the tables at the end: text fields, terminals (readline's keys) and macOS
differ. Knows no time and no event.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Typed:
    """A run of text with its caret.

    Attributes:
        text: What stands there.
        caret: Characters before the caret.
        anchor: The selection's other end; the caret itself when nothing is selected.
        whole: Nothing else stands on its line, as far as is known: home and end stay inside.
        everything: All of the field is selected, also what stands outside of this run.
        origin: For each character of the text, "p" when it was pasted, "t" when it was typed.
    """

    text: str = ""
    caret: int = 0
    anchor: int = 0
    whole: bool = False
    everything: bool = False
    origin: str = ""

    @property
    def pasted(self) -> int:
        """Characters that were pasted and still stand there."""
        return self.origin.count("p")

    def write(self, text: str, *, pasted: bool = False) -> "Typed":
        """With a text put at the caret, in the place of what is selected."""
        start, end = self._selected
        whole = self.whole or self.everything
        origin = ("p" if pasted else "t") * len(text)
        return Typed(
            text=self.text[:start] + text + self.text[end:],
            caret=start + len(text),
            anchor=start + len(text),
            whole=whole and not (pasted and "\n" in text),
            origin=self.origin[:start] + origin + self.origin[end:],
        )

    def without(self, start: int, end: int) -> "Typed | None":
        """With a part taken out, and the caret there."""
        if not self._plain(start, end):
            return None
        return replace(self, caret=start, anchor=end).write("")

    def moved(self, place: int, *, selecting: bool = False) -> "Typed | None":
        """With the caret at another place."""
        if self.everything or not self._plain(*sorted((self.caret, place))):
            return None
        return replace(self, caret=place, anchor=self.anchor if selecting else place)

    @property
    def _selected(self) -> tuple[int, int]:
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def selects(self) -> bool:
        """Whether something is selected."""
        return self.everything or self.caret != self.anchor

    def _plain(self, start: int, end: int) -> bool:
        """Whether every program takes that part character by character, from left to right.

        Accents of their own, joined emojis and text from right to left are taken otherwise.
        """
        part = self.text[start : end + 1]
        return part.isascii() or all(
            unicodedata.category(char) not in ("Mn", "Me", "Mc", "Cf", "Sk", "So", "Cs")
            and unicodedata.bidirectional(char) not in ("R", "AL", "AN", "RLE", "RLO", "RLI")
            for char in part
        )


Edit = Callable[[Typed], Typed | None]


@dataclass(frozen=True, slots=True)
class Keymap:
    """What keys do to a text in one kind of program.

    Attributes:
        edits: The edit of each key or shortcut that is one.
        pastes: Keys and shortcuts that put the clipboard in.
        fresh: After them an empty line or field is taken to begin, as in most programs.
    """

    edits: Mapping[str, Edit]
    pastes: frozenset[str]
    fresh: frozenset[str]


def backspace(typed: Typed) -> Typed | None:
    """Delete what is selected, else the character before the caret."""
    if typed.selects:
        return typed.write("")
    return typed.without(typed.caret - 1, typed.caret) if typed.caret else None


def delete(typed: Typed) -> Typed | None:
    """Delete what is selected, else the character after the caret."""
    if typed.selects:
        return typed.write("")
    return typed.without(typed.caret, typed.caret + 1) if typed.caret < len(typed.text) else None


def left(typed: Typed) -> Typed | None:
    """One character back; where something is selected, to its beginning."""
    if typed.selects:
        return typed.moved(min(typed.caret, typed.anchor))
    return typed.moved(typed.caret - 1) if typed.caret else None


def right(typed: Typed) -> Typed | None:
    """One character on; where something is selected, to its end."""
    if typed.selects:
        return typed.moved(max(typed.caret, typed.anchor))
    return typed.moved(typed.caret + 1) if typed.caret < len(typed.text) else None


def home(typed: Typed) -> Typed | None:
    """To the beginning of the line."""
    return typed.moved(0) if typed.whole else None


def end(typed: Typed) -> Typed | None:
    """To the end of the line."""
    return typed.moved(len(typed.text)) if typed.whole else None


def select_left(typed: Typed) -> Typed | None:
    """Select one character more to the left."""
    return typed.moved(typed.caret - 1, selecting=True) if typed.caret else None


def select_right(typed: Typed) -> Typed | None:
    """Select one character more to the right."""
    inside = typed.caret < len(typed.text)
    return typed.moved(typed.caret + 1, selecting=True) if inside else None


def select_home(typed: Typed) -> Typed | None:
    """Select back to the beginning of the line."""
    return typed.moved(0, selecting=True) if typed.whole else None


def select_end(typed: Typed) -> Typed | None:
    """Select on to the end of the line."""
    return typed.moved(len(typed.text), selecting=True) if typed.whole else None


def select_all(typed: Typed) -> Typed | None:
    """Select all of the field; what is written next replaces it, this run and what stood beside."""
    return replace(typed, caret=len(typed.text), anchor=0, everything=True)


def word_left(typed: Typed) -> Typed | None:
    """To the beginning of the word."""
    start = _word(typed)
    return None if start is None or typed.selects else typed.moved(start)


def select_word(typed: Typed) -> Typed | None:
    """Select back to the beginning of the word."""
    start = _word(typed)
    return None if start is None else typed.moved(start, selecting=True)


def delete_word(typed: Typed) -> Typed | None:
    """Delete what is selected, else back to the beginning of the word."""
    if typed.selects:
        return typed.write("")
    start = _word(replace(typed, whole=True))  # of a longer word, all that stands here goes
    return None if start is None else typed.without(start, typed.caret)


def delete_argument(typed: Typed) -> Typed | None:
    """Delete back to the last space, as readline's ctrl+w."""
    before = typed.text[: typed.caret].rstrip()
    if not before:
        return None
    return typed.without(before.rfind(" ") + 1, typed.caret)


def delete_to_start(typed: Typed) -> Typed | None:
    """Delete back to the beginning of the line; bash and zsh agree on it at the end of the line."""
    return typed.without(0, typed.caret) if typed.caret == len(typed.text) else None


def delete_to_end(typed: Typed) -> Typed | None:
    """Delete on to the end of the line."""
    return typed.without(typed.caret, len(typed.text))


def _word(typed: Typed) -> int | None:
    """Where the word before the caret begins; None where programs do not agree.

    They do for letters, digits and spaces; what is a word beside other signs differs.
    """
    place = len(typed.text[: typed.caret].rstrip(" "))
    start = place
    while start and typed.text[start - 1].isalnum() and typed.text[start - 1].isascii():
        start -= 1
    alone = typed.text[start - 1] == " " if start else typed.whole
    return start if alone and start < place else None


_COMMON: Mapping[str, Edit] = {
    "backspace": backspace,
    "delete": delete,
    "left": left,
    "right": right,
}
_SELECTING: Mapping[str, Edit] = {
    **_COMMON,
    "shift+backspace": backspace,
    "shift+left": select_left,
    "shift+right": select_right,
}
_FRESH = frozenset({"enter", "shift+enter", "tab"})
FIELD = Keymap(
    {
        **_SELECTING,
        "home": home,
        "end": end,
        "shift+home": select_home,
        "shift+end": select_end,
        "ctrl+a": select_all,
        "ctrl+left": word_left,
        "ctrl+shift+left": select_word,
        "ctrl+backspace": delete_word,
    },
    pastes=frozenset({"ctrl+v", "ctrl+shift+v", "shift+insert"}),
    fresh=_FRESH | {"super", "ctrl+l", "ctrl+t", "ctrl+n", "ctrl+f", "ctrl+k", "alt+d"},
)
TERMINAL = Keymap(
    {
        **_COMMON,
        "home": home,
        "end": end,
        "ctrl+a": home,
        "ctrl+e": end,
        "ctrl+b": left,
        "ctrl+f": right,
        "ctrl+h": backspace,
        "ctrl+w": delete_argument,
        "ctrl+u": delete_to_start,
        "ctrl+k": delete_to_end,
    },
    pastes=frozenset({"ctrl+shift+v"}),  # shift+insert puts in the primary selection
    fresh=frozenset({"enter", "ctrl+c"}),
)
MACOS = Keymap(  # after Apple's "Mac keyboard shortcuts", document shortcuts; untried
    {
        **_SELECTING,
        "super+a": select_all,
        "super+left": home,
        "super+right": end,
        "shift+super+left": select_home,
        "shift+super+right": select_end,
        "alt+left": word_left,
        "alt+shift+left": select_word,
        "alt+backspace": delete_word,
        "ctrl+a": home,
        "ctrl+e": end,
        "ctrl+h": backspace,
        "ctrl+d": delete,
        "ctrl+b": left,
        "ctrl+f": right,
        "ctrl+k": delete_to_end,
    },
    pastes=frozenset({"super+v"}),
    fresh=_FRESH | {"super+l", "super+t", "super+n", "super+f"},
)
