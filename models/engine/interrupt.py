"""Ctrl-C while C code computes: noted at once, raised when that has come back.

An exception in a callback that C calls is lost, and Python runs its signal handlers there.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """Within it Ctrl-C is a flag, which a callback may read; at its end, a KeyboardInterrupt.

    Where somebody else handles the signal, or in another thread than the first, it does nothing.

    Attributes:
        came: Whether the user has pressed it.
    """

    def __init__(self) -> None:
        self.came = False
        self._before: Any = None

    def __enter__(self) -> None:
        first = threading.current_thread() is threading.main_thread()
        if first and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._note)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is None:
            return
        signal.signal(signal.SIGINT, self._before)
        self._before = None
        if self.came:
            self.came = False
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.came = True
