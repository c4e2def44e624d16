"""A thread that hears what comes on descriptors of its own, and is ended by the end of a pipe."""

import logging
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from watchers.coverage import Cause
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

STOP_S = 3.0


class Hearing(ABC):
    """Its start, whether it listens, its end. What it listens to is open before it is made."""

    def __init__(
        self, name: str, lost: str, cause: Cause, on_end: Callable[[], None] = lambda: None
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            name: The thread's.
            lost: Said when it ended by itself: what to do.
            cause: Of the gap that it leaves then.
            on_end: Called in the thread when it ends.
        """
        self._lost, self._cause, self._on_end = lost, cause, on_end
        self._stopped, self._stop = os.pipe()
        self._listens, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ready(self) -> bool:
        """Whether it listens by now.

        Raises:
            WatcherError: It ended by itself.
        """
        if self._ended.is_set():
            raise WatcherError(self._lost, self._cause)
        return self._listens.is_set()

    def stop(self) -> None:
        """Stop the thread and wait for its end; blocks, at most a few seconds."""
        os.close(self._stop)
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        if self._thread.is_alive():
            log.warning("the thread %s did not stop within %g s", self._thread.name, STOP_S)
            return
        os.close(self._stopped)
        self._close()

    @abstractmethod
    def _follow(self) -> None:
        """Listen until `_stopped` can be read; in the thread. Sets `_listens`."""

    @abstractmethod
    def _close(self) -> None:
        """Close what it listened to."""

    def _run(self) -> None:
        try:
            self._follow()
        except Exception as error:  # python-xlib raises all sorts when a server ends
            log.warning("the thread %s ended: %s", self._thread.name, type(error).__name__)
        finally:
            self._ended.set()
            self._on_end()
