"""What the daemon costs while somebody works, and while nobody does: processor and memory.

A virtual desktop, two terminals, keys and mouse by the X server's own test extension: what
arrives at the hooks is what a keyboard and a mouse send.
"""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.bench.processes import cpu_s, daemon, rss_mb
from daemon.bench.rows import SpeedRow
from daemon.demo.display import VirtualDesktop
from watchers.display import connect, disconnect

KEYS_PER_S, MOVES_PER_S, SWITCH_S = 15, 100, 5.0
SETTLE_S = 4.0
TITLES = ("bench one", "bench two")
LETTERS = "the quick brown fox jumps over the lazy dog "


def load(folder: Path, seconds: float) -> Iterator[SpeedRow]:
    """The daemon under a steady hand for so long, and idle for as long."""
    with VirtualDesktop(folder / "desktop", tray=False) as desktop:
        for title in TITLES:
            desktop.start(["xterm", "-T", title, "-e", "cat"])
        windows = [
            desktop.xdotool("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
            for title in TITLES
        ]
        with daemon(folder / "load", desktop.env) as running:
            time.sleep(SETTLE_S)
            display = connect(desktop.env["DISPLAY"])
            try:
                before, began = cpu_s(running.pid), time.monotonic()
                _work(desktop, display, windows, seconds)
                busy = (cpu_s(running.pid) - before) / (time.monotonic() - began)
            finally:
                disconnect(display)
            memory = rss_mb(running.pid)
            time.sleep(SETTLE_S)
            before, began = cpu_s(running.pid), time.monotonic()
            time.sleep(seconds)
            idle = (cpu_s(running.pid) - before) / (time.monotonic() - began)
    hand = f"{KEYS_PER_S} keys/s, {MOVES_PER_S} moves/s, a switch every {SWITCH_S:g} s"
    yield SpeedRow("hunch", hand, int(seconds * KEYS_PER_S), {"cpu": busy}, "below 1 % of a core")
    yield SpeedRow("hunch", "idle", int(seconds), {"cpu": idle}, "below 0.1 % of a core")
    yield SpeedRow("hunch", "memory, base tier", 1, {"rss_mb": memory}, "below 120 MB")


def _work(desktop: VirtualDesktop, display: Any, windows: list[str], seconds: float) -> None:
    """Type, move and switch for so long, each at its own pace."""
    letters, sides = itertools.cycle(LETTERS), itertools.cycle(windows)
    began = time.monotonic()
    keys = moves = switches = 0
    while (passed := time.monotonic() - began) < seconds:
        if passed >= switches * SWITCH_S:
            switches += 1
            desktop.xdotool("windowactivate", next(sides))
        if passed >= keys / KEYS_PER_S:
            keys += 1
            _press(display, next(letters))
        if passed >= moves / MOVES_PER_S:
            moves += 1
            _move(display, 200 + moves % 400, 200 + moves % 300)
        time.sleep(0.002)


def _press(display: Any, letter: str) -> None:
    from Xlib import XK, X
    from Xlib.ext import xtest

    code = display.keysym_to_keycode(XK.string_to_keysym("space" if letter == " " else letter))
    xtest.fake_input(display, X.KeyPress, code)
    xtest.fake_input(display, X.KeyRelease, code)
    display.flush()


def _move(display: Any, x: int, y: int) -> None:
    from Xlib import X
    from Xlib.ext import xtest

    xtest.fake_input(display, X.MotionNotify, x=x, y=y)
    display.flush()
