"""The session on macOS: the window server's dictionary, and power assertions.

Asked once in two seconds, since notifications need a run loop on the main thread, which asyncio
has: at the login window macOS shows keys to no program anyway (secure input), so nothing is told
meanwhile. Sleep is seen by the clock (`watchers.session.clock`).

Sources: CGSessionCopyCurrentDictionary (Quartz Window Services; the key of the lock is not
documented, but set since 10.4), IOPMCopyAssertionsStatus (IOKit, IOPMLib.h).

Written from the documentation; not tried on a machine.
"""

import asyncio
import ctypes
import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from watchers.platform import Session
from watchers.session.backend import Told
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

IOKIT = "/System/Library/Frameworks/IOKit.framework/IOKit"
# A film, a call, a presentation: the display must not sleep.
SHOWING = ("PreventUserIdleDisplaySleep", "NoDisplaySleepAssertion")


class MacosSession:
    """Asks the window server and the power management."""

    install_hint = (
        "macOS' frameworks cannot be loaded: install Hunch again, with its dependencies "
        "pyobjc-framework-Quartz and pyobjc-core."
    )

    def __init__(self, session: Session) -> None:
        self._session = session
        self._iokit: Any = None

    def is_compatible(self) -> bool:
        """Whether this is macOS."""
        return self._session.system == "macos"

    def is_available(self) -> bool:
        """Whether the frameworks can be loaded."""
        try:
            import_module("objc")
            import_module("Quartz")
        except ImportError:
            return False
        return True

    async def run(self, told: Told) -> None:
        """Only looking tells anything here."""
        try:
            self._iokit = ctypes.CDLL(IOKIT)
        except OSError as error:
            raise WatcherError(self.install_hint) from error
        await asyncio.Event().wait()

    def look(self, told: Told) -> None:
        """Ask both."""
        quartz = import_module("Quartz")
        told.locked("window server", is_locked(quartz.CGSessionCopyCurrentDictionary()))
        if self._iokit is not None:
            told.watching("assertions", shows(self._assertions()))

    def _assertions(self) -> Mapping[str, Any]:
        objc = import_module("objc")
        found = ctypes.c_void_p()
        if self._iokit.IOPMCopyAssertionsStatus(ctypes.byref(found)) != 0 or not found.value:
            log.debug("the power assertions cannot be read")
            return {}
        # toll-free bridged: a CFDictionary is an NSDictionary; what was copied is ours to release
        return dict(objc.objc_object(c_void_p=found.value).autorelease())


def is_locked(state: Mapping[str, Any] | None) -> bool:
    """Whether the screen is locked, or shows another user's session.

    Args:
        state: The window server's dictionary; None without a session in it.
    """
    if state is None:
        return False
    locked = state.get("CGSSessionScreenIsLocked") or state.get("kCGSSessionScreenIsLocked")
    return bool(locked) or not state.get("kCGSSessionOnConsoleKey", True)


def shows(assertions: Mapping[str, Any]) -> bool:
    """Whether a program keeps the display on; `assertions` maps kinds to levels, 0 for off."""
    return any(int(assertions.get(kind, 0)) != 0 for kind in SHOWING)
