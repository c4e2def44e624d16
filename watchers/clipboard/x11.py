"""The clipboard under X11: XFixes tells when something was copied, xclip or xsel reads it.

pyperclip runs the same two programs, but waits for them for ever, and the owner of a selection may
never answer (it hangs, or it is stopped in a debugger); here they have a time-out and a process
group. KDE's and KeePassXC's mark of a secret (`x-kde-passwordManagerHint`) is obeyed.
"""

import asyncio
import codecs
import contextlib
import logging
import os
import shutil
import signal
from typing import Any

from watchers.clipboard.backend import Copied
from watchers.display import connect, disconnect, take_notices
from watchers.platform import Session

log = logging.getLogger(__name__)

READ_S = 2.0
CHUNK = 1 << 16
SECRET = "x-kde-passwordManagerHint"  # noqa: S105 - a name, no secret
TEXTS = ("UTF8_STRING", "STRING", "TEXT")


class X11Clipboard:
    """Reads the CLIPBOARD selection."""

    install_hint = "Install xclip (or xsel), so that Hunch can read what is copied."

    def __init__(self, session: Session) -> None:
        self._session = session
        self._display: Any = None

    def is_compatible(self) -> bool:
        """Whether this is an X session."""
        return self._session.display_server == "x11"

    def is_available(self) -> bool:
        """Whether a program that reads is there."""
        return shutil.which("xclip") is not None or shutil.which("xsel") is not None

    def open(self) -> int | None:
        """Connect and ask to be told when the selection's owner changes."""
        from Xlib.ext import xfixes

        self._display = connect(self._session.display)
        if not self._display.has_extension("XFIXES"):
            log.info("the X server has no XFIXES: the clipboard is polled")
            return None
        self._display.xfixes_query_version()  # without it the server ignores what follows
        root = self._display.screen().root
        selection = self._display.intern_atom("CLIPBOARD")
        mask = xfixes.XFixesSetSelectionOwnerNotifyMask
        self._display.xfixes_select_selection_input(root, selection, mask)
        self._display.sync()
        return int(self._display.fileno())

    def take(self) -> bool:
        """Take all notices; whether there was one."""
        return take_notices(self._display)

    async def read(self, limit: int) -> Copied | None:
        """The text; None when there is none, its owner does not answer, or it is marked secret."""
        if shutil.which("xclip") is None:
            return await self._run(["xsel", "--clipboard", "--output"], limit)
        base = ["xclip", "-selection", "clipboard", "-out", "-target"]
        offered = await self._run([*base, "TARGETS"], CHUNK)
        targets = offered.text.split() if offered else []
        if SECRET in targets:
            log.info("a copy that is marked as secret was not read")
            return None
        target = next((name for name in TEXTS if name in targets), None)
        if target is None:
            log.debug("no text on the clipboard")
            return None
        return await self._run([*base, target], limit)

    def close(self) -> None:
        """Disconnect."""
        display, self._display = self._display, None
        if display is not None:
            disconnect(display)

    async def _run(self, argv: list[str], limit: int) -> Copied | None:
        display = {"DISPLAY": self._session.display} if self._session.display else {}
        process = await asyncio.create_subprocess_exec(
            *argv,
            env={**os.environ, **display},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(READ_S):
                copied = await _gather(process, limit)
                await process.wait()
        except TimeoutError:
            log.info("the clipboard's owner did not answer within %g s", READ_S)
            return None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        return copied if process.returncode == 0 and copied.length else None


async def _gather(process: asyncio.subprocess.Process, limit: int) -> Copied:
    """Read to the end; keep `limit` characters and count the rest."""
    if process.stdout is None:
        return Copied("", 0)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    parts: list[str] = []
    length = 0
    while True:
        chunk = await process.stdout.read(CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        parts.append(text[: max(0, limit - length)])
        length += len(text)
        if not chunk:
            return Copied("".join(parts), length)
