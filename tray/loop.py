"""The main thread's loop: work that other threads hand over, done in order. A broken piece of work ends nothing."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tkinter as tk

log = logging.getLogger(__name__)

POLL_MS = 60  # below what a hand notices; Tk takes no calls from other threads

Work = Callable[[], None]


class Loop(Protocol):
    """Where all of the tray's own code runs but its connections."""

    def put(self, work: Work) -> None:
        """Have it done soon; from any thread."""
        ...

    def later(self, delay_s: float, work: Work) -> None:
        """Have it done after a while; from any thread."""
        ...

    def run(self) -> None:
        """Work until `stop`."""
        ...

    def stop(self) -> None:
        """End `run`; from any thread, or a signal's handler."""
        ...


class PlainLoop:
    """Without windows."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def put(self, work: Work) -> None:
        """Have it done soon."""
        self._work.put(work)

    def later(self, delay_s: float, work: Work) -> None:
        """Have it done after a while."""
        timer = threading.Timer(delay_s, self.put, (work,))
        timer.daemon = True
        timer.start()

    def run(self) -> None:
        """Work until `stop`."""
        while (work := self._work.get()) is not None:
            do(work)

    def stop(self) -> None:
        """End `run`."""
        self._work.put(None)


class TkLoop:
    """Tk's own, which also draws the windows."""

    def __init__(self, root: "tk.Tk") -> None:
        self._root = root
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def put(self, work: Work) -> None:
        """Have it done soon."""
        self._work.put(work)

    def later(self, delay_s: float, work: Work) -> None:
        """Have it done after a while."""
        self.put(lambda: self._after(delay_s, work))

    def run(self) -> None:
        """Work until `stop`."""
        self._poll()
        self._root.mainloop()

    def stop(self) -> None:
        """End `run`."""
        self._work.put(None)

    def _after(self, delay_s: float, work: Work) -> None:
        self._root.after(round(delay_s * 1000), lambda: do(work))

    def _poll(self) -> None:
        while not self._work.empty():
            work = self._work.get()
            if work is None:
                self._root.quit()
                return
            do(work)
        self._root.after(POLL_MS, self._poll)


def do(work: Work) -> None:
    """Do a piece of work; what it raises is logged by its kind alone, since texts may be the user's."""
    try:
        work()
    except Exception as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        line = frame.tb_lineno if frame is not None else 0
        name = frame.tb_frame.f_code.co_name if frame is not None else ""
        log.warning("%s in %s, line %d", type(error).__name__, name, line)
