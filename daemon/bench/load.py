"""What the daemon, its tray and its worker cost while somebody works, and while nobody does.

A virtual desktop, two terminals, keys and mouse by the X server's own test extension: what
arrives at the hooks is what a keyboard and a mouse send.
"""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from daemon.bench.processes import cpu_s, daemon, family, reaped_s, rss_mb
from daemon.bench.rows import Figures, SpeedRow
from daemon.demo.display import VirtualDesktop
from watchers.display import connect, disconnect

KEYS_PER_S, MOVES_PER_S, SWITCH_S = 15, 100, 5.0
SETTLE_S = 4.0
TOLD_S = 40.0  # after the last key: a pause of 30 s ends the segment, which is told; then nothing is left
TITLES = ("bench one", "bench two")
CAPTURE = ("daemon", "tray")  # what runs without a model's worker
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
            memory = _by_name(running.pid, _each(running.pid, rss_mb))
            idle = _used(running.pid, lambda: time.sleep(seconds))
    hand = f"{KEYS_PER_S} keys/s, {MOVES_PER_S} moves/s, a switch every {SWITCH_S:g} s"
    keys = int(seconds * KEYS_PER_S)
    for name, share in busy.items():
        yield SpeedRow(f"hunch, {name}", hand, keys, {"cpu": share})
    all_of_it: Figures = {"cpu": sum(busy.values())}
    yield SpeedRow("hunch, with all that it started", hand, keys, all_of_it, "below 1 % of a core")
    yield SpeedRow(
        "hunch, with all that it started",
        "idle",
        int(seconds),
        {"cpu": sum(idle.values())},
        "below 0.1 % of a core",
    )
    for name, size in memory.items():
        yield SpeedRow(f"hunch, {name}", "memory", 1, {"rss_mb": size})
    capture: Figures = {"rss_mb": sum(memory.get(name, 0.0) for name in CAPTURE)}
    yield SpeedRow("hunch, " + " and ".join(CAPTURE), "memory", 1, capture, "below 120 MB")
    whole: Figures = {"rss_mb": sum(memory.values())}
    yield SpeedRow("hunch, with all that it started", "memory", 1, whole)


def _used(pid: int, meanwhile: Callable[[], None]) -> dict[str, float]:
    """The share of a core that the processes of a daemon used meanwhile, by what they are."""
    before, reaped, began = _each(pid, cpu_s), reaped_s(pid), time.monotonic()
    meanwhile()
    passed = time.monotonic() - began
    after = _each(pid, cpu_s)
    used = {child: (value - before.get(child, 0.0)) / passed for child, value in after.items()}
    gone = sum(value for child, value in before.items() if child not in after)
    ended = max(0.0, reaped_s(pid) - reaped - gone) / passed
    return _by_name(pid, used) | ({"what ended meanwhile": ended} if ended else {})


def _each(pid: int, cost: Callable[[int], float]) -> dict[int, float]:
    """What each process of a daemon costs, by number."""
    found = {}
    for child in family(pid):
        with contextlib.suppress(OSError):  # it has ended
            found[child] = cost(child)
    return found


def _by_name(pid: int, costs: Mapping[int, float]) -> dict[str, float]:
    """The sums of those that are the same."""
    sums: dict[str, float] = {}
    for child, name in family(pid).items():
        if child in costs:
            sums[name] = sums.get(name, 0.0) + costs[child]
    return sums


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
