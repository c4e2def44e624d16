"""The active window on macOS: NSWorkspace tells the application, the Accessibility API its window.

Nothing tells of a new title, so both are asked again and again. NSWorkspace learns of another
application in front from the main thread's run loop, which nothing runs in a daemon of asyncio:
here it is run for a moment before each question, so this has to be used on the main thread.
Without the permission of the user the application is told alone. Workspaces (Spaces) have no public
interface. Sources: developer.apple.com, `NSWorkspace.frontmostApplication`, `AXUIElement.h`,
`AXAttributeConstants.h`; `AXFullScreen` is in no header, but all applications with a full screen
have it. Untested: no Mac was at hand.
"""

import logging
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.window.backend import ActiveWindow

log = logging.getLogger(__name__)

ANSWER_S = 0.3  # a program that hangs would hold us for 6 s
TURNS = 16  # of the run loop, at most
NOT_TRUSTED = (
    "macOS tells the application alone, no titles: allow Hunch under System Settings, Privacy & "
    "Security, Accessibility, and start it again."
)


class MacosWindows:
    """Asks macOS."""

    install_hint = (
        "macOS cannot be asked for its windows: install pyobjc-framework-Cocoa and "
        "pyobjc-framework-ApplicationServices."
    )
    switched: datetime | None = None

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def told(self) -> str:
        """What it tells with the permission that it has."""
        if not is_trusted():
            return f"application, process, program (untested). {NOT_TRUSTED}"
        return "application, title, process, program, full screen; asked twice a second (untested)"

    def is_compatible(self) -> bool:
        """Whether this is macOS."""
        return self._session.system == "macos"

    def is_available(self) -> bool:
        """Whether pyobjc is there."""
        return all(find_spec(name) is not None for name in ("AppKit", "ApplicationServices"))

    def open(self) -> None:
        """Nothing tells of changes."""
        if not self.is_available():
            raise WatcherError(self.install_hint)
        if not is_trusted():
            log.warning(NOT_TRUSTED)

    def take(self) -> bool:
        """Whether something changed is known by asking alone."""
        return True

    def current(self) -> ActiveWindow | None:
        """The application in front, and its window with the focus."""
        appkit: Any = import_module("AppKit")
        _run_loop(appkit)
        application = appkit.NSWorkspace.sharedWorkspace().frontmostApplication()
        if application is None:
            return None
        pid = int(application.processIdentifier())
        title, fullscreen = focused_window(pid) if pid > 0 else (None, None)
        path = application.executableURL()
        return ActiveWindow(
            app=application.localizedName() or None,
            title=title,
            pid=pid if pid > 0 else None,
            executable=str(path.lastPathComponent()) if path is not None else None,
            fullscreen=fullscreen,
        )

    def close(self) -> None:
        """Nothing is open."""


def is_trusted() -> bool:
    """Whether the user allowed us to read windows."""
    if find_spec("ApplicationServices") is None:
        return False
    services: Any = import_module("ApplicationServices")
    return bool(services.AXIsProcessTrusted())


def focused_window(pid: int) -> tuple[str | None, bool | None]:
    """Title and full screen of an application's window with the focus; None what is not told."""
    services: Any = import_module("ApplicationServices")
    application = services.AXUIElementCreateApplication(pid)
    services.AXUIElementSetMessagingTimeout(application, ANSWER_S)
    window = attribute(services, application, "AXFocusedWindow")
    if window is None:
        return None, None
    title = attribute(services, window, "AXTitle")
    fullscreen = attribute(services, window, "AXFullScreen")
    return str(title) if title else None, None if fullscreen is None else bool(fullscreen)


def attribute(services: Any, element: Any, name: str) -> Any:
    """What an element tells of itself; None when it does not, or we may not ask.

    Args:
        services: The module ApplicationServices.
        element: An AXUIElement.
        name: Of the attribute.
    """
    error, value = services.AXUIElementCopyAttributeValue(element, name, None)
    if error:
        log.debug("a window does not tell %s: error %d", name, error)
        return None
    return value


def _run_loop(appkit: Any) -> None:
    """Let the run loop take what waits for it."""
    loop = appkit.NSRunLoop.mainRunLoop()
    for _ in range(TURNS):
        if not loop.runMode_beforeDate_(appkit.NSDefaultRunLoopMode, appkit.NSDate.distantPast()):
            return
