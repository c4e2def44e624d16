"""The operations that carrying out a task may use, and how each is taken back."""

import hashlib
import logging
import os
import subprocess
import threading
import webbrowser
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from daemon.errors import HunchError

log = logging.getLogger(__name__)

CLIPBOARD_S = 5.0  # pyperclip can hang, under Wayland above all


class Clipboard(Protocol):
    """Text on the clipboard."""

    def copy(self, text: str) -> None:
        """Put a text there."""
        ...

    def paste(self) -> str:
        """The text that is there."""
        ...


class Tools:
    """What a skill may do. Each act leaves a step behind that takes it back.

    Attributes:
        steps: The way back, oldest first; plain data, kept with the execution.
    """

    def __init__(self, notes: Path, clipboard: Clipboard, browse: Callable[[str], None]) -> None:
        self._notes = notes
        self._clipboard = clipboard
        self._browse = browse
        self.steps: list[dict[str, Any]] = []

    def write_note(self, name: str, text: str) -> Path:
        """Write a new Markdown note; never over another.

        Raises:
            HunchError: The folder cannot be written.
        """
        data = text.encode() if text.endswith("\n") else f"{text}\n".encode()
        try:
            self._notes.mkdir(parents=True, exist_ok=True)
            path = _free(self._notes, name)
            scratch = path.with_suffix(".part")
            scratch.write_bytes(data)
            os.link(scratch, path)
            scratch.unlink()
        except OSError as error:
            raise HunchError(
                "Note", f"No note can be written in {self._notes}: {error.strerror}."
            ) from error
        digest = hashlib.sha256(data).hexdigest()
        self.steps.append({"tool": "note", "path": str(path), "sha256": digest})
        return path

    def copy(self, text: str) -> None:
        """Put a text on the clipboard; what was there comes back with `undo`."""
        before = self._clipboard.paste()
        self._clipboard.copy(text)
        self.steps.append({"tool": "clipboard", "before": before, "after": text})

    def open_page(self, url: str) -> None:
        """Open a web page in the user's browser.

        Raises:
            HunchError: It is no web address.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise HunchError("Page", "Only web pages can be opened.")
        self._browse(url)
        self.steps.append({"tool": "page", "url": url})

    def undo(self, steps: Sequence[dict[str, Any]]) -> str:
        """Take steps back, newest first; says in one sentence what was taken back and what was not."""
        said = [self._undo_one(step) for step in reversed(steps)]
        return " ".join(said) or "There was nothing to take back."

    def _undo_one(self, step: dict[str, Any]) -> str:
        match step["tool"]:
            case "note":
                return _remove(Path(step["path"]), step["sha256"])
            case "clipboard":
                if self._clipboard.paste() != step["after"]:
                    return "The clipboard holds something newer and was left."
                self._clipboard.copy(step["before"])
                return "The clipboard is as before."
            case _:
                return "The page stays open in your browser."


class SystemClipboard:
    """The desktop's clipboard through pyperclip, with a time-out.

    Args:
        noted: Told of each text that is put there, before it is.
    """

    def __init__(self, noted: Callable[[str], None]) -> None:
        self._noted = noted

    def copy(self, text: str) -> None:
        """Put a text there."""
        import pyperclip

        self._noted(text)
        _within(CLIPBOARD_S, lambda: pyperclip.copy(text))

    def paste(self) -> str:
        """The text that is there."""
        import pyperclip

        return str(_within(CLIPBOARD_S, pyperclip.paste))


def browse(url: str) -> None:
    """Open a page in the user's browser, which ``BROWSER`` may name; never waits for it.

    Raises:
        HunchError: There is no browser.
    """
    command = os.environ.get("BROWSER", "")
    if "%s" in command:  # webbrowser would wait for such a command to end
        import shlex

        argv = [part.replace("%s", url) for part in shlex.split(command)]
        subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    elif not webbrowser.open(url):
        raise HunchError("Browser", "No browser was found: set BROWSER to its command.")


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """Run on a thread of its own, so that a hanging clipboard costs one task and not the daemon."""
    results: list[Any] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run, name="clipboard", daemon=True)
    thread.start()
    thread.join(seconds)
    if not results:
        advice = "The clipboard does not answer: on Linux install xclip or wl-clipboard."
        raise HunchError("Clipboard", advice) from (failures[0] if failures else None)
    return results[0]


def _free(folder: Path, name: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    names = [f"{name}-{stamp}.md", *(f"{name}-{stamp}-{number}.md" for number in range(2, 100))]
    return next(path for item in names if not (path := folder / item).exists())


def _remove(path: Path, digest: str) -> str:
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return f"You have changed {path.name} since, so it was kept."
        path.unlink()
    except FileNotFoundError:
        return f"{path.name} was gone already."
    return f"{path.name} was removed."
