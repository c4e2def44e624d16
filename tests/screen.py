"""A real X server with a window manager and a tray, one for all tests of a session that ask for it."""

from collections.abc import Iterator

import pytest

from daemon.demo.display import VirtualDesktop


@pytest.fixture(scope="session")
def shared_desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualDesktop]:
    with VirtualDesktop(tmp_path_factory.mktemp("desktop")) as desktop:
        yield desktop


@pytest.fixture
def desktop(shared_desktop: VirtualDesktop, monkeypatch: pytest.MonkeyPatch) -> VirtualDesktop:
    """The desktop, and this process on it: its display and bus are the test's own."""
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE"):
        monkeypatch.setenv(name, shared_desktop.env[name])
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return shared_desktop


@pytest.fixture
def terminal(desktop: VirtualDesktop) -> Iterator[str]:
    """An xterm with the focus."""
    process = desktop.start(["xterm", "-T", "first terminal", "-e", "cat"])
    yield desktop.xdotool("search", "--sync", "--onlyvisible", "--name", "first terminal")
    desktop.stop(process)
