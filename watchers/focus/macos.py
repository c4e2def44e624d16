"""Whether a password is typed on macOS: secure event input, which every password field switches on.

IsSecureEventInputEnabled (Carbon, CarbonEventsCore.h; Technical Note TN2150). While it is on, macOS
shows keys to no event tap either, so there is nothing to hide but the fact, which is told.

Written from the documentation; not tried on a machine.
"""

import asyncio
import ctypes
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from watchers.platform import Session

log = logging.getLogger(__name__)

CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
POLL_S = 1.0  # no notice tells of it, and no key is seen meanwhile


class MacosFocus:
    """Asks the window server's flag."""

    install_hint = "macOS' Carbon framework cannot be loaded; password fields are not known."

    def __init__(self, session: Session) -> None:
        self._session = session
        self._carbon: Any = None

    def is_compatible(self) -> bool:
        """Whether this is macOS."""
        return self._session.system == "macos"

    def is_available(self) -> bool:
        """Whether the framework can be loaded."""
        try:
            self._load()
        except (OSError, AttributeError) as error:
            log.info("Carbon cannot be loaded: %s", type(error).__name__)
            return False
        return True

    async def run(self, changed: Callable[[bool, datetime], None]) -> None:
        """Follow it until cancelled."""
        self._load()
        while True:
            changed(self.asks(), datetime.now(UTC))
            await asyncio.sleep(POLL_S)

    def asks(self) -> bool:
        """Whether it is on now."""
        return self._carbon is not None and bool(self._carbon.IsSecureEventInputEnabled())

    def _load(self) -> None:
        carbon = ctypes.CDLL(CARBON)
        carbon.IsSecureEventInputEnabled.restype = ctypes.c_ubyte  # Boolean
        carbon.IsSecureEventInputEnabled.argtypes = []
        self._carbon = carbon
