"""Which way a proposal is shown here, in order of preference."""

import sys
import tkinter as tk
from collections.abc import Callable

from tray.popup.backend import Handlers, PopupBackend
from tray.popup.notifier import WITH_BUTTONS, Notifier, server_name
from tray.popup.window import PopupWindow


def choose(
    root: tk.Tk, handlers: Handlers, on_ui: Callable[[Callable[[], None]], None]
) -> PopupBackend:
    """The desktop's notifications where they have buttons, else our window.

    Only Linux's servers were tried by name; macOS and Windows show a button only behind a
    gesture, so our window serves there too.
    """
    if sys.platform == "linux" and server_name() in WITH_BUTTONS:
        return Notifier(handlers, on_ui)
    return PopupWindow(root, handlers)
