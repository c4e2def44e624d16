"""The virtual desktop itself: it starts, it shows, and it leaves nothing behind."""

from pathlib import Path

import pytest
from PIL import Image

from daemon.demo import processes
from daemon.demo.display import VirtualDesktop
from daemon.errors import HunchError


def test_nothing_is_left_behind_of_programs_and_of_what_they_started(tmp_path: Path) -> None:
    with VirtualDesktop(tmp_path, notifications=True) as desktop:
        desktop.start(["xterm", "-e", "bash", "--norc"])
        desktop.xdotool("search", "--sync", "--onlyvisible", "--class", "XTerm")
        # leaves its group and its session, as daemons do
        desktop.start(["sh", "-c", "setsid sleep 600 & setsid sh -c 'trap \"\" TERM; sleep 600'"])
        picture = desktop.screenshot(tmp_path / "screen.png")
        mark, runtime = desktop.env[processes.MARK], Path(desktop.env["XDG_RUNTIME_DIR"])
        assert len(processes.marked(mark)) > 6
    with Image.open(picture) as image:
        assert image.size == (1280, 800)
        assert len(image.convert("RGB").getcolors(1 << 20) or []) > 3
    assert processes.marked(mark) == []
    assert not runtime.exists()


def test_a_program_that_fails_says_so(desktop: VirtualDesktop) -> None:
    with pytest.raises(HunchError, match="xdotool"):
        desktop.xdotool("windowactivate", "1")


def test_programs_see_only_the_desktops_own_folders(desktop: VirtualDesktop) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        assert "desktop" in desktop.env[name]
