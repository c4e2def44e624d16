"""One line for a few seconds, where the pointer is: what the menu did. A Tk window that takes no focus."""

import tkinter as tk

from tray.popup.window import INK, LINE, PAPER

CLASS = "Hunch-note"
SHOWN_MS = 6000
WRAP = 560  # pixels; a long line goes on below


class NoteWindow:
    """Says one thing at a time."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._window: tk.Toplevel | None = None

    def show(self, line: str) -> None:
        """Say it; what was said before goes."""
        self._close(self._window)
        window = tk.Toplevel(self._root, class_=CLASS, background=LINE)
        window.withdraw()
        window.overrideredirect(True)
        window.attributes("-topmost", True)
        self._window = window
        tk.Label(
            window, text=line, background=PAPER, foreground=INK, wraplength=WRAP, justify="left",
            padx=12, pady=8,
        ).pack(padx=1, pady=1)  # fmt: skip
        window.update_idletasks()
        width, height = window.winfo_reqwidth(), window.winfo_reqheight()
        x = min(window.winfo_pointerx(), window.winfo_screenwidth() - width - 4)
        y = min(window.winfo_pointery() + 8, window.winfo_screenheight() - height - 4)
        window.geometry(f"+{max(x, 0)}+{max(y, 0)}")
        window.deiconify()
        window.lift()
        window.after(SHOWN_MS, lambda: self._close(window))

    def _close(self, window: tk.Toplevel | None) -> None:
        if window is not None and window is self._window:
            self._window = None
            window.destroy()
