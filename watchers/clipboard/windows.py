"""The clipboard on Windows, told of changes by AddClipboardFormatListener.

What its program keeps out of the clipboard's history is not read. Sources:
learn.microsoft.com/windows/win32, "AddClipboardFormatListener", "Clipboard Formats" (with "Cloud
Clipboard and Clipboard History Formats"). Untested: no Windows was at hand.
"""

import asyncio
import contextlib
import ctypes
import logging
import sys
import time
from collections.abc import Callable, Collection, Iterator

from watchers import win32
from watchers.clipboard.backend import FILES, Copied
from watchers.notices import Bell
from watchers.platform import Session

log = logging.getLogger(__name__)

READ_S = 3.0
TRIES, PAUSE_S = 10, 0.02  # another program may have it open for a moment
CLIPBOARD_UPDATE = 0x031D
MESSAGES_ONLY = -3  # HWND_MESSAGE: a window that nobody sees
TEXT, FILES_DROPPED, BITMAP = 13, 15, 8  # CF_UNICODETEXT, CF_HDROP, CF_DIB
COUNT = 0xFFFFFFFF
NAME_LENGTH = 32768
PNG = "PNG"
EXCLUDED = ("ExcludeClipboardContentFromMonitorProcessing", "Clipboard Viewer Ignore")
HISTORY = "CanIncludeInClipboardHistory"  # a number; 0 keeps it out


class WindowsClipboard:
    """Asks Windows."""

    install_hint = "Windows does not answer: start Hunch in your own desktop session."
    told = (
        "text, names of files, kind and size of pictures; by AddClipboardFormatListener (untested)"
    )

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bell = Bell()
        self._loop: win32.MessageLoop | None = None
        self._reading: asyncio.Task[Copied | None] | None = None

    def is_compatible(self) -> bool:
        """Whether this is Windows."""
        return self._session.system == "windows"

    def is_available(self) -> bool:
        """Whether its libraries are there."""
        return sys.platform == "win32"

    def open(self) -> Bell:
        """Ask to be told, in a thread with a window for messages."""
        self._loop = win32.MessageLoop("clipboard-events", _listen, self._hear)
        self._loop.start()
        return self._bell

    def take(self) -> bool:
        """Whether something was copied since."""
        return self._bell.take()

    async def read(self, limit: int) -> Copied | None:
        """What is there; None for nothing that is told, or while its owner does not answer."""
        if self._reading is not None and not self._reading.done():
            return None  # Windows waits for an owner that hangs, and so does the thread
        self._reading = asyncio.create_task(asyncio.to_thread(_read, limit))
        done, _ = await asyncio.wait({self._reading}, timeout=READ_S)
        if not done:
            log.info("the clipboard's owner did not answer within %g s", READ_S)
            return None
        return self._reading.result()

    def close(self) -> None:
        """End."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.stop()

    def _hear(self, message: int) -> None:
        if message == CLIPBOARD_UPDATE:
            self._bell.ring()


def choose_format(formats: Collection[int], excluded: Collection[int], png: int) -> int | None:
    """The format to read; None when there is none, or the copy is kept from monitors.

    Args:
        formats: The numbers of the formats that are there.
        excluded: Those that say that nobody but the target of a paste shall read.
        png: The number of the format of PNG pictures.
    """
    if set(formats) & set(excluded):
        return None
    return next((kind for kind in (FILES_DROPPED, TEXT, png, BITMAP) if kind in formats), None)


def decoded(block: bytes) -> str:
    """The text of CF_UNICODETEXT: UTF-16 up to the first null, whatever stands behind it."""
    text = block[: len(block) // 2 * 2].decode("utf-16-le", "replace")
    return text.partition("\0")[0].replace("\r\n", "\n")


def _listen() -> Callable[[], None]:
    user32 = win32.user32()
    window = user32.CreateWindowExW(
        0, "STATIC", None, 0, 0, 0, 0, 0, MESSAGES_ONLY, None, None, None
    )
    if not window or not user32.AddClipboardFormatListener(window):
        raise OSError("AddClipboardFormatListener")

    def end() -> None:
        user32.RemoveClipboardFormatListener(window)
        user32.DestroyWindow(window)

    return end


def _read(limit: int) -> Copied | None:
    with _opened() as is_open:
        if not is_open:
            return None
        register = win32.user32().RegisterClipboardFormatW
        png, formats = register(PNG), list(_formats())
        excluded = [register(name) for name in EXCLUDED]
        history = register(HISTORY)
        if history in formats and not any(_block(history, 4)[0]):
            excluded.append(history)
        kind = choose_format(formats, excluded, png)
        if kind is None:
            log.info("a copy was not read: secret, or neither text, files nor picture")
            return None
        return _content(kind, limit, png)


def _content(kind: int, limit: int, png: int) -> Copied | None:
    app = _owner()
    if kind == FILES_DROPPED:
        names, count = _names()
        return Copied(files=names, count=count, app=app) if names else None
    if kind == TEXT:
        text = decoded(_block(kind)[0])
        return Copied(text[:limit], len(text), app=app) if text else None
    name = "image/png" if kind == png else "image/bmp"
    return Copied(image=name, size=_block(kind, 0)[1], app=app)


@contextlib.contextmanager
def _opened() -> Iterator[bool]:
    """The clipboard, open; whether it could be opened."""
    for _ in range(TRIES):
        if win32.user32().OpenClipboard(None):
            break
        time.sleep(PAUSE_S)
    else:
        log.info("another program keeps the clipboard open")
        yield False
        return
    try:
        yield True
    finally:
        win32.user32().CloseClipboard()


def _formats() -> Iterator[int]:
    number = 0
    while number := win32.user32().EnumClipboardFormats(number):
        yield number


def _block(kind: int, limit: int | None = None) -> tuple[bytes, int]:
    """The bytes of a format, at most `limit`, and how many there are in all."""
    handle = win32.user32().GetClipboardData(kind)
    size = int(win32.kernel32().GlobalSize(handle)) if handle else 0
    wanted = size if limit is None else min(size, limit)
    pointer = win32.kernel32().GlobalLock(handle) if wanted else None
    if not pointer:
        return b"", size
    try:
        return ctypes.string_at(pointer, wanted), size
    finally:
        win32.kernel32().GlobalUnlock(handle)


def _names() -> tuple[tuple[str, ...], int]:
    handle = win32.user32().GetClipboardData(FILES_DROPPED)
    ask = win32.shell32().DragQueryFileW
    count = int(ask(handle, COUNT, None, 0)) if handle else 0
    buffer = ctypes.create_unicode_buffer(NAME_LENGTH)
    names = []
    for number in range(min(count, FILES)):
        ask(handle, number, buffer, NAME_LENGTH)
        names.append(win32.file_name(buffer.value) or "")
    return tuple(name for name in names if name), count


def _owner() -> str | None:
    window = win32.user32().GetClipboardOwner()
    pid = win32.process_of(window) if window else None
    return win32.program_of(pid) if pid else None
