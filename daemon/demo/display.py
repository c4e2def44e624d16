"""A virtual desktop: X server, session bus, window manager, tray, in folders of its own.

Used by the demo and by the tests of a real screen. Knows nothing of Hunch.
"""

import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from daemon.demo.packages import PROGRAMS
from daemon.demo.processes import MARK, end_groups
from daemon.demo.programs import Programs
from daemon.errors import HunchError

log = logging.getLogger(__name__)

SCREEN = "1280x800x24"
START_S = 20.0  # a slow machine's Xvfb took 3 s
COMMAND_S = 120.0
POLL_S = 0.03
ACTIVATE_S = 1.0
NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "xprop", "import")
# A real desktop's settings must not reach the programs of the virtual one.
FOREIGN = (
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DESKTOP_SESSION",
    "SESSION_MANAGER",
    "DBUS_SESSION_BUS_PID",
)
TRAY_OPTIONS = ("--edge", "top", "--align", "right", "--widthtype", "request", "--height", "24")


class VirtualDesktop:
    """A desktop while it is open, as a context manager.

    Attributes:
        env: The whole environment for programs on it.
    """

    def __init__(
        self, folder: Path, *, tray: bool = True, notifications: bool = False, screen: str = SCREEN
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            folder: Where HOME and all of XDG's folders lie; made when missing.
            tray: Run a system tray (trayer).
            notifications: Run a notification server (dunst).
            screen: Width, height and depth as Xvfb takes them.
        """
        self._folder = folder
        self._tray = tray
        self._notifications = notifications
        self._screen = screen
        self._programs = Programs(folder / "logs")
        self._runtime: Path | None = None
        self.env = self._programs.env

    def __enter__(self) -> Self:
        lacking = [PROGRAMS[name] for name in self._needed() if shutil.which(name) is None]
        if lacking:
            names = " ".join(lacking)
            raise HunchError(
                "Missing programs", f"Install these Debian packages: apt-get install {names}"
            )
        self._runtime = Path(
            tempfile.mkdtemp(prefix="hunch-")
        )  # short: a socket's path has 107 bytes
        try:
            self.env |= _environment(self._folder, self._runtime, self._programs.mark)
            self.env["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            self.env["DISPLAY"] = self._start_server()
            self._start_clients()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def start(
        self, argv: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program on the desktop, in a process group of its own.

        What it prints goes to the folder ``logs``.

        Args:
            argv: Program and arguments.
            cwd: Its folder; HOME by default.
            env: Variables besides the desktop's own.
        """
        return self._programs.start(argv, cwd=cwd or Path(self.env["HOME"]), env=env)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End a program that `start` gave, with its group."""
        end_groups([process])

    def xdotool(self, *arguments: str, check: bool = True, within_s: float = COMMAND_S) -> str:
        """Run xdotool and return what it printed.

        Raises:
            HunchError: It failed, and `check` is true.
        """
        try:
            return self.command("xdotool", *arguments, check=check, within_s=within_s)
        except HunchError as error:
            if "BadWindow" not in error.message:  # one that went while xdotool walked over all
                raise
        return self.command("xdotool", *arguments, check=check, within_s=within_s)

    def activate(self, window: str) -> None:
        """Bring a window to the front.

        Not by xdotool's own `--sync`: that waits for ever for an activation that was lost, as one
        of a window that the manager does not know yet (seen on a loaded machine).

        Raises:
            HunchError: It does not come within `START_S` seconds.
        """
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            self.xdotool("windowactivate", window, check=False)
            again = time.monotonic() + ACTIVATE_S
            while time.monotonic() < again:
                if self.xdotool("getactivewindow", check=False) == window:
                    return
                time.sleep(POLL_S)
        raise HunchError("Virtual desktop", f"The window {window} does not come to the front.")

    def command(
        self, *argv: str, check: bool = True, within_s: float = COMMAND_S, text: str = ""
    ) -> str:
        """Run a short program to its end, `text` on its input, and return what it printed."""
        try:
            done = subprocess.run(
                argv,
                env=self.env,
                capture_output=True,
                input=text,
                text=True,
                timeout=within_s,
                check=check,
            )
        except (subprocess.SubprocessError, OSError) as error:
            detail = str(getattr(error, "stderr", "") or "").strip()
            raise HunchError("Virtual desktop", f"{argv[0]} failed: {error} {detail}") from error
        return done.stdout.strip()

    def screenshot(self, path: Path) -> Path:
        """Write a picture of the whole screen, in the format that the name's ending says."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.command("import", "-window", "root", str(path))
        return path

    def _needed(self) -> Iterable[str]:
        yield from NEEDED
        if self._tray:
            yield "trayer"
        if self._notifications:
            yield "dunst"

    def _start_bus(self) -> str:
        address = f"unix:path={self._runtime}/bus"
        return self._programs.start_told(
            lambda fd: [
                "dbus-daemon",
                "--session",
                "--nofork",
                f"--address={address}",
                f"--print-address={fd}",
            ]
        )

    def _start_server(self) -> str:
        options = ["-screen", "0", self._screen, "-nolisten", "tcp", "-noreset"]
        return ":" + self._programs.start_told(lambda fd: ["Xvfb", "-displayfd", str(fd), *options])

    def _start_clients(self) -> None:
        self._programs.start(["openbox", "--sm-disable"])
        self._until("openbox", self._managed)
        if self._tray:
            self._programs.start(["trayer", *TRAY_OPTIONS])
            self._until("trayer", lambda: self._owned("_NET_SYSTEM_TRAY_S0"))
        if self._notifications:
            self._programs.start(["dunst"])
            self._until("dunst", self._notified)

    def _managed(self) -> bool:
        return "window id" in self.command(
            "xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False
        )

    def _owned(self, selection: str) -> bool:
        from Xlib.display import Display

        display = Display(self.env["DISPLAY"])
        try:
            return bool(display.get_selection_owner(display.intern_atom(selection)))
        finally:
            display.close()

    def _notified(self) -> bool:
        call = [
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
        ]
        answer = self.command(
            "dbus-send", *call, "string:org.freedesktop.Notifications", check=False
        )
        return answer.endswith("true")

    def _until(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_S
        while not ready():
            if time.monotonic() > deadline:
                raise HunchError("Virtual desktop", f"{name} was not ready within {START_S:g} s.")
            time.sleep(POLL_S)

    def _end(self) -> None:
        self._programs.end()
        if self._runtime is not None:
            shutil.rmtree(self._runtime, ignore_errors=True)


def _environment(folder: Path, runtime: Path, mark: str) -> dict[str, str]:
    """The environment of the desktop, its folders made."""
    folders = {
        "HOME": folder / "home",
        "XDG_CONFIG_HOME": folder / "config",
        "XDG_DATA_HOME": folder / "data",
        "XDG_CACHE_HOME": folder / "cache",
        "XDG_STATE_HOME": folder / "state",
    }
    for path in folders.values():
        path.mkdir(parents=True, exist_ok=True)
    return {
        **{key: value for key, value in os.environ.items() if key not in FOREIGN},
        **{key: str(path) for key, path in folders.items()},
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_SESSION_TYPE": "x11",
        "XDG_CURRENT_DESKTOP": "Openbox",
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
        "GTK_A11Y": "none",
        MARK: mark,
    }
