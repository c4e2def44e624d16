"""The readers for macOS and Windows: what is pure, and what they ask, of stand-ins for both systems."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from watchers import win32
from watchers.clipboard import choose as clipboards
from watchers.clipboard import macos, windows
from watchers.clipboard.macos import MacosClipboard, choose_type
from watchers.clipboard.windows import BITMAP, FILES_DROPPED, TEXT, choose_format, decoded
from watchers.platform import Session
from watchers.window import choose as readers
from watchers.window.backend import ActiveWindow
from watchers.window.macos import MacosWindows
from watchers.window.windows import CAPTION, WindowsWindows, fills


@pytest.mark.parametrize(
    ("window", "style", "kind", "full"),
    [
        ((0, 0, 1920, 1080), 0, "Chrome_WidgetWin_1", True),
        ((-8, -8, 1928, 1088), CAPTION, "Notepad", False),  # maximised, the taskbar hidden
        ((0, 0, 1920, 1040), 0, "Game", False),
        ((1, 0, 1920, 1080), 0, "Game", False),
        ((0, 0, 1920, 1080), 0, "Progman", False),  # the desktop itself
        ((0, 0, 1920, 1080), 0, "WorkerW", False),
    ],
)
def test_a_window_fills_its_monitor(
    window: tuple[int, int, int, int], style: int, kind: str, full: bool
) -> None:
    assert fills(window, (0, 0, 1920, 1080), style, kind) is full


def test_windows_formats_paths_and_texts() -> None:
    assert choose_format([BITMAP, TEXT, FILES_DROPPED], [], 99) == FILES_DROPPED
    assert choose_format([BITMAP, TEXT], [], 99) == TEXT
    assert choose_format([BITMAP, 99], [], 99) == 99
    assert choose_format([1, 2], [], 99) is None
    assert choose_format([TEXT, 500], [500], 99) is None
    assert decoded("a\r\nü\0rest".encode("utf-16-le") + b"\1") == "a\nü"
    assert win32.file_name("C:\\Windows\\notepad.exe") == "notepad.exe"
    assert win32.file_name("C:/x/y/") == "y"


class User32:
    """A stand-in with what the tests ask of Windows."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self, f"_{name}")

    _GetForegroundWindow = staticmethod(lambda: 7)
    _MonitorFromWindow = staticmethod(lambda window, nearest: 1)
    _GetWindowLongW = staticmethod(lambda window, index: 0)
    _FindWindowExW = staticmethod(lambda *_: 8)

    @staticmethod
    def _GetWindowTextW(window: int, buffer: Any, length: int) -> int:
        buffer.value = "Untitled - Notepad"
        return len(buffer.value)

    @staticmethod
    def _GetClassNameW(window: int, buffer: Any, length: int) -> int:
        buffer.value = "Notepad"
        return 7

    @staticmethod
    def _GetWindowThreadProcessId(window: int, number: Any) -> int:
        number._obj.value = 100 + window
        return 1

    @staticmethod
    def _GetWindowRect(window: int, rect: Any) -> int:
        rect._obj.right, rect._obj.bottom = 800, 600
        return 1

    @staticmethod
    def _GetMonitorInfoW(monitor: int, info: Any) -> int:
        info._obj.rcMonitor.right, info._obj.rcMonitor.bottom = 800, 600
        return 1


@pytest.mark.parametrize(
    ("program", "pid", "name"),
    [("notepad.exe", 107, "notepad.exe"), ("ApplicationFrameHost.exe", 108, "Calculator.exe")],
)
def test_windows_is_asked_for_its_window(
    monkeypatch: pytest.MonkeyPatch, program: str, pid: int, name: str
) -> None:
    programs = {107: program, 108: "Calculator.exe"}
    monkeypatch.setattr(win32, "user32", User32)
    monkeypatch.setattr(win32, "program_of", programs.get)
    window = WindowsWindows(Session("windows", "native")).current()
    assert window == ActiveWindow(
        app=name, title="Untitled - Notepad", number=7, pid=pid, executable=name, fullscreen=True
    )


def test_what_is_called_of_windows_has_types() -> None:
    for functions in (win32.USER32, win32.KERNEL32, win32.SHELL32):
        for _, arguments in functions.values():
            assert all(hasattr(kind, "from_param") for kind in arguments)


# macOS


def apple(monkeypatch: pytest.MonkeyPatch, board: Any = None, trusted: bool = True) -> None:
    """Stand-ins for pyobjc's modules, with what the readers ask for."""
    application = SimpleNamespace(
        processIdentifier=lambda: 42,
        localizedName=lambda: "Safari",
        executableURL=lambda: SimpleNamespace(lastPathComponent=lambda: "Safari"),
    )
    workspace = SimpleNamespace(frontmostApplication=lambda: application)
    turns = iter([True, True])
    loop = SimpleNamespace(runMode_beforeDate_=lambda mode, date: next(turns, False))
    appkit = SimpleNamespace(
        NSWorkspace=SimpleNamespace(sharedWorkspace=lambda: workspace),
        NSRunLoop=SimpleNamespace(mainRunLoop=lambda: loop),
        NSDate=SimpleNamespace(distantPast=lambda: 0),
        NSDefaultRunLoopMode="mode",
        NSURL="NSURL",
        NSPasteboard=SimpleNamespace(generalPasteboard=lambda: board),
    )
    told = {("app", "AXFocusedWindow"): "win", ("win", "AXTitle"): "A page"}
    services = SimpleNamespace(
        AXIsProcessTrusted=lambda: trusted,
        AXUIElementCreateApplication=lambda pid: "app",
        AXUIElementSetMessagingTimeout=lambda element, seconds: 0,
        AXUIElementCopyAttributeValue=lambda element, name, none: (
            (0, told[element, name]) if trusted and (element, name) in told else (-25211, None)
        ),
    )
    monkeypatch.setitem(sys.modules, "AppKit", appkit)
    monkeypatch.setitem(sys.modules, "ApplicationServices", services)
    for name in ("watchers.window.macos.find_spec", "watchers.clipboard.macos.find_spec"):
        monkeypatch.setattr(name, lambda module: object())


@pytest.mark.parametrize(("trusted", "title"), [(True, "A page"), (False, None)])
def test_macos_is_asked_for_its_window(
    monkeypatch: pytest.MonkeyPatch, trusted: bool, title: str | None
) -> None:
    apple(monkeypatch, trusted=trusted)
    reader = readers.choose(Session("macos", "native"))
    assert isinstance(reader, MacosWindows)
    reader.open()
    assert reader.current() == ActiveWindow("Safari", title, pid=42, executable="Safari")
    assert ("Accessibility" in reader.told) is not trusted


class Board:
    """A stand-in for NSPasteboard."""

    def __init__(self, **kinds: Any) -> None:
        self.kinds = {name.replace("_", "."): value for name, value in kinds.items()}
        self.count, self.read = 1, 0

    def changeCount(self) -> int:
        return self.count

    def types(self) -> list[str]:
        return list(self.kinds)

    def stringForType_(self, kind: str) -> Any:
        self.read += 1
        return self.kinds.get(kind)

    def dataForType_(self, kind: str) -> Any:
        return SimpleNamespace(length=lambda: len(self.kinds[kind]))

    def readObjectsForClasses_options_(self, classes: Any, options: Any) -> Any:
        return [SimpleNamespace(lastPathComponent=name.lower) for name in ("a.txt", "b.txt")]


@pytest.mark.anyio
async def test_macos_is_asked_for_its_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board()
    apple(monkeypatch, board)
    reader = clipboards.choose(Session("macos", "native"))
    assert isinstance(reader, MacosClipboard)
    assert await reader.read(3) is None
    told = []
    for kinds_there in (
        {"public.utf8-plain-text": "hello", "org.nspasteboard.source": "com.apple.Safari"},
        {"public.utf8-plain-text": "hunter2", "org.nspasteboard.ConcealedType": ""},
        {"public.file-url": "file:///a.txt", "public.utf8-plain-text": "a.txt"},
        {"public.png": b"12345"},
    ):
        board.kinds, board.count = kinds_there, board.count + 1
        copied = await reader.read(3)
        told.append(copied and copied.data)
        board.read = 0
        await reader.read(3)
        assert board.read == 0  # what did not change is not read again
    assert told == [
        {"type": "text", "text": "hel", "length": 5, "app": "com.apple.Safari"},
        None,
        {"type": "files", "files": ["a.txt", "b.txt"], "count": 2},
        {"type": "image", "format": "image/png", "bytes": 5},
    ]


def test_macos_marks_of_secrets_are_obeyed() -> None:
    for mark in macos.SECRETS:
        assert choose_type([macos.TEXT, mark]) is None
    assert choose_type(["public.rtf", macos.TEXT]) == macos.TEXT
    assert windows.EXCLUDED[0] == "ExcludeClipboardContentFromMonitorProcessing"
