"""The tray icon: pystray, with a drawing of our own.

pystray's X11 backend shows neither menu nor notification, so a click opens our own
menu there. Without a tray on the desktop there is no icon, and all else works.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

log = logging.getLogger(__name__)

SIZE = 64
ON, OFF, DOT = (54, 92, 188, 255), (140, 146, 156, 255), (255, 255, 255, 255)


class Entry(NamedTuple):
    """A line of the menu."""

    text: str
    chosen: Callable[[], None]


class Icon:
    """The icon, while it is shown.

    Args:
        entries: The menu, where the desktop can show one.
        clicked: Called on a click where it cannot; from the icon's thread.
    """

    def __init__(self, entries: Sequence[Entry], clicked: Callable[[], None]) -> None:
        self._entries = entries
        self._clicked = clicked
        self._icon: Any = None

    def start(self) -> None:
        """Show it, from a thread of its own; a desktop without a tray costs a line in the log."""
        try:
            import pystray
        except Exception as error:
            log.warning("no tray icon: %s", type(error).__name__)
            return
        if pystray.Icon.HAS_MENU:
            items = [
                pystray.MenuItem(entry.text, _ignoring(entry.chosen)) for entry in self._entries
            ]
        else:
            items = [pystray.MenuItem("Menu", _ignoring(self._clicked), default=True)]
        self._icon = pystray.Icon("hunch", draw(active=True), "Hunch", pystray.Menu(*items))
        _hear_clicks(self._icon)
        _dock_once(self._icon)
        threading.Thread(target=self._run, name="icon", daemon=True).start()

    def show_state(self, *, active: bool, title: str) -> None:
        """Colour it, and say what it stands for."""
        if self._icon is not None:
            try:
                self._icon.icon = draw(active=active)
                self._icon.title = title
            except Exception as error:
                log.debug("the icon could not be changed: %s", type(error).__name__)

    def stop(self) -> None:
        """Take it away."""
        if self._icon is not None:
            try:
                self._icon.stop()
            except Exception as error:
                log.debug("the icon could not be taken away: %s", type(error).__name__)

    def _run(self) -> None:
        try:
            self._icon.run()
        except Exception as error:
            log.warning("no tray icon: %s", type(error).__name__)


def draw(*, active: bool) -> Image.Image:
    """A lens with a spark: blue while it records, grey while it does not."""
    image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    colour = ON if active else OFF
    pen.ellipse((4, 4, 50, 50), fill=colour)
    pen.line((42, 42, 58, 58), fill=colour, width=9)
    pen.polygon(
        ((27, 12), (31, 23), (42, 27), (31, 31), (27, 42), (23, 31), (12, 27), (23, 23)), fill=DOT
    )
    return image


def _hear_clicks(icon: Any) -> None:
    """Ask X for clicks on the icon: pystray 0.19.5 handles them, but never asked for them."""
    window: Any = getattr(icon, "_window", None)
    if hasattr(window, "change_attributes"):
        from Xlib import X

        wanted = X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask
        window.change_attributes(event_mask=wanted)


def _dock_once(icon: Any) -> None:
    """Ask the tray for a place once: pystray 0.19.5 asks again with each new picture or colour.

    A tray that is asked again for the same window may lose it (trayer's place shrank to one pixel).
    When the tray itself goes, pystray forgets it, and asks the next one.
    """
    dock: Callable[[], None] | None = getattr(icon, "_dock_window", None)
    if dock is not None:
        icon._dock_window = lambda: dock() if icon._systray_manager is None else None


def _ignoring(work: Callable[[], None]) -> Callable[[Any, Any], None]:
    """Pystray hands icon and item over; nobody here needs them."""
    return lambda icon, item: work()
