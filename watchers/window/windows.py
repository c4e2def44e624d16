"""The active window on Windows: GetForegroundWindow, told of changes by SetWinEventHook.

Windows tells nobody on which virtual desktop a window is but through a COM interface that answers
for one's own windows, so the workspace is not told. Sources: learn.microsoft.com/windows/win32,
"SetWinEventHook", "GetForegroundWindow", "MonitorFromWindow". Untested: no Windows was at hand.
"""

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes
from datetime import datetime

from watchers import win32
from watchers.notices import Bell
from watchers.platform import Session
from watchers.window.backend import ActiveWindow

FOREGROUND, NAME_CHANGE = 0x0003, 0x800C  # EVENT_SYSTEM_…, EVENT_OBJECT_…
SKIP_OWN = 0x0002  # WINEVENT_SKIPOWNPROCESS; out of context is 0
WINDOW_ITSELF = 0  # OBJID_WINDOW
NEAREST = 2  # MONITOR_DEFAULTTONEAREST
STYLE, CAPTION = -16, 0x00C00000  # GWL_STYLE, WS_CAPTION
TITLE_LENGTH = 4096  # characters; longer titles are cut
CLASS_LENGTH = 256  # the longest there is
DESKTOPS = frozenset({"Progman", "WorkerW"})
FRAME, CORE = "ApplicationFrameHost.exe", "Windows.UI.Core.CoreWindow"

Rect = tuple[int, int, int, int]


class WindowsWindows:
    """Asks Windows."""

    install_hint = "Windows does not answer: start Hunch in your own desktop session."
    told = "application, title, process, program, full screen; by SetWinEventHook (untested)"
    switched: datetime | None = None

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bell = Bell()
        self._loop: win32.MessageLoop | None = None

    def is_compatible(self) -> bool:
        """Whether this is Windows."""
        return self._session.system == "windows"

    def is_available(self) -> bool:
        """Whether its libraries are there."""
        return sys.platform == "win32"

    def open(self) -> Bell:
        """Set the hooks, in a thread."""
        self._loop = win32.MessageLoop("window-events", self._hook)
        self._loop.start()
        return self._bell

    def take(self) -> bool:
        """Whether something changed since."""
        return self._bell.take()

    def current(self) -> ActiveWindow | None:
        """The window in the foreground; None while there is none."""
        window = win32.user32().GetForegroundWindow()
        if not window:
            return None
        pid = win32.process_of(window)
        program = win32.program_of(pid) if pid else None
        if program == FRAME:  # a frame around the window of an app from the store
            pid, program = self._inside(window) or (pid, program)
        return ActiveWindow(
            app=program,
            title=_text(window, win32.user32().GetWindowTextW, TITLE_LENGTH),
            number=int(window),
            pid=pid,
            executable=program,
            fullscreen=self._fullscreen(window),
        )

    def close(self) -> None:
        """Take the hooks away."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.stop()

    def _hook(self) -> Callable[[], None]:
        callback = win32.event_callback(self._hear)
        hooks = [
            win32.user32().SetWinEventHook(event, event, None, callback, 0, 0, SKIP_OWN)
            for event in (FOREGROUND, NAME_CHANGE)
        ]

        def end() -> None:
            for hook in hooks:
                win32.user32().UnhookWinEvent(hook)
            hooks.clear()
            del self._callback

        if not all(hooks):
            for hook in filter(None, hooks):
                win32.user32().UnhookWinEvent(hook)
            raise OSError("SetWinEventHook")
        self._callback = callback  # Windows calls it as long as the hooks are set
        return end

    def _hear(
        self, hook: int, event: int, window: int, part: int, child: int, thread: int, time: int
    ) -> None:
        in_front = event == FOREGROUND or window == win32.user32().GetForegroundWindow()
        if part == WINDOW_ITSELF and in_front:
            self._bell.ring()

    def _inside(self, frame: int) -> tuple[int, str | None] | None:
        inner = win32.user32().FindWindowExW(frame, None, CORE, None)
        pid = win32.process_of(inner) if inner else None
        return (pid, win32.program_of(pid)) if pid else None

    def _fullscreen(self, window: int) -> bool | None:
        rect, info = wintypes.RECT(), win32.MonitorInfo()
        info.cbSize = ctypes.sizeof(info)
        monitor = win32.user32().MonitorFromWindow(window, NEAREST)
        if not win32.user32().GetWindowRect(window, ctypes.byref(rect)):
            return None
        if not win32.user32().GetMonitorInfoW(monitor, ctypes.byref(info)):
            return None
        kind = _text(window, win32.user32().GetClassNameW, CLASS_LENGTH)
        style = win32.user32().GetWindowLongW(window, STYLE)
        return fills(_rect(rect), _rect(info.rcMonitor), style, kind or "")


def fills(window: Rect, monitor: Rect, style: int, kind: str) -> bool:
    """Whether a window fills its monitor: it covers it, has no title bar, and is no desktop.

    A maximised window covers it, too, where the taskbar hides itself.

    Args:
        window: Left, top, right and bottom edge, in pixels.
        monitor: The same of its monitor.
        style: Of the window, as GetWindowLong tells it.
        kind: Its class.
    """
    left, top, right, bottom = window
    covers = left <= monitor[0] and top <= monitor[1]
    covers = covers and right >= monitor[2] and bottom >= monitor[3]
    return covers and style & CAPTION != CAPTION and kind not in DESKTOPS


def _rect(rect: wintypes.RECT) -> Rect:
    return rect.left, rect.top, rect.right, rect.bottom


def _text(window: int, ask: Callable[..., int], length: int) -> str | None:
    buffer = ctypes.create_unicode_buffer(length)
    ask(window, buffer, length)
    return buffer.value or None
