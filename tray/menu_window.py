"""The menu as a small Tk window at the pointer, for desktops whose tray shows no menus (plain X11)."""

import tkinter as tk

from tray.look import BLUE, INK, LINE, MUTED, PAPER, SOFT, Look, plain
from tray.menu import Entry, Menu
from tray.screen import room

CLASS, TITLE = "Hunch-menu", "Hunch menu"
WIDTH, LINE_HEIGHT = 210, 30  # fixed, so that a program finds the lines: the heading, then each entry
OFFSET = 6  # from the pointer, so that a second click does not choose
LOOK_MS = 250
AWAY_MS = 1500  # the window has no focus to lose: it goes when the pointer stays away
LONGEST = 40


class MenuWindow:
    """Opens at the pointer; a choice, a second click on the icon or leaving it closes it."""

    def __init__(self, root: tk.Tk, look: Look, menu: Menu) -> None:
        self._root = root
        self._look = look
        self._menu = menu
        self._window: tk.Toplevel | None = None
        self._away_ms = 0

    def toggle(self) -> None:
        """Open it, or close it."""
        if self._window is not None:
            self._close()
            return
        window = tk.Toplevel(self._root, class_=CLASS, background=LINE)
        window.withdraw()
        window.title(TITLE)
        window.overrideredirect(True)
        window.attributes("-topmost", True)
        self._window = window
        self._heading(window)
        for entry in self._menu.entries:
            self._line(window, entry)
        self._place(window)
        self._away_ms = -3 * AWAY_MS  # time to get there
        self._watch(window)

    def _place(self, window: tk.Toplevel) -> None:
        px, area = self._look.px, room(self._root)
        x, y = window.winfo_pointerxy()
        width, height = px(WIDTH), px(LINE_HEIGHT * (len(self._menu.entries) + 1) + 2)
        left = max(area.left, min(x, area.right - width))
        top = y + OFFSET if y + OFFSET + height <= area.bottom else y - OFFSET - height
        window.geometry(f"{width}x{height}+{left}+{max(top, area.top)}")
        window.deiconify()
        window.lift()

    def _heading(self, window: tk.Toplevel) -> None:
        text = plain(self._menu.heading(), LONGEST)
        colours = {"foreground": MUTED, "background": PAPER}
        tk.Label(
            self._row(window), text=text, anchor="w", font=self._look.font("small"),
            padx=self._look.px(12), **colours,
        ).pack(fill="both", expand=True)  # fmt: skip

    def _line(self, window: tk.Toplevel, entry: Entry) -> None:
        line = tk.Label(
            self._row(window),
            text=entry.text,
            anchor="w",
            font=self._look.font("text"),
            padx=self._look.px(12),
            foreground=INK,
            disabledforeground="#a9b1bd",
            background=PAPER,
        )
        line.pack(fill="both", expand=True)
        if not entry.usable():
            line.configure(state="disabled")
            return
        line.configure(cursor="hand2")
        line.bind("<Enter>", lambda event: line.configure(background=SOFT, foreground=BLUE))
        line.bind("<Leave>", lambda event: line.configure(background=PAPER, foreground=INK))
        line.bind("<ButtonRelease-1>", lambda event: self._choose(entry))

    def _row(self, window: tk.Toplevel) -> tk.Frame:
        row = tk.Frame(window, height=self._look.px(LINE_HEIGHT), background=PAPER)
        row.pack_propagate(False)
        first = not window.winfo_children()[1:]
        row.pack(fill="x", padx=1, pady=(1, 0) if first else 0)
        return row

    def _choose(self, entry: Entry) -> None:
        self._close()
        entry.chosen()

    def _watch(self, window: tk.Toplevel) -> None:
        if self._window is not window:
            return
        x, y = window.winfo_pointerxy()
        inside = window.winfo_containing(x, y) is not None
        self._away_ms = 0 if inside else self._away_ms + LOOK_MS
        if self._away_ms > AWAY_MS:
            self._close()
        else:
            self._root.after(LOOK_MS, lambda: self._watch(window))

    def _close(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            window.destroy()
