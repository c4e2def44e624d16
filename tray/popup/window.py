"""A small window of our own: it needs no notification server and never takes the keyboard focus.

The window is override-redirect: no window manager gives it the focus, so typing
goes on where it was. Sizes are fixed so that a program (a test, the demo) finds
the buttons: at 96 dpi their centres lie `ACCEPT` and `REJECT` from the lower right corner.
"""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from tray.look import BLUE, INK, LINE, MUTED, PAPER, Look, Size, button, plain
from tray.popup.backend import Handlers, Shown
from tray.screen import room

WIDTH, MARGIN, PAD = 380, 16, 16
BUTTON_WIDTH, BUTTON_HEIGHT, GAP = 92, 32, 8
REJECT: Final = (PAD + BUTTON_WIDTH // 2, PAD + BUTTON_HEIGHT // 2)
ACCEPT: Final = (PAD + BUTTON_WIDTH + GAP + BUTTON_WIDTH // 2, PAD + BUTTON_HEIGHT // 2)
UNDO: Final = REJECT  # not where Accept was: a double click must not take back what it began
CLASS, TITLE = "Hunch-popup", "Hunch proposal"
RESULT_MS = 10_000
DEAF_MS = 250  # a click that was meant for what lay below answers nothing
TICK_MS = 200
LONGEST: dict[Size, int] = {"task": 200, "text": 200, "small": 140}  # read in two seconds


class PopupWindow:
    """Shows proposals on a Tk root.

    Attributes:
        install_hint: What would make it work.
    """

    install_hint = "apt-get install python3-tk"

    def __init__(self, root: tk.Tk, look: Look, handlers: Handlers) -> None:
        self._root = root
        self._look = look
        self._handlers = handlers
        self._window: tk.Toplevel | None = None
        self._after: list[str] = []  # what the window still waits for

    def is_compatible(self) -> bool:
        """There is a Tk root: it works."""
        return True

    def is_available(self) -> bool:
        """There is a Tk root: it works."""
        return True

    def show(self, proposal: Shown) -> None:
        """Show it with its two buttons."""
        number = proposal.id
        body = self._open()
        self._text(body, proposal.task, "task", INK)
        if proposal.why:
            self._text(body, proposal.why, "small", MUTED)
        reject, accept = self._buttons(
            body,
            ("Reject", lambda: self._handlers.reject(number)),
            ("Accept", lambda: self._handlers.accept(number)),
        )
        accept.configure(background=BLUE, foreground=PAPER)
        self._deafen(reject, accept)
        self._count(body, proposal.expires_s)
        self._place()
        self._handlers.shown(number)

    def working(self, message: str) -> None:
        """It was answered, and something is being done."""
        self._text(self._open(), message, "task", MUTED)
        self._place()

    def result(self, message: str, *, undo: int | None) -> None:
        """Say what came of it, for ten seconds."""
        body = self._open()
        self._text(body, message, "text", INK)
        close = ("Close", self.close)
        if undo is None:
            self._buttons(body, close)
        else:
            number = undo
            self._buttons(body, ("Undo", lambda: self._handlers.undo(number)), close)
        self._place()
        self._later(RESULT_MS, self.close)

    def close(self) -> None:
        """Take it off the screen."""
        window, self._window = self._window, None
        for waiting in self._after:  # Tk would call what its window's end has deleted
            self._root.after_cancel(waiting)
        self._after.clear()
        if window is not None:
            window.destroy()

    def _open(self) -> tk.Frame:
        """A new window in place of the one before; returns where its texts go."""
        self.close()
        px = self._look.px
        window = tk.Toplevel(self._root, class_=CLASS, background=LINE)
        window.withdraw()
        window.title(TITLE)
        window.overrideredirect(True)
        window.attributes("-topmost", True)
        window.bind("<Visibility>", lambda event: self._stay_on_top(window))
        self._window = window
        inner = tk.Frame(window, background=PAPER)
        inner.pack(fill="both", expand=True, padx=1, pady=1)
        heading = tk.Label(
            inner, text="Hunch", font=self._look.font("small", bold=True), foreground=BLUE,
            background=PAPER, borderwidth=0, padx=0, pady=0,
        )  # fmt: skip
        heading.pack(anchor="w", padx=px(PAD), pady=(px(PAD - 2), px(4)))
        body = tk.Frame(inner, background=PAPER)
        body.pack(fill="both", expand=True, padx=px(PAD) - 1, pady=(0, px(PAD) - 1))
        return body

    def _text(self, body: tk.Frame, text: str, size: Size, colour: str) -> None:
        px = self._look.px
        tk.Label(
            body,
            text=plain(text, LONGEST[size]),
            font=self._look.font(size),
            foreground=colour,
            background=PAPER,
            borderwidth=0,
            padx=0,
            wraplength=px(WIDTH - 2 * PAD),
            justify="left",
            anchor="w",
        ).pack(fill="x", pady=(0, px(5)))

    def _buttons(
        self, body: tk.Frame, *wanted: tuple[str, Callable[[], None]]
    ) -> list[tk.Button]:
        """A row of buttons, the first at the right."""
        px, made = self._look.px, []
        row = tk.Frame(body, background=PAPER)
        row.pack(fill="x", pady=(px(9), 0))
        for text, chosen in wanted:
            holder = tk.Frame(row, width=px(BUTTON_WIDTH), height=px(BUTTON_HEIGHT))
            holder.pack_propagate(False)
            holder.pack(side="right", padx=(px(GAP), 0))
            made.append(button(holder, self._look, text, chosen, primary=text == "Accept"))
            made[-1].pack(fill="both", expand=True)
        return made

    def _deafen(self, *buttons: tk.Button) -> None:
        """Take no click for a moment, without looking any different."""
        for one in buttons:
            one.configure(state="disabled", disabledforeground=str(one["foreground"]))
            self._later(DEAF_MS, lambda one=one: one.configure(state="normal"))  # type: ignore[misc]

    def _count(self, body: tk.Frame, whole_s: float) -> None:
        """A line at the top that shortens; the daemon withdraws when it is used up."""
        bar = tk.Frame(body.master, background=BLUE, height=self._look.px(3))

        def shorten(left_ms: float) -> None:
            bar.place(x=0, y=0, relwidth=max(left_ms / (whole_s * 1000), 0.0))
            if left_ms > 0:
                self._later(TICK_MS, lambda: shorten(left_ms - TICK_MS))

        shorten(whole_s * 1000)

    def _later(self, delay_ms: int, work: Callable[[], object]) -> None:
        self._after.append(self._root.after(delay_ms, work))
        del self._after[:-8]  # those before have been

    def _place(self) -> None:
        """Lower right on the user's monitor, at the size that its texts need, without the focus."""
        window = self._window
        if window is None:
            return
        px, area = self._look.px, room(self._root)
        window.update_idletasks()
        width, height = px(WIDTH), window.winfo_reqheight()
        left, top = area.right - width - px(MARGIN), area.bottom - height - px(MARGIN)
        window.geometry(f"{width}x{height}+{max(left, area.left)}+{max(top, area.top)}")
        window.deiconify()
        window.lift()
        window.update_idletasks()

    def _stay_on_top(self, window: tk.Toplevel) -> None:
        """No window manager knows of it, so it raises itself when another covers it; not in a fight."""
        if self._window is window:
            self._later(2 * TICK_MS, lambda: window.lift() if self._window is window else None)
