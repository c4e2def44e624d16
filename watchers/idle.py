"""Whether somebody is there under Wayland, where keys and mouse are shown to no program.

The compositor tells when nothing was typed or moved for a second, and when something is again, but
not what: ext-idle-notify-v1 (KDE, wlroots' family, COSMIC) or the older `org_kde_kwin_idle`. GNOME
has neither. The same interface as `watchers.hooks`.
Sources: ext-idle-notify-v1.xml (wayland-protocols), idle.xml (plasma-wayland-protocols).
"""

import logging
import os
import select
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from watchers.hooks import STOP_S, RawInput
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.wayland import LOST, Arguments, Compositor

log = logging.getLogger(__name__)

NOTIFIER, OLDER = "ext_idle_notifier_v1", "org_kde_kwin_idle"
GET_NOTIFICATION, GET_TIMEOUT = 1, 0  # of the first, of the second
IDLED = 0  # an event of both; the other is resumed
IDLE_MS = 1000
TELL_S = 1.0
HINT = "This compositor does not tell whether somebody is there."


class IdleHooks:
    """A thread that tells `take` once a second that somebody is there, as long as that is so."""

    def __init__(self, take: Callable[[RawInput], None], session: Session) -> None:
        """Connect; nothing is told yet. `take` is called in the thread.

        Raises:
            WatcherError: The compositor does not tell.
        """
        self._take = take
        self._idle = True
        self._compositor = Compositor(session)
        try:
            self._ask()
        except WatcherError:
            self._compositor.close()
            raise
        self._stopped, self._stop = os.pipe()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name="idle", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ready(self) -> bool:
        """Whether it listens by now.

        Raises:
            WatcherError: It ended by itself.
        """
        if self._listens.is_set() and not self._thread.is_alive():
            raise WatcherError(LOST, "crashed")
        return self._listens.is_set()

    def stop(self) -> None:
        """Stop the thread and wait for its end; blocks, at most a few seconds."""
        os.close(self._stop)
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        if self._thread.is_alive():
            log.warning("the idle thread did not stop within %g s", STOP_S)
            return
        os.close(self._stopped)
        self._compositor.close()

    def _ask(self) -> None:
        wire = self._compositor
        seat = wire.bind(["wl_seat"], 1, _ignore, HINT)
        manager = wire.bind([NOTIFIER, OLDER], 1, _ignore, HINT)
        told = wire.make(self._on_change)
        if NOTIFIER in wire.globals:
            wire.request(manager, GET_NOTIFICATION, told, IDLE_MS, seat)
        else:
            wire.request(manager, GET_TIMEOUT, told, seat, IDLE_MS)
        wire.roundtrip()
        self._idle = False  # both begin to count now

    def _on_change(self, opcode: int, arguments: Arguments) -> None:
        self._idle = opcode == IDLED

    def _run(self) -> None:
        self._listens.set()
        heard = [self._stopped, self._compositor.fileno()]
        while True:
            readable, _, _ = select.select(heard, [], [], None if self._idle else TELL_S)
            if self._stopped in readable:
                return
            try:
                self._compositor.take()
            except WatcherError:
                return
            if not self._idle:
                self._take(RawInput(datetime.now(UTC), "presence"))


def _ignore(opcode: int, arguments: Arguments) -> None:
    """Nothing of it is needed."""
