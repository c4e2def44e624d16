"""Which window is active, as heartbeats of `currentwindow`. Knows no system; a backend does."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from watchers.event import Bucket, Event
from watchers.manifest import WINDOW
from watchers.notices import Notices, until_beat_s
from watchers.sink import Sink
from watchers.window.backend import ActiveWindow, WindowBackend
from watchers.window.ticking import TITLE_S, only_counts_differ, rest_s

log = logging.getLogger(__name__)

CLIENT = "aw-watcher-window"
POLL_S = 0.5  # for systems that do not tell of changes
NONE_S = 0.5  # while the focus moves there is none, for some 20 ms under openbox


class WindowWatcher:
    """Watches the active window."""

    name = "window"
    manifests = (WINDOW,)

    def __init__(
        self,
        hostname: str,
        backend: WindowBackend,
        *,
        interval_s: float = 5.0,
        on_switch: Callable[[datetime], None] | None = None,
    ) -> None:
        """Prepare.

        Args:
            hostname: As it stands in the bucket's name.
            backend: Reads the window.
            interval_s: Time between two heartbeats while nothing changes.
            on_switch: Called with the moment at which another window became active, before its
                event is told. A new title alone is no switch: editors mark the title at the
                first key typed.
        """
        self._bucket = Bucket(f"{CLIENT}_{hostname}", "currentwindow", CLIENT, hostname)
        self._backend = backend
        self._interval_s = interval_s
        self._on_switch = on_switch or (lambda at: None)
        self._window: ActiveWindow | None = None  # as it is told
        self._changed = datetime.min.replace(tzinfo=UTC)
        self._seen: tuple[str | None, datetime] = (None, self._changed)  # a title, since when
        self._lost: datetime | None = None

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        self._window = self._lost = None  # of a run before nothing holds
        teller = self._backend.open()
        wait_s = POLL_S if teller is None else self._interval_s
        try:
            with Notices(teller, self._backend.take) as notices:
                while True:
                    rest_s = self._look(sink)
                    notices.look()  # a notice may have come in with the answers
                    await notices.wait(min(rest_s or wait_s, until_beat_s(wait_s)))
                    while teller is not None and not rest_s and not notices.came:
                        self._tell(sink, datetime.now(UTC))  # nothing changed: it holds still
                        await notices.wait(until_beat_s(wait_s))
        finally:
            self._tell(sink, datetime.now(UTC))
            self._backend.close()

    def _look(self, sink: Sink) -> float:
        """Look once.

        Returns:
            Seconds after which to look again because what is there may not last: no window at
            all, or a title that changes faster than it is told; 0 when what is active was told.
        """
        window, now = self._backend.current(), datetime.now(UTC)
        if window is None and self._window is not None:
            self._lost = self._lost or now
            left_s = NONE_S - (now - self._lost).total_seconds()
            if 0 < left_s <= NONE_S:
                return left_s
        else:
            self._lost = None
        early_s = 0.0
        if window is not None and identity(window) == identity(self._window):
            window, early_s = self._settled(window, now)
        self._change(sink, window, now)
        self._tell(sink, now)
        return early_s

    def _settled(self, window: ActiveWindow, now: datetime) -> tuple[ActiveWindow, float]:
        """The same window with the title to tell, and for how many seconds a newer one waits."""
        told = (self._window.title if self._window else None) or ""
        new = window.title or ""
        if new != self._seen[0]:
            self._seen = new, now
        if new == told or only_counts_differ(told, new):
            return replace(window, title=told), 0.0
        needed_s = rest_s(told, new)
        since = self._changed if needed_s == TITLE_S else self._seen[1]
        early_s = needed_s - (now - since).total_seconds()
        if 0 < early_s <= needed_s:  # else it is time, or the clock was set back
            return replace(window, title=told), early_s
        return window, 0.0

    def _change(self, sink: Sink, window: ActiveWindow | None, now: datetime) -> None:
        if window == self._window:
            return
        self._tell(sink, now)  # until now the one before was active
        switched = identity(window) != identity(self._window)
        if switched or (window and self._window and window.title != self._window.title):
            self._changed = now
        self._window = window
        if switched:
            at = self._backend.switched
            # an older one is of a switch that was told before
            recent = at is not None and 0 <= (now - at).total_seconds() <= NONE_S
            self._on_switch(at if at and recent else now)

    def _tell(self, sink: Sink, now: datetime) -> None:
        if self._window is None:
            return
        # Twice the interval, so that a late heartbeat still merges but a suspended machine's not.
        sink.heartbeat(self._bucket, Event(now, data=self._window.data), 2 * self._interval_s)


def identity(window: ActiveWindow | None) -> tuple[str | None, int | str | None] | None:
    """What stays the same while only the title changes; None without a window."""
    return window.identity if window else None
