"""What this session is: operating system, display server, desktop. Facts only, no choices."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    system: System
    display_server: DisplayServer | None
    display: str | None = None
    desktop: str | None = None


def read_session(environ: Mapping[str, str] | None = None, platform: str | None = None) -> Session:
    """Read the facts once; whoever needs them gets the result handed in.

    Args:
        environ: Variables; the process's own by default.
        platform: As `sys.platform` names it; this one by default.
    """
    environ = os.environ if environ is None else environ
    system = SYSTEMS.get(sys.platform if platform is None else platform, "other")
    display = environ.get("DISPLAY") or None
    return Session(
        system=system,
        display_server=_display_server(system, environ, display),
        display=display,
        desktop=environ.get("XDG_CURRENT_DESKTOP") or None,
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
