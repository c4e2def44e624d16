"""The clipboard through pyperclip, asked again and again: for systems that neither hang nor tell.

Where a read can hang (X11, Wayland) this is the wrong one: pyperclip waits for ever.
"""

import asyncio
import logging

from watchers.clipboard.backend import Copied
from watchers.platform import Session

log = logging.getLogger(__name__)


class PyperclipClipboard:
    """Reads through pyperclip, in a thread."""

    install_hint = "The clipboard does not answer: start Hunch inside your desktop session."

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_available(self) -> bool:
        """Whether pyperclip knows a way here."""
        import pyperclip

        return bool(pyperclip.is_available())

    def open(self) -> int | None:
        """Nothing tells of changes."""
        return None

    def take(self) -> bool:
        """Whether it changed is known by reading alone."""
        return True

    async def read(self, limit: int) -> Copied | None:
        """The text, or None when there is none."""
        import pyperclip

        try:
            text = await asyncio.to_thread(pyperclip.paste)
        except (pyperclip.PyperclipException, OSError, UnicodeError) as error:
            log.debug("the clipboard was not read: %s", type(error).__name__)
            return None
        return Copied(text[:limit], len(text)) if text else None

    def close(self) -> None:
        """Nothing is open."""
