"""The active window under KDE's compositor on Wayland, by a script that KWin runs for us.

KWin offers windows to no program, but runs scripts that are handed to it over D-Bus
(develop.kde.org, "KWin scripting tutorial" and "KWin scripting API"; the path of a script's object
changed from Plasma 5 to 6). Ours tells each change back to us: the way that ActivityWatch's awatcher
goes, too. The script is unloaded when we end; should we die, it calls nobody until it is replaced.
"""

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from watchers.coverage import Cause
from watchers.platform import Session
from watchers.window.backend import ActiveWindow
from watchers.window.bus import Bus, BusError, BusWindows
from watchers.window.process import executable

log = logging.getLogger(__name__)

KWIN = "org.kde.KWin"
SCRIPTING = (KWIN, "/Scripting", "org.kde.kwin.Scripting")
NAME = "hunch-active-window"
INTERFACE, MEMBER = "org.hunch.Window", "Active"
HINT = (
    "KDE's window manager KWin does not answer: start Hunch inside your desktop session, or log in "
    "to an X11 session."
)
# Plasma 6 and 5 name some things differently; what one lacks is undefined there.
SCRIPT = """
"use strict";
let followed = null;
function desktop() {
    const current = workspace.currentDesktop;
    return typeof current === "object" && current ? current.x11DesktopNumber : current;
}
function tell() {
    const window = followed;
    callDBus("%(name)s", "/hunch", "org.hunch.Window", "Active", JSON.stringify(!window ? {} : {
        app: String(window.resourceClass || ""),
        title: String(window.caption || ""),
        id: String(window.internalId || window.windowId || ""),
        pid: Number(window.pid) || 0,
        fullscreen: Boolean(window.fullScreen),
        workspace: Number(desktop()) || 0,
    }));
}
function each(window, act) {
    for (const name of ["captionChanged", "fullScreenChanged"]) {
        try { window[name][act](tell); } catch (error) { /* it closed, or has no such signal */ }
    }
}
function follow(window) {
    if (followed) { each(followed, "disconnect"); }
    followed = window || null;
    if (followed) { each(followed, "connect"); }
    tell();
}
(workspace.windowActivated || workspace.clientActivated).connect(follow);
workspace.currentDesktopChanged.connect(tell);
follow(workspace.activeWindow || workspace.activeClient);
"""


class KdeWindows(BusWindows):
    """Hears of the windows from a script in KWin."""

    install_hint = HINT
    cause: Cause = "wayland"
    told = "application, title, process, program, workspace, full screen; by a script in KWin"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._kwin = ""

    def is_compatible(self) -> bool:
        """Whether this is KDE on Wayland."""
        desktop = (self._session.desktop or "").upper().split(":")
        return self._session.display_server == "wayland" and "KDE" in desktop

    async def _probe(self) -> bool:
        async with Bus(self._session.bus) as bus:
            await bus.call(SCRIPTING, "isScriptLoaded", NAME, of="s")
        return True

    async def _follow(self, bus: Bus) -> None:
        self._kwin = await bus.owner(KWIN)
        bus.hear = self._hear
        await bus.call(SCRIPTING, "unloadScript", NAME, of="s")  # one that was left behind
        try:
            await self._load(bus)
            await bus.closed()
        finally:
            with contextlib.suppress(BusError):
                await bus.call(SCRIPTING, "unloadScript", NAME, of="s")

    async def _load(self, bus: Bus) -> None:
        descriptor, path = tempfile.mkstemp(prefix="hunch-", suffix=".js")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(SCRIPT % {"name": bus.name})
            number = await bus.call(SCRIPTING, "loadScript", path, NAME, of="ss")
            script = "org.kde.kwin.Script"
            try:
                await bus.call((KWIN, f"/Scripting/Script{number}", script), "run")
            except BusError:  # Plasma 5
                await bus.call((KWIN, f"/{number}", script), "run")
        finally:
            Path(path).unlink(missing_ok=True)

    def _hear(self, sender: str, interface: str, member: str, arguments: Sequence[Any]) -> None:
        if (interface, member) != (INTERFACE, MEMBER) or sender != self._kwin or not arguments:
            return
        try:
            self._tell(read(json.loads(arguments[0])))
        except (ValueError, TypeError, AttributeError) as error:
            log.debug("KWin's script told what is no window: %s", type(error).__name__)


def read(told: dict[str, Any]) -> ActiveWindow | None:
    """The window that the script tells; None when it tells that there is none."""
    if not told:
        return None
    pid = int(told.get("pid") or 0) or None
    return ActiveWindow(
        app=told.get("app") or None,
        title=told.get("title") or None,
        number=str(told.get("id") or "") or None,
        pid=pid,
        executable=executable(pid) if pid else None,
        workspace=int(told.get("workspace") or 0) or None,
        fullscreen=bool(told.get("fullscreen")),
    )
