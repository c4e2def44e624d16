"""Where on the screen there is room: the monitor under the pointer without its panels, and its dpi.

Asked of X11 anew each time, since monitors come and go; elsewhere, or where X does not
say, the whole screen as Tk knows it. Draws nothing.
"""

import logging
import sys
import tkinter as tk
from typing import Any, NamedTuple

log = logging.getLogger(__name__)


class Area(NamedTuple):
    """A rectangle of the screen, in pixels; right and bottom are the first beyond it."""

    left: int
    top: int
    right: int
    bottom: int

    def meet(self, other: "Area") -> "Area | None":
        """What both hold; None when that is nothing."""
        both = Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        return both if both.left < both.right and both.top < both.bottom else None

    def has(self, x: int, y: int) -> bool:
        """Whether a point lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom


def room(root: tk.Tk) -> Area:
    """Where a window may be put for the user to see it now."""
    whole = Area(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
    pointer = root.winfo_pointerxy()
    if sys.platform == "linux":
        try:
            return _ask_x11(root, whole, pointer)
        except Exception as error:  # python-xlib raises its own, and struct's
            log.debug("the screen's layout is not known: %s", type(error).__name__)
    return whole


def dpi(root: tk.Tk) -> float | None:
    """What the desktop's settings say (``Xft.dpi``); None where they do not."""
    if sys.platform != "linux":
        return None
    try:
        return _ask_dpi(root)
    except Exception as error:
        log.debug("the dots per inch are not known: %s", type(error).__name__)
        return None


def _ask_x11(root: tk.Tk, whole: Area, pointer: tuple[int, int]) -> Area:
    from Xlib import X
    from Xlib.display import Display

    display = Display(root.winfo_screen())
    try:
        top = display.screen().root
        monitors = [
            Area(m.x, m.y, m.x + m.width_in_pixels, m.y + m.height_in_pixels)
            for m in top.xrandr_get_monitors().monitors
        ]
        work = top.get_full_property(display.intern_atom("_NET_WORKAREA"), X.AnyPropertyType)
    finally:
        display.close()
    monitor = next((m for m in monitors if m.has(*pointer)), monitors[0] if monitors else whole)
    return monitor.meet(_work_area(work, whole)) or monitor


def _work_area(work: Any, whole: Area) -> Area:
    if work is None or len(work.value) < 4:
        return whole
    x, y, width, height = list(work.value)[:4]  # the first desktop's: panels are on all
    return Area(x, y, x + width, y + height)


def _ask_dpi(root: tk.Tk) -> float | None:
    from Xlib import X
    from Xlib.display import Display

    display = Display(root.winfo_screen())
    try:
        top = display.screen().root
        found = top.get_full_property(display.intern_atom("RESOURCE_MANAGER"), X.AnyPropertyType)
    finally:
        display.close()
    lines = found.value.decode("latin-1").splitlines() if found is not None else ()
    values = [line.partition(":")[2] for line in lines if line.startswith("Xft.dpi:")]
    return float(values[-1]) if values else None
