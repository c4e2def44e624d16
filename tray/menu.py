"""The menu under the icon, for desktops whose tray shows none, and the list of proposals. Tk windows."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any

from tray.icon import Entry
from tray.popup.window import BLUE, INK, LINE, MUTED, PAPER, SOFT

CLASS = "Hunch-menu"
LIST_CLASS, LIST_TITLE = "Hunch-proposals", "Hunch: proposals"
ENTRY_HEIGHT = 30  # fixed, so that a program finds the lines
WIDTH = 236
STATES = {
    "accepted": "done",
    "rejected": "rejected",
    "ignored": "ignored",
    "withdrawn": "withdrawn",
}


class MenuWindow:
    """The menu; a second click on the icon, or a choice, closes it."""

    def __init__(self, root: tk.Tk, entries: Sequence[Entry]) -> None:
        self._root = root
        self._entries = entries
        self._window: tk.Toplevel | None = None

    def toggle(self) -> None:
        """Open it near the pointer, or close it."""
        if self._window is not None:
            self._close()
            return
        window = tk.Toplevel(self._root, class_=CLASS, background=LINE)
        window.withdraw()
        window.overrideredirect(True)
        window.attributes("-topmost", True)
        self._window = window
        for entry in self._entries:
            self._line(window, entry)
        height = ENTRY_HEIGHT * len(self._entries) + 2
        x = min(window.winfo_pointerx(), window.winfo_screenwidth() - WIDTH - 4)
        y = min(window.winfo_pointery() + 8, window.winfo_screenheight() - height - 4)
        window.geometry(f"{WIDTH}x{height}+{x}+{y}")
        window.deiconify()
        window.lift()

    def _line(self, window: tk.Toplevel, entry: Entry) -> None:
        holder = tk.Frame(window, height=ENTRY_HEIGHT, background=PAPER)
        holder.pack_propagate(False)
        holder.pack(fill="x", padx=1)
        tk.Button(
            holder,
            text=entry.text,
            command=lambda: self._choose(entry),
            anchor="w",
            foreground=INK,
            background=PAPER,
            activebackground=SOFT,
            relief="flat",
            borderwidth=0,
            highlightthickness=0,
            takefocus=False,
        ).pack(fill="both", expand=True)

    def _choose(self, entry: Entry) -> None:
        self._close()
        entry.chosen()

    def _close(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            window.destroy()


class ProposalsWindow:
    """The newest proposals with how they ended; accepted ones can be undone here."""

    def __init__(self, root: tk.Tk, undo: Callable[[int], None]) -> None:
        self._root = root
        self._undo = undo
        self._window: tk.Toplevel | None = None

    def show(self, proposals: Sequence[dict[str, Any]]) -> None:
        """Open the list, or bring it up to date."""
        if self._window is not None:
            self._window.destroy()
        window = tk.Toplevel(self._root, class_=LIST_CLASS, background=PAPER)
        window.title(LIST_TITLE)
        window.geometry("560x360")
        self._window = window
        if not proposals:
            tk.Label(
                window, text="Nothing was proposed yet.", background=PAPER, foreground=MUTED
            ).pack(pady=40)
        for item in proposals:
            self._row(window, item)

    def _row(self, window: tk.Toplevel, item: dict[str, Any]) -> None:
        row = tk.Frame(window, background=PAPER)
        row.pack(fill="x", padx=12, pady=4)
        state = "silent" if item["reason"] == "shadow" else STATES.get(item["state"], item["state"])
        tk.Label(row, text=state, width=9, anchor="w", background=PAPER, foreground=MUTED).pack(
            side="left"
        )
        if item["state"] == "accepted":
            number = int(item["id"])
            tk.Button(
                row, text="Undo", relief="flat", background=SOFT, foreground=BLUE,
                command=lambda: self._undo(number),
            ).pack(side="right")  # fmt: skip
        tk.Label(
            row,
            text=item["task"],
            anchor="w",
            justify="left",
            wraplength=400,
            background=PAPER,
            foreground=INK,
        ).pack(side="left", fill="x")
