"""A small window of our own: it needs no notification server and never takes the keyboard focus.

The window is override-redirect: no window manager gives it the focus, so typing
goes on where it was. Sizes are fixed so that a program (a test, the demo) finds
the buttons: their centres lie `ACCEPT` and `REJECT` from the lower right corner.
"""

import tkinter as tk
from collections.abc import Callable
from tkinter import font

from tray.popup.backend import Handlers, Shown

WIDTH, MARGIN, PAD = 380, 16, 16
BUTTON_WIDTH, BUTTON_HEIGHT, GAP = 92, 32, 8
REJECT = (PAD + BUTTON_WIDTH // 2, PAD + BUTTON_HEIGHT // 2)
ACCEPT = (PAD + BUTTON_WIDTH + GAP + BUTTON_WIDTH // 2, PAD + BUTTON_HEIGHT // 2)
CLASS, TITLE = "Hunch-popup", "Hunch proposal"
RESULT_MS = 10_000
LONGEST = 220  # characters of a text; a popup is read in two seconds
TICK_MS = 200

PAPER, INK, MUTED, BLUE, LINE, SOFT = (
    "#ffffff",
    "#1c2430",
    "#667085",
    "#365cbc",
    "#d6dbe4",
    "#eef1f6",
)


class PopupWindow:
    """Shows proposals on a Tk root; all calls come on its thread."""

    def __init__(self, root: tk.Tk, handlers: Handlers) -> None:
        self._root = root
        self._handlers = handlers
        self._window: tk.Toplevel | None = None
        self._proposal: Shown | None = None
        self._left_ms = 0.0
        self._bar: tk.Frame | None = None
        family = "DejaVu Sans" if "DejaVu Sans" in font.families(root) else "TkDefaultFont"
        self._fonts = {"task": (family, 11), "small": (family, 9), "button": (family, 10)}

    def show(self, proposal: Shown) -> None:
        """Show a proposal with its two buttons."""
        self.close()
        self._proposal = proposal
        body = self._open()
        self._text(body, proposal.task, "task", INK)
        if proposal.why:
            self._text(body, proposal.why, "small", MUTED)
        row = self._row()
        self._button(row, "Reject", self._reject, primary=False)
        self._button(row, "Accept", self._accept, primary=True)
        self._left_ms = proposal.expires_s * 1000
        self._place()
        self._count(proposal, self._left_ms)
        self._handlers.seen(proposal.id)

    def working(self) -> None:
        """It is being carried out."""
        self._say("Working…")

    def result(self, message: str, *, can_undo: bool) -> None:
        """Say what came of it, for ten seconds, with a way back."""
        number = self._proposal.id if self._proposal else 0
        self._say(message)
        window = self._window
        if window is None:
            return
        row = self._row()
        if can_undo:  # not where Accept was: a double click must not take back what it began
            self._button(row, "Undo", lambda: self._handlers.undo(number), primary=False)
        self._button(row, "Close", self.close, primary=False)
        self._place()
        window.after(RESULT_MS, lambda: self.close() if self._window is window else None)

    def close(self) -> None:
        """Take it off the screen."""
        window, self._window, self._bar = self._window, None, None
        if window is not None:
            window.destroy()

    def _accept(self) -> None:
        if self._proposal is not None:
            self._handlers.accept(self._proposal.id)

    def _reject(self) -> None:
        if self._proposal is not None:
            self._handlers.reject(self._proposal.id)

    def _say(self, message: str) -> None:
        self.close()
        self._text(self._open(), message, "task", INK)
        self._place()

    def _open(self) -> tk.Frame:
        """An empty window with a border and the countdown's line; returns where texts go."""
        window = tk.Toplevel(self._root, class_=CLASS, background=LINE)
        window.withdraw()
        window.title(TITLE)
        window.overrideredirect(True)
        window.attributes("-topmost", True)
        self._window = window
        inner = tk.Frame(window, background=PAPER)
        inner.pack(fill="both", expand=True, padx=1, pady=1)
        self._bar = tk.Frame(inner, background=BLUE, height=3)
        self._bar.place(x=0, y=0, relwidth=1.0)
        heading = tk.Label(
            inner, text="Hunch", font=self._fonts["small"], foreground=BLUE, background=PAPER
        )
        heading.pack(anchor="w", padx=PAD, pady=(PAD - 2, 2))
        self._inner = inner
        body = tk.Frame(inner, background=PAPER)
        body.pack(fill="both", expand=True, padx=PAD, pady=(0, PAD))
        return body

    def _text(self, body: tk.Frame, text: str, style: str, colour: str) -> None:
        cut = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
        tk.Label(
            body,
            text=cut,
            font=self._fonts[style],
            foreground=colour,
            background=PAPER,
            wraplength=WIDTH - 2 * PAD,
            justify="left",
            anchor="w",
        ).pack(fill="x", pady=(0, 6))

    def _row(self) -> tk.Frame:
        row = tk.Frame(self._inner, background=PAPER, height=BUTTON_HEIGHT)
        row.pack(fill="x", padx=PAD - 1, pady=(0, PAD - 1))
        row.pack_propagate(False)
        return row

    def _button(
        self, row: tk.Frame, text: str, chosen: Callable[[], None], *, primary: bool
    ) -> None:
        holder = tk.Frame(row, width=BUTTON_WIDTH, height=BUTTON_HEIGHT, background=PAPER)
        holder.pack_propagate(False)
        holder.pack(side="right", padx=(GAP, 0))
        tk.Button(
            holder,
            text=text,
            command=chosen,
            font=self._fonts["button"],
            foreground=PAPER if primary else INK,
            background=BLUE if primary else SOFT,
            activeforeground=PAPER if primary else INK,
            activebackground="#2a4a9c" if primary else LINE,
            relief="flat",
            borderwidth=0,
            highlightthickness=0,
            takefocus=False,
            cursor="hand2",
        ).pack(fill="both", expand=True)

    def _place(self) -> None:
        """Lower right, at the size that its texts need, without the focus."""
        window = self._window
        if window is None:
            return
        window.update_idletasks()
        height = window.winfo_reqheight()
        left = window.winfo_screenwidth() - WIDTH - MARGIN
        top = window.winfo_screenheight() - height - 3 * MARGIN
        window.geometry(f"{WIDTH}x{height}+{left}+{top}")
        window.deiconify()
        window.lift()

    def _count(self, proposal: Shown, whole_ms: float) -> None:
        """Shorten the line at the top; the daemon withdraws when it is used up."""
        if self._window is None or self._bar is None or self._proposal is not proposal:
            return
        self._left_ms -= TICK_MS
        self._bar.place_configure(relwidth=max(self._left_ms / whole_ms, 0.0))
        self._window.after(TICK_MS, lambda: self._count(proposal, whole_ms))
