"""What this system allows each source: what is seen, by which way, in which mode, or what to do.

`hunch doctor` prints it. Asks the same choosers as the daemon; starts nothing and changes nothing.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.lock import running
from watchers.manifest import BY_SOURCE
from watchers.platform import Session, read_session

Mark = Literal["ok", "off", "--"]
HOOK = "shell-init"  # stands in the start file of a shell that tells its commands
BUS_SYSTEM = Path("/run/dbus/system_bus_socket")


@dataclass(frozen=True, slots=True)
class Line:
    """What there is to say of one source.

    Attributes:
        mark: ``ok``; ``off`` when it is switched off or not set up; ``--`` when it is refused.
        name: The source.
        told: A sentence.
    """

    mark: Mark
    name: str
    told: str


class UnusedError(Exception):
    """It could be seen, but is switched off or not set up; says how to."""


def lines(settings: Settings, session: Session | None = None) -> Iterator[Line]:
    """One line for each source."""
    session = session or read_session()
    checks: dict[str, Callable[[], str]] = {
        "window": lambda: _window(session),
        "clipboard": lambda: _clipboard(session),
        "keyboard": lambda: _input(session, "typed text, keys, shortcuts"),
        "mouse": lambda: _input(session, "clicks, drags, scrolls"),
        "passwords": lambda: _focus(session),
        "session": lambda: _state(session),
        "browser": lambda: _api(settings),
        "editor": lambda: f"{BY_SOURCE['editor'].sees}; by ActivityWatch's editor watchers",
        "shell": _shell,
        "files": lambda: _files(settings),
    }
    for name, check in checks.items():
        yield look(name, getattr(settings, name, ""), check)


def look(name: str, mode: str, check: Callable[[], str]) -> Line:
    """What a check says.

    Args:
        name: Of what is checked.
        mode: Of the source: ``off``, ``counts`` or ``text``; empty where it has none.
        check: Returns what there is; raises what there is not, with what to do.
    """
    if mode == "off":
        return Line("off", name, f'switched off ({name} = "off")')
    try:
        told = check()
    except UnusedError as error:
        return Line("off", name, str(error))
    except Exception as error:  # a doctor goes on to the next
        return Line("--", name, str(error) or type(error).__name__)
    return Line("ok", name, f"{mode}: {told}" if mode else told)


def _window(session: Session) -> str:
    from watchers.window.choose import choose

    return choose(session).told


def _clipboard(session: Session) -> str:
    from watchers.clipboard.choose import choose

    backend = choose(session)
    backend.open()
    backend.close()
    return backend.told


def _input(session: Session, sees: str) -> str:
    from watchers.display import connect, disconnect

    if session.display_server is None:
        raise HunchError("Input", "There is no display: start Hunch inside your desktop session.")
    if session.display_server == "wayland":
        return f"{sees}; {_devices(session)}"
    if session.system == "macos":
        return f"{sees}; by pynput, where Input Monitoring is allowed (untested)"
    if session.system == "windows":
        return f"{sees}; by pynput (untested)"
    display = connect(session.display)
    try:
        if not display.has_extension("RECORD"):
            raise HunchError("Input", "This X server has no RECORD extension: keys are not heard.")
    finally:
        disconnect(display)
    return f"{sees}; by pynput and X RECORD"


def _devices(session: Session) -> str:
    from watchers.evdev import NOT_PERMITTED, may_read
    from watchers.watcher import WatcherError
    from watchers.xkb import compositor_keymap, library

    if not may_read():
        raise WatcherError(NOT_PERMITTED)
    try:
        library()
    except WatcherError as error:
        return f"from the kernel's devices, as on a US keyboard: {error}"
    layout = "the compositor's" if compositor_keymap(session) else "the console's"
    return f"from the kernel's devices (group input), with {layout} layout (untested)"


def _focus(session: Session) -> str:
    from watchers.focus.choose import choose

    way = {
        "linux": "password fields by AT-SPI, prompts in terminals by their echo; in Chromium by our "
        "extension alone, in Qt and Firefox where accessibility is switched on",
        "macos": "secure fields by secure input (untested)",
        "windows": "password fields by UI Automation (untested)",
    }
    choose(session)
    return f"not kept while one has the focus: {way.get(session.system, 'none')}"


def _state(session: Session) -> str:
    from watchers.session.choose import choose

    choose(session)
    if session.system != "linux":
        return "lock and sleep (untested)"
    named = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or BUS_SYSTEM.exists()
    lock = "lock and sleep by logind" if named else "no logind here: locks by their programs alone"
    media = "video and calls by the session's bus" if session.bus else "no session bus, so no media"
    return f"{lock}; {media}"


def _api(settings: Settings) -> str:
    from watchers.activitywatch import probe

    sees = BY_SOURCE["browser"].sees
    holder = running(settings.data_path)
    if holder is not None and holder.port:
        return f"{sees}; an extension tells it on 127.0.0.1:{holder.port}, where Hunch listens"
    who = probe(settings.port) if settings.port else "free"
    if who == "free":
        return f"{sees}; an extension tells it on 127.0.0.1:{settings.port}, which is free"
    if who == "activitywatch":
        return f"{sees}; an aw-server has port {settings.port}: Hunch reads from it"
    raise HunchError(
        "Browser",
        f"Another program has port {settings.port}: end it, or set port = N in the settings and "
        "in the extension.",
    )


def _shell() -> str:
    home = Path.home()
    places = {
        "bash": home / ".bashrc",
        "zsh": Path(os.environ.get("ZDOTDIR") or home) / ".zshrc",
        "fish": Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "fish/config.fish",
    }
    hooked = [shell for shell, path in places.items() if _mentions(path)]
    if not hooked:
        raise UnusedError("not set up: `hunch shell-init bash --install` (or zsh, fish)")
    return f"{BY_SOURCE['shell'].sees}; by the hook in {', '.join(hooked)}"


def _mentions(path: Path) -> bool:
    try:
        return HOOK in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _files(settings: Settings) -> str:
    if not settings.folders:
        raise UnusedError("no folder is named: folders = […] in the settings")
    if find_spec("watchdog") is None:
        raise HunchError("Files", "watchdog is missing: install Hunch again.")
    away = [folder for folder in settings.folders if not Path(folder).expanduser().is_dir()]
    if away:
        raise HunchError("Files", f"There is no such folder: {', '.join(away)}.")
    return f"new and renamed documents in {', '.join(settings.folders)}"
