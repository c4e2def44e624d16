"""Whether somebody is there under Wayland, where keys and mouse are shown to no program.

The compositor tells when nothing was typed or moved for a second, and when something is again, but
not what: ext-idle-notify-v1 (KDE, wlroots' family, COSMIC) or the older `org_kde_kwin_idle`. GNOME
has neither. The same interface as `watchers.hooks`.
Sources: ext-idle-notify-v1.xml (wayland-protocols), idle.xml (plasma-wayland-protocols).
"""

import logging
import select
from collections.abc import Callable
from datetime import UTC, datetime

from watchers.hearing import Hearing
from watchers.hooks import RawInput
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


class IdleHooks(Hearing):
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
        super().__init__("idle", LOST, "crashed")

    def _close(self) -> None:
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

    def _follow(self) -> None:
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
