"""The list of proposals: an ordinary window that the user opened, with how each ended and what can still be done."""

import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tray.look import BLUE, INK, LINE, MUTED, PAPER, Look, button, plain

CLASS, TITLE = "Hunch-proposals", "Hunch: proposals"
WIDTH, PAD = 560, 16
LONGEST = 160
NOTHING = "Nothing was proposed yet. Hunch speaks up when it has a good hunch."
STATES = {"accepted": "done", "shown": "open", "waiting": "open"}
LATE = ("shown", "waiting", "ignored")  # missed popups are what this list is for


class Actions(NamedTuple):
    """What the buttons do; each gets the proposal's number."""

    accept: Callable[[int], None]
    undo: Callable[[int], None]


class ListWindow:
    """Shows the newest proposals; one window at a time."""

    def __init__(self, root: tk.Tk, look: Look, actions: Actions) -> None:
        self._root = root
        self._look = look
        self._actions = actions
        self._window: tk.Toplevel | None = None
        self._rows: tk.Frame | None = None
        self._said: tk.Label | None = None

    @property
    def is_open(self) -> bool:
        """Whether it stands on the screen."""
        return self._window is not None

    def show(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Open it, or bring it up to date."""
        if self._window is None:
            self._open()
        rows = self._rows
        if rows is None:
            return
        for child in rows.winfo_children():
            child.destroy()
        if not proposals:
            self._text(rows, NOTHING, MUTED).pack(pady=self._look.px(24))
        for item in proposals:
            self._row(rows, item)

    def say(self, message: str) -> None:
        """Put a sentence below the list."""
        if self._said is not None:
            self._said.configure(text=plain(message, LONGEST))

    def _open(self) -> None:
        px = self._look.px
        window = tk.Toplevel(self._root, class_=CLASS, background=PAPER)
        window.title(TITLE)
        window.minsize(px(WIDTH), px(120))
        window.resizable(False, False)
        window.protocol("WM_DELETE_WINDOW", self._close)
        window.bind("<Escape>", lambda event: self._close())
        rows = tk.Frame(window, background=PAPER)
        rows.pack(fill="both", expand=True, padx=px(PAD), pady=(px(PAD // 2), 0))
        said = self._text(window, "", BLUE)
        said.pack(fill="x", padx=px(PAD), pady=px(PAD // 2))
        self._window, self._rows, self._said = window, rows, said

    def _close(self) -> None:
        window, self._window, self._rows, self._said = self._window, None, None, None
        if window is not None:
            window.destroy()

    def _row(self, rows: tk.Frame, item: dict[str, Any]) -> None:
        px = self._look.px
        row = tk.Frame(rows, background=PAPER)
        row.pack(fill="x", pady=px(6))
        self._act(row, item)
        state = str(item.get("state"))
        aside = f"{_when(item.get('created'))} · {STATES.get(state, state)}"
        self._text(row, str(item.get("task")), INK).pack(fill="x")
        self._text(row, aside, MUTED, small=True).pack(fill="x")
        tk.Frame(rows, background=LINE, height=1).pack(fill="x")

    def _act(self, row: tk.Frame, item: dict[str, Any]) -> None:
        number, state = int(item["id"]), item.get("state")
        act = self._actions.undo if state == "accepted" else self._actions.accept
        if state == "accepted" or state in LATE:
            text = "Undo" if state == "accepted" else "Accept"
            button(row, self._look, text, lambda: act(number)).pack(
                side="right", padx=(self._look.px(PAD), 0), ipadx=self._look.px(6)
            )

    def _text(self, parent: tk.Misc, text: str, colour: str, *, small: bool = False) -> tk.Label:
        return tk.Label(
            parent,
            text=plain(text, LONGEST),
            font=self._look.font("small" if small else "text"),
            foreground=colour,
            background=PAPER,
            anchor="w",
            justify="left",
            wraplength=self._look.px(WIDTH - 2 * PAD - 100),
        )


def _when(created: Any) -> str:
    """A time of the API as the user's own clock shows it."""
    try:
        return datetime.fromisoformat(str(created)).astimezone().strftime("%d %b %H:%M")
    except ValueError:
        return "some time ago"
