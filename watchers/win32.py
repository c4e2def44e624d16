"""What our readers call of Windows, with its types, and a thread with a message loop.

Loads nothing before it is asked, so that it can be imported, and its pure part tested, anywhere.
Sources: learn.microsoft.com/windows/win32, the page of each function. Untested: no Windows was at
hand where this was written.
"""

import ctypes
import logging
import threading
from collections.abc import Callable
from ctypes import wintypes
from functools import cache
from typing import Any

from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

START_S = 5.0
STOP_S = 3.0
WM_QUIT = 0x0012
QUERY_LIMITED = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
PATH_LENGTH = 32768  # characters: the longest path there is
SIZE_T = ctypes.c_size_t

# function: (result, arguments)
USER32: dict[str, tuple[Any, list[Any]]] = {
    "AddClipboardFormatListener": (wintypes.BOOL, [wintypes.HWND]),
    "CloseClipboard": (wintypes.BOOL, []),
    "CreateWindowExW": (
        wintypes.HWND,
        [wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD]
        + 4 * [ctypes.c_int]
        + [wintypes.HWND, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID],
    ),
    "DestroyWindow": (wintypes.BOOL, [wintypes.HWND]),
    "EnumClipboardFormats": (wintypes.UINT, [wintypes.UINT]),
    "FindWindowExW": (
        wintypes.HWND,
        [wintypes.HWND, wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR],
    ),
    "GetClassNameW": (ctypes.c_int, [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]),
    "GetClipboardData": (wintypes.HANDLE, [wintypes.UINT]),
    "GetClipboardOwner": (wintypes.HWND, []),
    "GetForegroundWindow": (wintypes.HWND, []),
    "GetMessageW": (
        ctypes.c_int,
        [ctypes.POINTER(wintypes.MSG), wintypes.HWND, wintypes.UINT, wintypes.UINT],
    ),
    "GetMonitorInfoW": (wintypes.BOOL, [wintypes.HMONITOR, wintypes.LPVOID]),
    "GetWindowLongW": (wintypes.LONG, [wintypes.HWND, ctypes.c_int]),
    "GetWindowRect": (wintypes.BOOL, [wintypes.HWND, ctypes.POINTER(wintypes.RECT)]),
    "GetWindowTextW": (ctypes.c_int, [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]),
    "GetWindowThreadProcessId": (
        wintypes.DWORD,
        [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)],
    ),
    "MonitorFromWindow": (wintypes.HMONITOR, [wintypes.HWND, wintypes.DWORD]),
    "OpenClipboard": (wintypes.BOOL, [wintypes.HWND]),
    "PostThreadMessageW": (
        wintypes.BOOL,
        [wintypes.DWORD, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM],
    ),
    "RegisterClipboardFormatW": (wintypes.UINT, [wintypes.LPCWSTR]),
    "RemoveClipboardFormatListener": (wintypes.BOOL, [wintypes.HWND]),
    "SetWinEventHook": (
        wintypes.HANDLE,
        [wintypes.DWORD, wintypes.DWORD, wintypes.HMODULE, ctypes.c_void_p] + 3 * [wintypes.DWORD],
    ),
    "UnhookWinEvent": (wintypes.BOOL, [wintypes.HANDLE]),
}
KERNEL32: dict[str, tuple[Any, list[Any]]] = {
    "CloseHandle": (wintypes.BOOL, [wintypes.HANDLE]),
    "GetCurrentThreadId": (wintypes.DWORD, []),
    "GlobalLock": (wintypes.LPVOID, [wintypes.HGLOBAL]),
    "GlobalSize": (SIZE_T, [wintypes.HGLOBAL]),
    "GlobalUnlock": (wintypes.BOOL, [wintypes.HGLOBAL]),
    "OpenProcess": (wintypes.HANDLE, [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]),
    "QueryFullProcessImageNameW": (
        wintypes.BOOL,
        [wintypes.HANDLE, wintypes.DWORD, wintypes.LPWSTR, ctypes.POINTER(wintypes.DWORD)],
    ),
}
SHELL32: dict[str, tuple[Any, list[Any]]] = {
    "DragQueryFileW": (
        wintypes.UINT,
        [wintypes.HANDLE, wintypes.UINT, wintypes.LPWSTR, wintypes.UINT],
    ),
}


class MonitorInfo(ctypes.Structure):
    """MONITORINFO."""

    _fields_ = [
        ("cbSize", wintypes.DWORD),
        ("rcMonitor", wintypes.RECT),
        ("rcWork", wintypes.RECT),
        ("dwFlags", wintypes.DWORD),
    ]


@cache
def user32() -> Any:
    """Windows, messages and the clipboard."""
    return _load("user32", USER32)


@cache
def kernel32() -> Any:
    """Processes and memory."""
    return _load("kernel32", KERNEL32)


@cache
def shell32() -> Any:
    """Lists of files."""
    return _load("shell32", SHELL32)


def event_callback(hear: Callable[..., None]) -> Any:
    """A WINEVENTPROC; the caller keeps it while its hook is set.

    Args:
        hear: Called with hook, event, window, object, child, thread and time.
    """
    windows: Any = ctypes  # what is there on Windows alone
    handle, word, long = wintypes.HANDLE, wintypes.DWORD, wintypes.LONG
    kind = windows.WINFUNCTYPE(None, handle, word, wintypes.HWND, long, long, word, word)
    return kind(hear)


def process_of(window: int) -> int | None:
    """The number of a window's process."""
    number = wintypes.DWORD()
    user32().GetWindowThreadProcessId(window, ctypes.byref(number))
    return number.value or None


def program_of(pid: int) -> str | None:
    """The file name of a process's program ("notepad.exe"); None when it may not be asked."""
    handle = kernel32().OpenProcess(QUERY_LIMITED, False, pid)
    if not handle:
        log.debug("a window's process may not be asked")
        return None
    try:
        length = wintypes.DWORD(PATH_LENGTH)
        path = ctypes.create_unicode_buffer(PATH_LENGTH)
        found = kernel32().QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length))
        return file_name(path.value) if found else None
    finally:
        kernel32().CloseHandle(handle)


def file_name(path: str) -> str | None:
    """The last part of a Windows path."""
    return path.replace("/", "\\").rstrip("\\").rpartition("\\")[2] or None


class MessageLoop:
    """A thread that sets something up, takes its messages until it is ended, and takes it down."""

    def __init__(
        self,
        name: str,
        begin: Callable[[], Callable[[], None]],
        take: Callable[[int], None] = lambda message: None,
    ) -> None:
        """Prepare.

        Args:
            name: Of the thread.
            begin: Called in the thread; returns what takes down what it set up.
            take: Called in the thread with the number of each message.
        """
        self._begin, self._take = begin, take
        self._number = 0
        self._started = threading.Event()
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start it and wait until all is set up.

        Raises:
            WatcherError: It could not be set up.
        """
        self._thread.start()
        if not self._started.wait(START_S) or self._failure is not None:
            raise WatcherError(self._failure or "Windows does not answer: start Hunch again.")

    def stop(self) -> None:
        """End it; waits a few seconds at most."""
        if self._thread.is_alive():
            user32().PostThreadMessageW(self._number, WM_QUIT, 0, 0)
            self._thread.join(STOP_S)

    def _run(self) -> None:
        self._number = kernel32().GetCurrentThreadId()
        try:
            end = self._begin()
        except OSError as error:
            log.warning("a hook of Windows could not be set: %s", error)
            self._failure = "Windows refused a hook: start Hunch in your own desktop session."
            return
        finally:
            self._started.set()
        message = wintypes.MSG()
        while user32().GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            self._take(message.message)
        end()


def _load(name: str, functions: dict[str, tuple[Any, list[Any]]]) -> Any:
    windows: Any = ctypes
    library = windows.WinDLL(name, use_last_error=True)
    for function, (result, arguments) in functions.items():
        call = getattr(library, function)
        call.restype, call.argtypes = result, arguments
    return library
