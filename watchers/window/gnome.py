"""The active window under GNOME on Wayland, by one of two extensions of GNOME Shell.

GNOME Shell itself tells windows to no program (its `Eval` is for developers alone), but the
extensions "Focused Window D-Bus" and "Window Calls" do. The first tells of another application at
once; all else has to be asked for again and again. Sources: both extensions' pages on
extensions.gnome.org and their D-Bus interfaces.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from watchers.coverage import Cause
from watchers.window.backend import ActiveWindow
from watchers.window.bus import Bus, BusError, BusWindows
from watchers.window.process import executable

log = logging.getLogger(__name__)

ASK_S = 1.0
SHELL = "org.gnome.Shell"
FOCUSED = (
    SHELL, "/org/gnome/shell/extensions/FocusedWindow", "org.gnome.shell.extensions.FocusedWindow",
)  # fmt: skip
CALLS = (SHELL, "/org/gnome/Shell/Extensions/Windows", "org.gnome.Shell.Extensions.Windows")
CHANGED = "FocusChanged"
NONE = "No window in focus"
HINT = (
    "GNOME tells no program which window is active: install the extension “Focused Window D-Bus” "
    "(extensions.gnome.org/extension/5592) and log in again, or log in to an X11 session."
)


class GnomeWindows(BusWindows):
    """Asks one of the extensions."""

    install_hint = HINT
    cause: Cause = "wayland"
    told = "application, title, process, program; by an extension of GNOME Shell, asked each second"

    def is_compatible(self) -> bool:
        """Whether this is GNOME on Wayland."""
        desktop = (self._session.desktop or "").upper().split(":")
        return self._session.display_server == "wayland" and "GNOME" in desktop

    async def _probe(self) -> bool:
        async with Bus(self._session.bus) as bus:
            await ask(bus)
        return True

    async def _follow(self, bus: Bus) -> None:
        woken = asyncio.Event()

        def hear(sender: str, interface: str, member: str, arguments: Sequence[Any]) -> None:
            if (interface, member) == (FOCUSED[2], CHANGED):
                woken.set()

        bus.hear = hear
        await bus.match(f"type='signal',sender='{SHELL}',interface='{FOCUSED[2]}'")
        while True:
            woken.clear()
            self._tell(await ask(bus))
            try:
                async with asyncio.timeout(ASK_S):
                    await woken.wait()
            except TimeoutError:
                continue


async def ask(bus: Bus) -> ActiveWindow | None:
    """The window that has the focus, by the extension that answers.

    Raises:
        BusError: Neither does.
    """
    try:
        return read(json.loads(await bus.call(FOCUSED, "Get")))
    except ValueError as error:
        raise BusError("no JSON") from error
    except BusError as error:
        if NONE in str(error):
            return None
    try:
        listed = json.loads(await bus.call(CALLS, "List"))
        told = next((window for window in listed if window.get("focus")), None)
        if told is None:
            return None
        title = told.get("title") or await bus.call(CALLS, "GetTitle", int(told["id"]), of="u")
        return read(told | {"title": title})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BusError(f"an answer of another form: {type(error).__name__}") from error


def read(told: dict[str, Any]) -> ActiveWindow | None:
    """The window that an extension tells; None for none."""
    app = told.get("wm_class") or told.get("wm_class_instance")
    if not app and not told.get("title"):
        return None
    pid = told.get("pid")
    pid = pid if isinstance(pid, int) and pid > 0 else None
    workspace = told.get("workspace")
    return ActiveWindow(
        app=app or None,
        title=told.get("title") or None,
        number=told.get("id"),
        pid=pid,
        executable=executable(pid) if pid else None,
        workspace=workspace + 1 if isinstance(workspace, int) and workspace >= 0 else None,
    )
