"""Somebody at a virtual desktop: types, copies, looks for Hunch's windows, and clicks in them."""

import json
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from daemon.cli import main
from daemon.demo.display import VirtualDesktop
from tray.menu import ENTRY_HEIGHT

ERROR = "Traceback (most recent call last):\n  File \"/home/a/x.py\", line 1, in <module>\nKeyError: 'amount'\n"
POPUP = "Hunch-popup"


class User:
    """Somebody at the desktop."""

    def __init__(self, desktop: VirtualDesktop) -> None:
        self.desktop = desktop
        self.clipboard: subprocess.Popen[bytes] | None = None

    def until(self, look: Callable[[], Any], within_s: float = 40.0) -> Any:
        deadline = time.monotonic() + within_s
        while not (found := look()):
            assert time.monotonic() < deadline, "it did not come"
            time.sleep(0.1)
        return found

    def open_terminal(self, title: str) -> str:
        self.desktop.start(["xterm", "-T", title, "-e", "sh", "-c", "PS1='$ ' exec sh"])
        window: str = self.until(partial(self.window, title))
        self.desktop.activate(window)
        time.sleep(0.6)
        return window

    def window(self, title: str) -> str:
        found = self.desktop.xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found.split()[-1] if found else ""

    def type(self, text: str) -> None:
        self.desktop.xdotool("type", "--delay", "40", text)
        self.desktop.xdotool("key", "Return")
        time.sleep(0.4)

    def copy(self, text: str) -> None:
        """As another program would: it owns the clipboard until something else does."""
        file = Path(self.desktop.env["HOME"]) / "copied"
        file.write_text(text)
        self.desktop.start(["xclip", "-selection", "clipboard", "-i", str(file)]).wait(10)
        time.sleep(0.6)

    def popup(self) -> str:
        return self.visible(POPUP)

    def visible(self, window_class: str) -> str:
        found = self.desktop.xdotool(
            "search", "--onlyvisible", "--class", window_class, check=False
        )
        return found.split()[-1] if found else ""

    def menu(self) -> dict[str, str]:
        """Open the icon's menu; returns where it is."""
        width, _ = self.desktop.xdotool("getdisplaygeometry").split()

        def opened() -> str:
            self.desktop.xdotool("mousemove", str(int(width) - 12), "12", "click", "1")
            time.sleep(0.5)
            return self.visible("Hunch-menu")

        lines = self.desktop.xdotool("getwindowgeometry", "--shell", self.until(opened))
        return dict(line.split("=", 1) for line in lines.splitlines())

    def choose(self, line: int) -> None:
        """Open the icon's menu and click on a line of it."""
        place = self.menu()
        x, y = int(place["X"]) + 40, int(place["Y"]) + ENTRY_HEIGHT * line + ENTRY_HEIGHT // 2
        self.desktop.xdotool("mousemove", str(x), str(y), "click", "1")

    def press(self, button: tuple[int, int]) -> None:
        window = self.until(self.popup)
        time.sleep(0.3)
        lines = self.desktop.xdotool("getwindowgeometry", "--shell", window).splitlines()
        place = dict(line.split("=", 1) for line in lines)
        x = int(place["X"]) + int(place["WIDTH"]) - button[0]
        y = int(place["Y"]) + int(place["HEIGHT"]) - button[1]
        self.desktop.xdotool("mousemove", str(x), str(y), "click", "1")


def rows(daemon: Any, *arguments: str) -> list[dict[str, Any]]:
    """What a command of the daemon's lists; run in this process, for who asks again and again."""
    done = CliRunner().invoke(main, [*arguments, "--json"], env=daemon.env)
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
