"""The session on Windows: messages of its locks and of sleep, and what keeps the display on.

A message-only window in a thread of its own gets WM_WTSSESSION_CHANGE
(WTSRegisterSessionNotification) and WM_POWERBROADCAST (RegisterSuspendResumeNotification, since
broadcasts do not reach such a window). What keeps the display on is read every other second
(CallNtPowerInformation with SystemExecutionState; which program does, only an administrator may
ask, with powercfg /requests).

Written from Microsoft's documentation; not tried on a machine.
"""

import asyncio
import ctypes
import logging
import threading
from ctypes import wintypes
from typing import Any, Literal

from watchers.platform import Session
from watchers.session.backend import Told
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

WM_QUIT = 0x0012
WM_POWERBROADCAST = 0x0218
WM_WTSSESSION_CHANGE = 0x02B1
PBT_APMSUSPEND, PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC = 0x4, 0x7, 0x12
WTS_CONSOLE_CONNECT, WTS_CONSOLE_DISCONNECT = 0x1, 0x2
WTS_REMOTE_CONNECT, WTS_REMOTE_DISCONNECT = 0x3, 0x4
WTS_SESSION_LOCK, WTS_SESSION_UNLOCK = 0x7, 0x8
NOTIFY_FOR_THIS_SESSION = 0
DEVICE_NOTIFY_WINDOW_HANDLE = 0
HWND_MESSAGE = -3
WTS_CURRENT_SERVER, WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX = 0, -1, 25
WTS_SESSIONSTATE_LOCK = 0
SYSTEM_EXECUTION_STATE = 16
ES_DISPLAY_REQUIRED = 0x2
STOP_S = 3.0

win: Any = ctypes  # what of ctypes is there on Windows alone
Change = tuple[Literal["locked", "away", "asleep"], bool]


class WindowsSession:
    """Hears the messages, and asks for the rest."""

    install_hint = "Windows tells nothing of its session here: start Hunch inside your session."

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thread_id = 0
        self._failure: str | None = None

    def is_compatible(self) -> bool:
        """Whether this is Windows."""
        return self._session.system == "windows"

    def is_available(self) -> bool:
        """Always: what it asks is part of Windows."""
        return self.is_compatible()

    async def run(self, told: Told) -> None:
        """Tell of locks and sleep until cancelled."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def take(message: int, what: int) -> None:
            change = change_of(message, what)
            if change is not None:
                loop.call_soon_threadsafe(_tell, told, change)

        def listen() -> None:
            try:
                self._listen(take)
            except OSError as error:
                self._failure = type(error).__name__
            finally:
                loop.call_soon_threadsafe(ended.set)

        told.locked("session", _locked_now())
        thread = threading.Thread(target=listen, name="session", daemon=True)
        thread.start()
        try:
            await ended.wait()
            log.warning("the session's messages ended: %s", self._failure or "no reason was given")
            raise WatcherError(self.install_hint)
        finally:
            win.windll.user32.PostThreadMessageW(self._thread_id, WM_QUIT, 0, 0)
            await asyncio.shield(asyncio.to_thread(thread.join, STOP_S))

    def look(self, told: Told) -> None:
        """Ask what keeps the display on."""
        state = ctypes.c_ulong()
        failed = win.windll.powrprof.CallNtPowerInformation(
            SYSTEM_EXECUTION_STATE, None, 0, ctypes.byref(state), ctypes.sizeof(state)
        )
        told.watching("display", not failed and bool(state.value & ES_DISPLAY_REQUIRED))

    def _listen(self, take: Any) -> None:
        """Make the window, register it, and pump its messages until WM_QUIT. Blocks."""
        user, kernel = win.windll.user32, win.windll.kernel32
        window, keep = _message_window(take)
        wts = win.windll.wtsapi32
        if not wts.WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION):
            raise win.WinError()
        user.RegisterSuspendResumeNotification.restype = ctypes.c_void_p
        user.UnregisterSuspendResumeNotification.argtypes = [ctypes.c_void_p]
        power = user.RegisterSuspendResumeNotification(window, DEVICE_NOTIFY_WINDOW_HANDLE)
        self._thread_id = kernel.GetCurrentThreadId()
        message = wintypes.MSG()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user.DispatchMessageW(ctypes.byref(message))
        user.UnregisterSuspendResumeNotification(power)
        wts.WTSUnRegisterSessionNotification(window)
        user.DestroyWindow(window)
        del keep


def change_of(message: int, what: int) -> Change | None:
    """What a window's message says; None when it says nothing of the session."""
    if message == WM_POWERBROADCAST:
        if what == PBT_APMSUSPEND:
            return "asleep", True
        return ("asleep", False) if what in (PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC) else None
    if message != WM_WTSSESSION_CHANGE:
        return None
    if what in (WTS_SESSION_LOCK, WTS_SESSION_UNLOCK):
        return "locked", what == WTS_SESSION_LOCK
    if what in (WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT):
        return "away", True
    return ("away", False) if what in (WTS_CONSOLE_CONNECT, WTS_REMOTE_CONNECT) else None


def _tell(told: Told, change: Change) -> None:
    kind, holds = change
    if kind == "asleep":
        told.asleep(holds)
    else:
        told.locked("session" if kind == "locked" else "another session", holds)


def _message_window(take: Any) -> tuple[Any, Any]:
    """A message-only window that hands its messages to `take`, and what must live as long."""
    user = win.windll.user32
    user.DefWindowProcW.argtypes = [
        wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
    ]  # fmt: skip
    user.DefWindowProcW.restype = ctypes.c_ssize_t
    user.CreateWindowExW.restype = wintypes.HWND
    kind = win.WINFUNCTYPE(
        ctypes.c_ssize_t, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
    )

    def handle(window: Any, message: int, what: int, more: int) -> Any:
        take(message, what)
        return user.DefWindowProcW(window, message, what, more)

    procedure = kind(handle)

    class WNDCLASS(ctypes.Structure):
        _fields_ = (
            ("style", wintypes.UINT),
            ("lpfnWndProc", kind),
            ("cbClsExtra", ctypes.c_int),
            ("cbWndExtra", ctypes.c_int),
            ("hInstance", wintypes.HINSTANCE),
            ("hIcon", wintypes.HANDLE),
            ("hCursor", wintypes.HANDLE),
            ("hbrBackground", wintypes.HANDLE),
            ("lpszMenuName", wintypes.LPCWSTR),
            ("lpszClassName", wintypes.LPCWSTR),
        )

    described = WNDCLASS(lpfnWndProc=procedure, lpszClassName=f"HunchSession{id(procedure)}")
    user.RegisterClassW(ctypes.byref(described))
    window = user.CreateWindowExW(
        0, described.lpszClassName, None, 0, 0, 0, 0, 0, wintypes.HWND(HWND_MESSAGE), None, None, None
    )  # fmt: skip
    if not window:
        raise win.WinError()
    return window, (procedure, described)


def _locked_now() -> bool:
    """Whether it is locked at this moment (WTSQuerySessionInformationW, WTSINFOEX)."""
    data, length = ctypes.c_void_p(), ctypes.c_ulong()
    wts = win.windll.wtsapi32
    asked = wts.WTSQuerySessionInformationW(
        WTS_CURRENT_SERVER, WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX,
        ctypes.byref(data), ctypes.byref(length),
    )  # fmt: skip
    if not asked or not data.value:
        return False
    # Level, then the union's SessionId, SessionState, SessionFlags: four longs from byte 0,
    # the union being aligned to 8 for the times in it
    flags = ctypes.c_long.from_address(data.value + 16).value
    wts.WTSFreeMemory(data)
    return flags == WTS_SESSIONSTATE_LOCK
