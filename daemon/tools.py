"""The operations that carrying out a task may use, and how each is taken back."""

import contextlib
import hashlib
import logging
import os
import secrets
import shlex
import subprocess
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from daemon.documents import open_document
from daemon.errors import HunchError

log = logging.getLogger(__name__)

MOST_HELD = 16  # texts of the clipboard that are kept in memory alone
CLIPBOARD_S = 5.0  # pyperclip can hang, under Wayland above all

_held: dict[str, str] = {}  # what was on the clipboard and may not be written down


class Clipboard(Protocol):
    """Text on the clipboard."""

    def copy(self, text: str) -> None:
        """Put a text there."""
        ...

    def paste(self) -> str:
        """The text that is there."""
        ...

    def keeps(self, text: str) -> bool:
        """Whether a text that was there may be written down: it stands in what was recorded."""
        ...


class Tools:
    """What a skill may do. Each act leaves a step behind that takes it back.

    Attributes:
        steps: The way back, oldest first; plain data, kept with the execution.
        noted: Told the steps after each act, so that a killed daemon's can be taken back; None for nobody.
    """

    def __init__(
        self,
        notes: Path,
        clipboard: Clipboard,
        browse: Callable[[str], None],
        show: Callable[[Path], None] = open_document,
    ) -> None:
        self._notes = notes
        self._clipboard = clipboard
        self._browse = browse
        self._show = show
        self.steps: list[dict[str, Any]] = []
        self.noted: Callable[[Sequence[dict[str, Any]]], None] | None = None
        self._acting = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Allow no further act, once the one that goes on is over."""
        with self._acting:
            self._closed = True

    def _note(self, step: dict[str, Any]) -> None:
        self.steps.append(step)
        if self.noted is not None:
            self.noted(list(self.steps))

    @contextlib.contextmanager
    def _act(self) -> Iterator[None]:
        """One act at a time, and none after a task was given up."""
        with self._acting:
            if self._closed:
                raise HunchError("Given up", "The task was given up.")
            yield

    def write_note(self, name: str, text: str) -> Path:
        """Write a new Markdown note; never over another.

        Raises:
            HunchError: The folder cannot be written.
        """
        data = text.encode() if text.endswith("\n") else f"{text}\n".encode()
        digest = hashlib.sha256(data).hexdigest()
        with self._act():
            try:
                path = _write(self._notes, name, data)
            except OSError as error:
                raise HunchError(
                    "Note", f"No note can be written in {self._notes}: {error.strerror}."
                ) from error
            self._note({"tool": "note", "path": str(path), "sha256": digest})
        return path

    def copy(self, text: str) -> None:
        """Put a text on the clipboard; what was there comes back with `undo`."""
        with self._act():
            before = self._clipboard.paste()
            self._clipboard.copy(text)
            self._note({"tool": "clipboard", **self._kept(before), "after": text})

    def _kept(self, before: str) -> dict[str, str]:
        """A step's memory of a text: what may not reach the disk stays in this process, behind a number."""
        if not before or self._clipboard.keeps(before):
            return {"before": before}
        number = secrets.token_hex(8)
        _held[number] = before
        while len(_held) > MOST_HELD:
            del _held[next(iter(_held))]
        return {"held": number}

    def open_page(self, url: str) -> None:
        """Open a web page in the user's browser.

        Raises:
            HunchError: It is no web address.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise HunchError("Page", "Only web pages can be opened.")
        with self._act():
            self._browse(url)
            self._note({"tool": "page", "url": url})

    def open_file(self, path: Path) -> None:
        """Open a document in the program that the desktop has for it.

        Raises:
            HunchError: It is gone, or no document that is shown and not executed.
        """
        with self._act():
            self._show(path)
            self._note({"tool": "file", "path": str(path)})

    def undo(self, steps: Sequence[dict[str, Any]]) -> str:
        """Take steps back, newest first; says in one sentence what was taken back and what was not."""
        said = dict.fromkeys(self._undo_one(step) for step in reversed(steps))
        return " ".join(said) or "There was nothing to take back."

    def _undo_one(self, step: dict[str, Any]) -> str:
        match step["tool"]:
            case "note":
                return _remove(Path(step["path"]), step["sha256"])
            case "clipboard":
                if self._clipboard.paste() != step["after"]:
                    return "The clipboard holds something newer and was left."
                before = _held.get(step["held"]) if "held" in step else step["before"]
                if before is None:
                    return "What was on the clipboard before was not kept."
                self._clipboard.copy(before)
                return "The clipboard is as before."
            case "file":
                return f"{Path(step['path']).name} stays open."
            case _:
                return "What was opened stays open in your browser."


class SystemClipboard:
    """The desktop's clipboard through pyperclip, with a time-out.

    Args:
        noted: Told of each text that is put there, before it is.
        keeps: Whether a text is a copy that was recorded as it is.
    """

    def __init__(
        self, noted: Callable[[str], None], keeps: Callable[[str], bool] = lambda text: False
    ) -> None:
        self._noted = noted
        self._keeps = keeps

    def keeps(self, text: str) -> bool:
        """Whether a text that was there may be written down."""
        return self._keeps(text)

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
    # webbrowser would wait for a command of BROWSER's to end, and let it write on our terminal.
    named = [item for item in os.environ.get("BROWSER", "").split(os.pathsep) if item.strip()]
    if not any(_started(item, url) for item in named) and (named or not webbrowser.open(url)):
        raise HunchError("Browser", "No browser was found: set BROWSER to its command.")


def _started(command: str, url: str) -> bool:
    """Start a browser's command, ``%s`` in it being the page; False when there is no such program."""
    try:
        argv = shlex.split(command if "%s" in command else f"{command} %s")
        process = subprocess.Popen(
            [part.replace("%s", url) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError):
        return False
    threading.Thread(target=process.wait, name="browser", daemon=True).start()  # no zombie
    return True


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


def _write(folder: Path, name: str, data: bytes) -> Path:
    """A new file, whole or not at all; without hard links, which USB sticks and shares do not have."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder, name)
    path.touch(exist_ok=False)
    scratch = path.with_suffix(".part")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except OSError:
        for left in (scratch, path):
            left.unlink(missing_ok=True)
        raise
    return path


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
    except OSError as error:
        return f"{path.name} could not be removed: {error.strerror}."
    return f"{path.name} was removed."
