"""What the daemon, its tray and its worker cost while somebody works, and while nobody does.

A virtual desktop, two terminals, keys and mouse by the X server's own test extension: what
arrives at the hooks is what a keyboard and a mouse send.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from daemon.bench.processes import cpu_s, daemon, family, rss_mb
from daemon.bench.rows import SpeedRow
from daemon.demo.display import VirtualDesktop
from watchers.display import connect, disconnect

KEYS_PER_S, MOVES_PER_S, SWITCH_S = 15, 100, 5.0
SETTLE_S = 4.0
TOLD_S = 40.0  # after the last key: a pause of 30 s ends the segment, which is told; then nothing is left
TITLES = ("bench one", "bench two")
LETTERS = "the quick brown fox jumps over the lazy dog "


def load(folder: Path, seconds: float) -> Iterator[SpeedRow]:
    """The daemon with its tray under a steady hand for so long, and idle for as long."""
    with VirtualDesktop(folder / "desktop") as desktop:
        for title in TITLES:
            desktop.start(["xterm", "-T", title, "-e", "cat"])
        windows = [
            desktop.xdotool("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
            for title in TITLES
        ]
        with daemon(folder / "load", desktop.env, tray="true") as running:
            time.sleep(SETTLE_S)
            display = connect(desktop.env["DISPLAY"])
            try:
                busy = _used(running.pid, lambda: _work(desktop, display, windows, seconds))
            finally:
                disconnect(display)
            time.sleep(TOLD_S if seconds > TOLD_S / 2 else SETTLE_S)
            memory = {name: rss_mb(pid) for name, pid in family(running.pid).items()}
            idle = _used(running.pid, lambda: time.sleep(seconds))
    hand = f"{KEYS_PER_S} keys/s, {MOVES_PER_S} moves/s, a switch every {SWITCH_S:g} s"
    keys = int(seconds * KEYS_PER_S)
    for name, share in busy.items():
        aim = "with all that it started below 1 % of a core" if name == "daemon" else ""
        yield SpeedRow(f"hunch, {name}", hand, keys, {"cpu": share}, aim)
    yield SpeedRow(
        "hunch", "idle", int(seconds), {"cpu": sum(idle.values())}, "below 0.1 % of a core"
    )
    for name, size in memory.items():
        aim = "with the tray below 120 MB" if name == "daemon" else ""
        yield SpeedRow(f"hunch, {name}", "memory", 1, {"rss_mb": size}, aim)


def _used(pid: int, meanwhile: Callable[[], None]) -> dict[str, float]:
    """The share of a core that each process of a daemon used meanwhile."""
    before, began = {name: cpu_s(child) for name, child in family(pid).items()}, time.monotonic()
    meanwhile()
    passed = time.monotonic() - began
    after = {name: cpu_s(child) for name, child in family(pid).items()}
    return {name: (used - before.get(name, 0.0)) / passed for name, used in after.items()}


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
