"""Typing that falls into the moment of a switch to or from an excluded program is in no file."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daemon.demo.display import VirtualDesktop

STEPS_MS = (0, 10, 40, 100)


def words(number: int) -> str:
    letters = "abcdefghijklmnop"
    return "zq" + letters[number // 16] + letters[number % 16] + "xvk"


def test_typing_around_a_switch_to_an_excluded_program(
    desktop: VirtualDesktop, start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    daemon = start_daemon(desktop.env)
    windows = {}
    for name, cls in (("plain", "XTerm"), ("vault", "KeePassXC")):
        desktop.start(["xterm", "-class", cls, "-T", f"the {name}", "-e", "cat"], cwd=tmp_path)
        windows[name] = desktop.xdotool(
            "search", "--sync", "--onlyvisible", "--name", f"the {name}"
        )
    secrets, number = [], 0
    for gap in STEPS_MS:
        for sync in (True, False):
            secret = words(number)
            number += 1
            secrets.append(secret)
            flag = ["--sync"] if sync else []
            desktop.xdotool("windowactivate", "--sync", windows["plain"])
            time.sleep(0.4)
            subprocess.run(
                ["xdotool", "type", "--args", "1", "--delay", "4", "harmless ",
                 "windowactivate", *flag, windows["vault"],
                 "sleep", str(gap / 1000), "type", "--args", "1", "--delay", "4", secret,
                 "sleep", str(gap / 1000), "windowactivate", *flag, windows["plain"], "sleep", "0.05",
                 "type", "--args", "1", "--delay", "4", "after "],
                env=desktop.env, check=True, timeout=30,
            )  # fmt: skip
            time.sleep(0.3)
    time.sleep(2)
    desktop.xdotool("type", "--delay", "4", "long afterwards")
    time.sleep(3.5)
    daemon.stop()
    found = {
        (path.name, secret)
        for path in daemon.folder.rglob("*")
        if path.is_file()
        for secret in secrets
        for part in (secret, secret[2:])
        if part.encode() in path.read_bytes()
    }
    assert not found
    assert any(b"long afterwards" in path.read_bytes() for path in daemon.folder.glob("hunch.db*"))
