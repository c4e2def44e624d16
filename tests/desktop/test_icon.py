"""The tray icon in a real tray: it keeps its place whatever it is told to show."""

import re
import signal
import sys
import threading
import time
from pathlib import Path

from daemon.demo.display import VirtualDesktop
from tray.icon import Icon

WITHIN_S = 20.0
SEEN = 16  # narrower, it cannot be seen, let alone clicked


def icon_and_place(desktop: VirtualDesktop) -> tuple[int, str]:
    """Its width on the screen, and the window that the tray put it in."""
    told = desktop.command("xwininfo", "-root", "-tree")
    found = re.search(r"(0x\w+) .*hunchSystemTrayIcon.*\)\s+(\d+)x", told)
    if found is None:
        return 0, ""
    place = desktop.command("xwininfo", "-id", found[1], "-tree")
    return int(found[2]), place.partition("Parent window id: ")[2].split()[0]


def test_the_icon_keeps_its_place_when_recording_is_paused_and_resumed(
    desktop: VirtualDesktop,
) -> None:
    # Given: an icon in the tray
    icon = Icon([], lambda: None)
    icon.start()
    try:
        deadline = time.monotonic() + WITHIN_S
        while icon_and_place(desktop)[0] < SEEN and time.monotonic() < deadline:
            time.sleep(0.1)
        width, place = icon_and_place(desktop)
        assert width >= SEEN
        # When: what it shows changes, again and again
        for number in range(6):
            told = threading.Thread(
                target=icon.show_state,
                kwargs={"active": bool(number % 2), "title": f"Hunch {number}"},
            )
            told.start()
            told.join(WITHIN_S)
            assert not told.is_alive()
            time.sleep(0.3)
            # Then: it stands where it stood
            assert icon_and_place(desktop) == (width, place), number
    finally:
        icon.stop()


def test_the_tray_sleeps_and_still_ends_when_it_is_told_to(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    tray = desktop.start([sys.executable, "-P", "-m", "tray", "--data-dir", str(tmp_path)])
    time.sleep(3.0)  # it looks for its daemon every 0.5 s, then ever less often
    before = _turns(tray.pid)
    time.sleep(2.0)
    assert _turns(tray.pid) - before < 20
    tray.send_signal(signal.SIGTERM)
    assert tray.wait(5) == 0


def _turns(pid: int) -> int:
    """How often the first thread of a process gave up the processor by itself (proc(5), `status`)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))
