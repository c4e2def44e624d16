"""Work that other threads hand to the Tk loop, which sleeps until there is some.

Tk may be touched in its own thread alone. Where Tk can wait for a descriptor (X11, macOS) a byte in
a pipe wakes it; on Windows it cannot (Tcl_CreateFileHandler(3)), and looks every now and then.
"""

import contextlib
import logging
import os
import queue
import signal
import tkinter as tk
from collections.abc import Callable

log = logging.getLogger(__name__)

POLL_MS = 50


class Work:
    """A queue into the Tk loop."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wakes = hasattr(root.tk, "createfilehandler")
        if self._wakes:  # Windows has `set_blocking` since Python 3.12 alone
            self._woken, self._wake = os.pipe()
            for end in (self._woken, self._wake):
                os.set_blocking(end, False)

    def put(self, work: Callable[[], None]) -> None:
        """Have it done; from any thread."""
        self._waiting.put(work)
        if self._wakes:
            with contextlib.suppress(OSError):  # full, so the loop wakes anyway; or closed
                os.write(self._wake, b"w")

    def begin(self) -> None:
        """Do what comes from now on; from the loop's thread."""
        if self._wakes:
            self._root.tk.createfilehandler(self._woken, tk.READABLE, lambda *_: self._look())
            signal.set_wakeup_fd(self._wake)  # a signal wakes the loop, too, which then hears it
            self._look()
        else:
            self._poll()

    def end(self) -> None:
        """Do no more; from the loop's thread. The pipe stays: other threads may still put."""
        if self._wakes:
            with contextlib.suppress(tk.TclError):
                self._root.tk.deletefilehandler(self._woken)
            signal.set_wakeup_fd(-1)

    def _poll(self) -> None:
        self._look()
        self._root.after(POLL_MS, self._poll)

    def _look(self) -> None:
        if self._wakes:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._woken, 4096):
                    pass
        while True:
            try:
                work = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                work()
            except Exception:  # one that fails must not end the loop that hears all others
                log.exception("the tray could not do something")
