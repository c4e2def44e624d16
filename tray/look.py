"""How the tray's windows look: colours, fonts, texts that Tk can draw. Knows no proposal."""

import tkinter as tk
from collections.abc import Callable
from tkinter import font
from typing import Literal, NamedTuple

PAPER, INK, MUTED, LINE, SOFT = "#ffffff", "#1c2430", "#667085", "#d6dbe4", "#eef1f6"
BLUE, DEEP_BLUE = "#365cbc", "#2a4a9c"
SANS = ("Inter", "Cantarell", "Noto Sans", "DejaVu Sans", "Liberation Sans")  # by preference
BIGGEST_SCALE = 4.0

Size = Literal["task", "text", "small"]
PIXELS: dict[Size, int] = {"task": 15, "text": 13, "small": 12}


class Look(NamedTuple):
    """Sizes and fonts on one screen.

    Attributes:
        scale: Screen pixels for one of ours: 1.0 at 96 dpi.
        family: Name of the font.
    """

    scale: float
    family: str

    def px(self, length: float) -> int:
        """A length in screen pixels."""
        return round(length * self.scale)

    def font(self, size: Size, *, bold: bool = False) -> tuple[str, int, str]:
        """A font as Tk takes it; negative heights are pixels, so that text and boxes grow alike."""
        return self.family, -self.px(PIXELS[size]), "bold" if bold else "normal"


def look_of(root: tk.Tk, dpi: float | None) -> Look:
    """The look on a root's screen.

    Args:
        root: For the fonts that there are.
        dpi: What the desktop says; None for what the screen's own size says.
    """
    if dpi is None:
        dpi = root.winfo_fpixels("1i")
    known = set(font.families(root))
    family = next((name for name in SANS if name in known), "TkDefaultFont")
    return Look(min(max(dpi / 96, 1.0), BIGGEST_SCALE), family)


def plain(text: str, longest: int) -> str:
    """A text as one paragraph that Tk can draw, cut at `longest` characters.

    Lone surrogates make tkinter raise, and colour emoji, all above the basic plane, have
    made Xft end the program; both become a box.
    """
    shown = "".join(char if char.isprintable() or char.isspace() else "□" for char in text)
    flat = " ".join("".join(char if ord(char) <= 0xFFFF else "□" for char in shown).split())
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def button(
    parent: tk.Misc, look: Look, text: str, chosen: Callable[[], None], *, primary: bool = False
) -> tk.Button:
    """A flat button that never takes the keyboard focus."""
    return tk.Button(
        parent,
        text=text,
        command=chosen,
        font=look.font("text"),
        foreground=PAPER if primary else INK,
        background=BLUE if primary else SOFT,
        activeforeground=PAPER if primary else INK,
        activebackground=DEEP_BLUE if primary else LINE,
        disabledforeground=MUTED,
        relief="flat",
        borderwidth=0,
        highlightthickness=0,
        takefocus=False,
        cursor="hand2",
    )
