"""What this session is: operating system, display server, desktop. Facts only, no choices."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

System = Literal["linux", "macos", "windows", "other"]
DisplayServer = Literal["x11", "wayland", "native"]

SYSTEMS: Mapping[str, System] = {"linux": "linux", "darwin": "macos", "win32": "windows"}


@dataclass(frozen=True, slots=True)
class Session:
    """Where we run.

    Attributes:
        system: The operating system.
        display_server: ``native`` on macOS and Windows; None on Linux without a display.
        display: Name of the X display, such as ``:0``; also there under Wayland with Xwayland.
        desktop: The desktop environment's own name, such as ``GNOME``; None when it tells none.
        wayland: Path of the compositor's socket; None without one.
        bus: Address of the session's message bus (D-Bus); None without one.
        sway: Path of sway's own socket; None elsewhere.
        terminal: Number of the virtual terminal that shows the session; None when not told.
    """

    system: System
    display_server: DisplayServer | None
    display: str | None = None
    desktop: str | None = None
    wayland: str | None = None
    bus: str | None = None
    sway: str | None = None
    terminal: int | None = None


def read_session(environ: Mapping[str, str] | None = None, platform: str | None = None) -> Session:
    """Read the facts once; whoever needs them gets the result handed in.

    Args:
        environ: Variables; the process's own by default.
        platform: As `sys.platform` names it; this one by default.
    """
    environ = os.environ if environ is None else environ
    system = SYSTEMS.get(sys.platform if platform is None else platform, "other")
    display = environ.get("DISPLAY") or None
    server = _display_server(system, environ, display)
    return Session(
        system=system,
        display_server=server,
        display=display,
        desktop=environ.get("XDG_CURRENT_DESKTOP") or None,
        wayland=_socket(environ) if server == "wayland" else None,
        bus=_bus(environ) if system == "linux" else None,
        sway=environ.get("SWAYSOCK") or None,
        terminal=int(number) if (number := environ.get("XDG_VTNR", "")).isdecimal() else None,
    )


def _display_server(
    system: System, environ: Mapping[str, str], display: str | None
) -> DisplayServer | None:
    if system in ("macos", "windows"):
        return "native"
    # Under Wayland DISPLAY is set too, by Xwayland, so it is asked last.
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        return "wayland"
    return "x11" if display else None


def _socket(environ: Mapping[str, str]) -> str | None:
    """As libwayland finds it (`wl_display_connect`)."""
    name = environ.get("WAYLAND_DISPLAY") or "wayland-0"
    folder = environ.get("XDG_RUNTIME_DIR")
    if name.startswith("/"):
        return name
    return str(PurePosixPath(folder) / name) if folder else None


def _bus(environ: Mapping[str, str]) -> str | None:
    folder = environ.get("XDG_RUNTIME_DIR")
    address = environ.get("DBUS_SESSION_BUS_ADDRESS")
    return address or (f"unix:path={folder}/bus" if folder else None)
