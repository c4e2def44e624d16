"""Plays a script on a virtual desktop as a person would: windows, keys, mouse. Knows nothing of Hunch but its popup."""

import logging
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from daemon.demo.display import VirtualDesktop
from daemon.demo.script import Answer, Browse, Copy, Script, Scroll, Step, Terminal, Type, Wait
from daemon.errors import HunchError

log = logging.getLogger(__name__)

T = TypeVar("T")

KEY_DELAY_MS = 45  # about 22 keys a second: a fast typist, a little sped up
SETTLE_S = 0.6  # a person looks before going on
WINDOW_S = 20.0
TERMINAL_AT = (20, 30, 900, 420)  # x, y, width, height in pixels
BROWSER_AT = (60, 40, 1000, 640)
TERMINAL_CLASS = "XTerm"
BROWSER_CLASS = "[Cc]hromium"
# How people bring the terminal's selection to the clipboard; xterm leaves the key unbound.
POPUP_CLASS = "Hunch-popup"
# Centres of the popup's buttons from its lower right corner, as `tray.popup.window` lays them out.
BUTTONS = {"reject": (62, 32), "accept": (162, 32)}
COPY_KEY = "*VT100.translations: #override Ctrl Shift <Key>C: copy-selection(CLIPBOARD)"


class Player:
    """One user at one virtual desktop.

    Attributes:
        pictures: Screenshots of the popups, in order.
    """

    def __init__(self, desktop: VirtualDesktop, script: Script, url: str, out: Path) -> None:
        self._desktop = desktop
        self._script = script
        self._url = url
        self._out = out
        self._work = out / "work"
        self.pictures: list[Path] = []
        self._front: str | None = None

    def play(self, told: Callable[[str], None]) -> None:
        """Take every step of the script; `told` hears a line of each."""
        self._write_files()
        for step in self._script.steps:
            told(self._take(step))

    def browser_command(self) -> str:
        """The command that opens a page in the user's browser, as ``BROWSER`` wants it."""
        return shlex.join(self._browser("%s"))

    def _take(self, step: Step) -> str:
        match step:
            case Terminal():
                self._terminal()
                return "brings the terminal to the front"
            case Browse(path):
                self._browse(path)
                return f"opens {path} in the browser"
            case Type(text):
                self._type(text)
                return f"types {text!r} and presses Enter"
            case Scroll(amount):
                self._desktop.xdotool("click", "--repeat", str(amount), "--delay", "120", "5")
                time.sleep(SETTLE_S)
                return f"scrolls down {amount} times"
            case Copy():
                self._copy()
                return "copies what stands there"
            case Wait(minutes):
                time.sleep(minutes * 60 / self._script.speed)
                return f"does nothing for {minutes:g} minutes"
            case Answer(answer, within_s):
                return self._answer(answer, within_s)

    def _write_files(self) -> None:
        self._work.mkdir(parents=True, exist_ok=True)
        for name, text in self._script.files.items():
            (self._work / name).write_text(text.lstrip(), encoding="utf-8")

    def _terminal(self) -> None:
        if not self._find(TERMINAL_CLASS):
            self._desktop.start(
                [
                    "xterm",
                    "-fa",
                    "DejaVu Sans Mono",
                    "-fs",
                    "11",
                    "-xrm",
                    COPY_KEY,
                    "-e",
                    "bash",
                    "--norc",
                ],
                cwd=self._work,
            )
        self._raise(TERMINAL_CLASS, TERMINAL_AT)

    def _browse(self, path: str) -> None:
        self._desktop.start(self._browser(self._url + path))
        self._raise(BROWSER_CLASS, BROWSER_AT)
        time.sleep(2 * SETTLE_S)  # until the page is painted

    def _browser(self, url: str) -> list[str]:
        profile = self._work.parent / "chromium"
        return [
            "chromium", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update",
            "--password-store=basic", f"--user-data-dir={profile}", url,
        ]  # fmt: skip

    def _type(self, text: str) -> None:
        self._desktop.xdotool("type", "--delay", str(KEY_DELAY_MS), text)
        self._desktop.xdotool("key", "Return")
        time.sleep(SETTLE_S)

    def _copy(self) -> None:
        if self._front == TERMINAL_CLASS:
            x, y, width, height = TERMINAL_AT
            self._mouse("mousemove", str(x + 6), str(y + 30), "mousedown", "1")
            self._mouse("mousemove", str(x + width - 30), str(y + height // 2))
            self._mouse("mousemove", str(x + width - 20), str(y + height - 10), "mouseup", "1")
            keys = "ctrl+shift+c"
        else:
            x, y, width, height = BROWSER_AT
            self._mouse("mousemove", str(x + width // 3), str(y + height * 3 // 5), "click", "1")
            keys = "ctrl+c"
        time.sleep(SETTLE_S / 2)
        self._desktop.xdotool("key", keys)
        time.sleep(SETTLE_S)

    def _mouse(self, *arguments: str) -> None:
        self._desktop.xdotool(*arguments)
        time.sleep(0.1)

    def _find(self, window_class: str) -> str | None:
        found = self._desktop.xdotool(
            "search", "--onlyvisible", "--class", window_class, check=False
        )
        numbers = found.split()
        return numbers[-1] if numbers else None

    def _raise(self, window_class: str, place: tuple[int, int, int, int]) -> None:
        window = self._until(lambda: self._find(window_class), WINDOW_S)
        if window is None:
            raise HunchError("Demo", f"No window of {window_class} came up within {WINDOW_S:g} s.")
        x, y, width, height = (str(number) for number in place)
        self._desktop.activate(window)
        self._desktop.xdotool("windowmove", window, x, y, "windowsize", window, width, height)
        self._front = window_class
        time.sleep(SETTLE_S)

    def _until(self, look: Callable[[], T | None], within_s: float) -> T | None:
        deadline = time.monotonic() + within_s
        while (found := look()) is None and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _answer(self, answer: str, within_s: float) -> str:
        """Wait for the popup, look at it, and press a button with the mouse."""
        window = self._until(lambda: self._find(POPUP_CLASS), within_s)
        if window is None:
            return f"sees no popup within {within_s:g} s"
        time.sleep(SETTLE_S)
        self.pictures.append(
            self._desktop.screenshot(self._out / f"popup-{len(self.pictures) + 1}.png")
        )
        places = self._desktop.xdotool("getwindowgeometry", "--shell", window).splitlines()
        place = dict(line.split("=", 1) for line in places)
        dx, dy = BUTTONS[answer]
        x = int(place["X"]) + int(place["WIDTH"]) - dx
        y = int(place["Y"]) + int(place["HEIGHT"]) - dy
        self._mouse("mousemove", str(x), str(y), "click", "1")
        time.sleep(3 * SETTLE_S)  # until the task is carried out and its result is read
        return f"sees a popup and presses {answer.capitalize()}"
