"""Whether the focused field is a password field on Windows: its style, or what UI Automation says.

Edit controls carry ES_PASSWORD in their style (GetGUIThreadInfo, GetWindowLongW): asked before
every key, in microseconds. All others (WPF, UWP, Qt, browsers) answer UI Automation's
UIA_IsPasswordPropertyId (IUIAutomation::GetFocusedElement, CurrentIsPassword); that may take
a program's own time, so it is asked in a thread when the focus moves (SetWinEventHook with
EVENT_OBJECT_FOCUS), never in the keyboard's hook, which Windows removes when it is slow.

COM is spoken through its tables of functions by ctypes, in the order of UIAutomationClient.h.
Written from Microsoft's documentation; not tried on a machine.
"""

import asyncio
import ctypes
import logging
import threading
import uuid
from collections.abc import Callable
from ctypes import wintypes
from datetime import UTC, datetime
from typing import Any

from watchers.platform import Session
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

GWL_STYLE = -16
ES_PASSWORD = 0x20
EVENT_OBJECT_FOCUS = 0x8005
WINEVENT_OUTOFCONTEXT = 0
WM_QUIT = 0x0012
COINIT_APARTMENTTHREADED = 0x2
CLSCTX_INPROC_SERVER = 0x1
S_OK, S_FALSE = 0, 1
CLSID_CUIAUTOMATION = uuid.UUID("ff48dba4-60ef-4201-aa87-54103eef594e")
IID_IUIAUTOMATION = uuid.UUID("30cbe57d-d9d0-452a-ab13-7ac5ac4825ee")
# Places in the tables of functions.
RELEASE = 2  # IUnknown
GET_FOCUSED_ELEMENT = 8  # IUIAutomation
CURRENT_IS_PASSWORD = 35  # IUIAutomationElement
STOP_S = 3.0

win: Any = ctypes  # what of ctypes is there on Windows alone


class GuiThreadInfo(ctypes.Structure):
    """GUITHREADINFO (winuser.h)."""

    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("flags", wintypes.DWORD),
        ("hwndActive", wintypes.HWND),
        ("hwndFocus", wintypes.HWND),
        ("hwndCapture", wintypes.HWND),
        ("hwndMenuOwner", wintypes.HWND),
        ("hwndMoveSize", wintypes.HWND),
        ("hwndCaret", wintypes.HWND),
        ("rcCaret", wintypes.RECT),
    )


class WindowsFocus:
    """Asks the focused window's style, and UI Automation whenever the focus moves."""

    install_hint = "UI Automation gives no answer; only classic password fields are known."

    def __init__(self, session: Session) -> None:
        self._session = session
        self._secret = False
        self._thread_id = 0
        self._failure: str | None = None

    def is_compatible(self) -> bool:
        """Whether this is Windows."""
        return self._session.system == "windows"

    def is_available(self) -> bool:
        """Always: what it asks is part of Windows."""
        return self.is_compatible()

    def asks(self) -> bool:
        """Whether it is one now."""
        return self._secret or _has_password_style()

    async def run(self, changed: Callable[[bool, datetime], None]) -> None:
        """Follow the focus until cancelled."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def tell(secret: bool) -> None:
            if secret != self._secret:
                self._secret = secret
                loop.call_soon_threadsafe(changed, secret, datetime.now(UTC))

        def listen() -> None:
            try:
                self._listen(tell)
            except OSError as error:
                self._failure = type(error).__name__
            finally:
                loop.call_soon_threadsafe(ended.set)

        thread = threading.Thread(target=listen, name="focus", daemon=True)
        thread.start()
        try:
            await ended.wait()
            log.warning("the focus is no longer told: %s", self._failure or "no reason was given")
            raise WatcherError(self.install_hint)
        finally:
            self._secret = False
            win.windll.user32.PostThreadMessageW(self._thread_id, WM_QUIT, 0, 0)
            await asyncio.shield(asyncio.to_thread(thread.join, STOP_S))

    def _listen(self, tell: Callable[[bool], None]) -> None:
        """Hook focus events and pump messages until WM_QUIT. Blocks."""
        user, ole = win.windll.user32, win.windll.ole32
        self._thread_id = win.windll.kernel32.GetCurrentThreadId()
        if ole.CoInitializeEx(None, COINIT_APARTMENTTHREADED) not in (S_OK, S_FALSE):
            raise win.WinError()
        automation = _create(CLSID_CUIAUTOMATION, IID_IUIAUTOMATION)
        kind = win.WINFUNCTYPE(
            None, wintypes.HANDLE, wintypes.DWORD, wintypes.HWND, wintypes.LONG, wintypes.LONG,
            wintypes.DWORD, wintypes.DWORD,
        )  # fmt: skip
        procedure = kind(lambda *told: tell(_is_password(automation)))
        user.SetWinEventHook.restype = wintypes.HANDLE
        hook = user.SetWinEventHook(
            EVENT_OBJECT_FOCUS, EVENT_OBJECT_FOCUS, None, procedure, 0, 0, WINEVENT_OUTOFCONTEXT
        )
        if not hook:
            raise win.WinError()
        tell(_is_password(automation))  # what has the focus already
        message = wintypes.MSG()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user.DispatchMessageW(ctypes.byref(message))
        user.UnhookWinEvent(wintypes.HANDLE(hook))
        _call(automation, RELEASE)
        ole.CoUninitialize()


def _has_password_style() -> bool:
    """Whether the window with the focus is an edit control that shows dots."""
    user = win.windll.user32
    info = GuiThreadInfo(cbSize=ctypes.sizeof(GuiThreadInfo))
    if not user.GetGUIThreadInfo(0, ctypes.byref(info)) or not info.hwndFocus:  # the one in front
        return False
    name = ctypes.create_unicode_buffer(64)
    user.GetClassNameW(wintypes.HWND(info.hwndFocus), name, len(name))
    return is_password_style(
        name.value, user.GetWindowLongW(wintypes.HWND(info.hwndFocus), GWL_STYLE)
    )


def is_password_style(name: str, style: int) -> bool:
    """Whether a window's style says so; the bit means something else in other classes' styles.

    Args:
        name: The class: Edit, RichEdit20W, WindowsForms10.EDIT.app.0.1…, TEdit.
        style: As GetWindowLongW gives it.
    """
    return "edit" in name.lower() and bool(style & ES_PASSWORD)


def _create(kind: uuid.UUID, interface: uuid.UUID) -> ctypes.c_void_p:
    """An object of COM.

    Raises:
        OSError: It cannot be made.
    """
    made = ctypes.c_void_p()
    result = win.windll.ole32.CoCreateInstance(
        kind.bytes_le, None, CLSCTX_INPROC_SERVER, interface.bytes_le, ctypes.byref(made)
    )
    if result != S_OK or not made.value:
        raise OSError(result, "UI Automation cannot be started")
    return made


def _is_password(automation: ctypes.c_void_p) -> bool:
    """What UI Automation says of the element with the focus; False when it says nothing."""
    element, answer = ctypes.c_void_p(), ctypes.c_int()
    if _call(automation, GET_FOCUSED_ELEMENT, ctypes.byref(element)) != S_OK or not element.value:
        return False
    try:
        asked = _call(element, CURRENT_IS_PASSWORD, ctypes.byref(answer))
    finally:
        _call(element, RELEASE)
    return asked == S_OK and bool(answer.value)


def _call(thing: ctypes.c_void_p, place: int, *arguments: Any) -> int:
    """Call the function at a place of an object's table; returns an HRESULT."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    kind = win.WINFUNCTYPE(ctypes.c_long, ctypes.c_void_p, *[ctypes.c_void_p] * len(arguments))
    return int(kind(table[place])(thing, *arguments))
