"""The clipboard under X11: XFixes tells when something was copied, its owner is asked for it.

Told are texts, the base names of files, and the kind and size of pictures, whose content is not
read. KDE's and KeePassXC's mark of a secret (`x-kde-passwordManagerHint`) is obeyed. The primary
selection (what is merely marked with the mouse) is not watched.
"""

import asyncio
import codecs
import logging
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from watchers.clipboard.backend import FILES, Copied
from watchers.clipboard.kinds import paths_of
from watchers.clipboard.selection import NoAnswerError, Selection
from watchers.display import LOST, NO_DISPLAY, connect, disconnect
from watchers.platform import Session
from watchers.watcher import WatcherError

log = logging.getLogger(__name__)

READ_S = 20.0  # for all of a copy; the parts that came by then are told
BYTES = 64 << 20  # of a text are read, for its length; what is longer is told as this long
PICTURE_BYTES = 8 << 20  # of a picture whose owner tells no size are counted and thrown away
LIST_BYTES = 1 << 20
SECRET = "x-kde-passwordManagerHint"  # noqa: S105 - a name, no secret
# In order of preference, with their encoding.
TEXTS = {
    "UTF8_STRING": "utf-8",
    "text/plain;charset=utf-8": "utf-8",
    "STRING": "latin-1",
    "text/plain": "utf-8",
}
LISTS = ("text/uri-list", "x-special/gnome-copied-files", "x-special/mate-copied-files")
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")


class X11Clipboard:
    """Reads the CLIPBOARD selection."""

    install_hint = NO_DISPLAY
    told = "text, names of files, kind and size of pictures; by XFIXES"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._display: Any = None
        self._selection: Selection | None = None
        self._told = 0

    def is_compatible(self) -> bool:
        """Whether this is an X session."""
        return self._session.display_server == "x11"

    def is_available(self) -> bool:
        """Nothing is needed but the server."""
        return True

    def open(self) -> int | None:
        """Connect and ask to be told when the selection's owner changes."""
        self._display = connect(self._session.display)
        self._display.set_error_handler(_vanished)  # the default one prints
        self._selection = Selection(self._display, "CLIPBOARD")
        if not self._display.has_extension("XFIXES"):
            log.info("the X server has no XFIXES: the clipboard is polled")
            return None
        self._selection.watch()
        return int(self._display.fileno())

    def take(self) -> bool:
        """Take all notices; whether something was copied."""
        from Xlib.error import ConnectionClosedError

        selection = self._opened
        try:
            selection.pump()
        except (ConnectionClosedError, OSError) as error:
            raise WatcherError(LOST, "crashed") from error
        told, self._told = self._told, selection.changes
        return told != self._told

    async def read(self, limit: int) -> Copied | None:
        """What is there; None for nothing, a silent owner, or what is marked as secret."""
        from Xlib.error import ConnectionClosedError

        try:
            return await self._read(self._opened, limit)
        except NoAnswerError as error:
            log.info("the clipboard was not read: %s", error)
            return None
        except (ConnectionClosedError, OSError) as error:
            raise WatcherError(LOST, "crashed") from error

    def close(self) -> None:
        """Disconnect."""
        display, self._display, self._selection, self._told = self._display, None, None, 0
        if display is not None:
            disconnect(display)

    @property
    def _opened(self) -> Selection:
        if self._selection is None:
            raise WatcherError(NO_DISPLAY)
        return self._selection

    async def _read(self, selection: Selection, limit: int) -> Copied | None:
        targets = await selection.targets()
        if SECRET in targets:
            log.info("a copy that is marked as secret was not read")
            return None
        app = self._app(selection.owner())
        if (target := next((name for name in LISTS if name in targets), None)) is not None:
            text, _ = await _text(selection, target, "utf-8", LIST_BYTES)
            if names := _names(text):
                paths = paths_of([line.strip() for line in text.split("\n")])
                files = tuple(names[:FILES])
                return Copied(files=files, count=len(names), paths=paths, app=app)
        if (target := next((name for name in TEXTS if name in targets), None)) is not None:
            text, length = await _text(selection, target, TEXTS[target], limit)
            return Copied(text, length, app=app) if length else None
        pictures = sorted((name for name in targets if name.startswith("image/")), key=_rank)
        if pictures:
            size = await selection.size(pictures[0], PICTURE_BYTES)
            return Copied(image=pictures[0], size=size, app=app)
        log.debug("neither text, files nor a picture on the clipboard")
        return None

    def _app(self, owner: int) -> str | None:
        """The application of the window that owns the selection, else of the window in front.

        Toolkits own it through a window that nobody sees; a window on the screen of the same
        client tells its name. A program without a window (xclip, a clipboard manager) has none.
        """
        from Xlib import X
        from Xlib.error import XError

        root = self._display.screen().root
        client = ~self._display.display.info.resource_id_mask
        shown = _numbers(root, self._display.intern_atom("_NET_CLIENT_LIST"))
        active = _numbers(root, self._display.intern_atom("_NET_ACTIVE_WINDOW"))
        same = [number for number in shown if number & client == owner & client]
        for number in [*sorted(same, key=lambda number: number not in active)[:1], *active]:
            try:
                window = self._display.create_resource_object("window", number)
                names = window.get_wm_class() if number != X.NONE else None
            except XError as error:
                log.debug("the owner's window vanished: %s", type(error).__name__)
                continue
            if names:
                return str(names[1] or names[0]) or None
        return None


async def _text(selection: Selection, target: str, encoding: str, limit: int) -> tuple[str, int]:
    """A text's first `limit` characters, and how many there are."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept: list[str] = []
    length = size = 0
    try:
        async with asyncio.timeout(READ_S):
            async for part in selection.parts(target):
                text = decoder.decode(part)
                kept.append(text[: max(0, limit - length)])
                length, size = length + len(text), size + len(part)
                if size > BYTES:
                    break
    except TimeoutError:
        log.info("the clipboard's owner sends a long text slowly: it was cut")
    length += len(decoder.decode(b"", final=True))
    return "".join(kept), length


def _names(listed: str) -> list[str]:
    """The base names of a list of files; GNOME's begins with a line that says copy or cut."""
    paths = [urlsplit(line.strip()).path for line in listed.split("\n") if line[:5] == "file:"]
    return [name for path in paths if (name := PurePosixPath(unquote(path)).name)]


def _numbers(window: Any, atom: int) -> list[int]:
    from Xlib import X

    found = window.get_full_property(atom, X.AnyPropertyType)
    return [int(number) for number in found.value] if found and found.format == 32 else []


def _rank(picture: str) -> int:
    return PICTURES.index(picture) if picture in PICTURES else len(PICTURES)


def _vanished(error: Any, request: Any) -> None:
    log.debug("a window vanished: %s", type(error).__name__)
