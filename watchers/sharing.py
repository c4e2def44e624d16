"""Is the screen shared with others? Told by the small windows that say so to the user.

Browsers and meeting programs must show that they share the screen, and each does it with a window
of its own: its title is the one sign that all of X11's have in common. Titles are compared here
and go nowhere. Wayland shows no program the windows of others; macOS and Windows are not written.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

from watchers.display import LOST, connect, disconnect, take_notices
from watchers.manifest import Manifest
from watchers.notices import Notices
from watchers.platform import Session
from watchers.sink import Sink
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

SETTLE_S = 0.5  # a window gets its title after it is in the list
SIGNS = re.compile(
    r"(?:is|are) sharing (?:your|the|a|this) (?:screen|window|tab|desktop)"  # Chromium, Teams
    r"|(?:teilt|gibt) (?:Ihren|den) Bildschirm|partage (?:votre|l.) ?écran"
    r"|comparte tu pantalla|está compartiendo (?:la|tu) pantalla|sta condividendo lo schermo"
    r"|sharing indicator|webrtc global indicator"  # Firefox
    r"|^as_toolbar$|zoom share (?:toolbar|statusbar)|screen sharing (?:meeting controls|toolbar)",
    re.I,
)


class SharingWatcher:
    """Watches for windows that say that the screen is shared; writes no event."""

    name = "sharing"
    manifests: tuple[Manifest, ...] = ()

    def __init__(self, session: Session, on_change: Callable[[bool], None]) -> None:
        """Prepare.

        Args:
            session: Where we run; see `is_compatible`.
            on_change: Told True when sharing begins and False when it ends.
        """
        self._session = session
        self._on_change = on_change
        self._display: Any = None
        self._names = 0  # the atom of the list of windows
        self._shared = False
        self._signs: dict[int, bool] = {}  # by window; each is read once

    @staticmethod
    def is_compatible(session: Session) -> bool:
        """Whether other programs' windows can be seen in such a session."""
        return session.display_server == "x11"

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        from Xlib import X
        from Xlib.error import ConnectionClosedError

        self._display, self._signs = connect(self._session.display), {}
        self._display.set_error_handler(_vanished)
        try:
            self._names = self._display.intern_atom("_NET_CLIENT_LIST")
            self._display.screen().root.change_attributes(event_mask=X.PropertyChangeMask)
            self._display.sync()
            with Notices(self._display.fileno(), self._take) as notices:
                while True:
                    self._look()
                    notices.look()  # one may have come in with the answers
                    await notices.wait(None)
                    await asyncio.sleep(SETTLE_S)
        except (ConnectionClosedError, OSError) as error:
            raise WatcherError(LOST, "crashed") from error
        finally:
            self._tell(shared=False)
            disconnect(self._display)

    def _take(self) -> bool:
        return take_notices(self._display, lambda told: getattr(told, "atom", 0) == self._names)

    def _look(self) -> None:
        from Xlib import X

        root = self._display.screen().root
        found = root.get_full_property(self._names, X.AnyPropertyType)
        windows = set(found.value if found else ())
        self._signs = {
            number: self._signs[number] if number in self._signs else self._says_so(number)
            for number in windows
        }
        self._tell(shared=any(self._signs.values()))

    def _says_so(self, number: int) -> bool:
        from Xlib import X
        from Xlib.error import XError

        window = self._display.create_resource_object("window", number)
        try:
            atom = self._display.intern_atom("_NET_WM_NAME")
            found = window.get_full_property(atom, X.AnyPropertyType)
            title = (found.value if found else None) or window.get_wm_name() or ""
        except XError:  # it was closed meanwhile
            return False
        text = title.decode("utf-8", "replace") if isinstance(title, bytes) else str(title)
        return SIGNS.search(text) is not None

    def _tell(self, *, shared: bool) -> None:
        if shared != self._shared:
            self._shared = shared
            log.info("the screen is %s", "shared" if shared else "shared no more")
            self._on_change(shared)


def _vanished(error: Any, request: Any) -> None:
    log.debug("a window vanished: %s", type(error).__name__)
