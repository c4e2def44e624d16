"""A headless sway of a test's own, and windows in it: minimal clients on our own wire."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from watchers.platform import Session, read_session
from watchers.wayland import Arguments, Compositor

START_S = 20.0
NOBODY = 65534
CONFIG = "xwayland disable\nworkspace 1\ndefault_border none\n"


class Sway:
    """A compositor without a screen, while it is open."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self._folder, self._config = folder, config
        # short, since a socket's path has 107 bytes
        self._runtime = Path(tempfile.mkdtemp(prefix="hunch-sway-"))
        self._started: list[subprocess.Popen[bytes]] = []
        self.env: dict[str, str] = {}

    def __enter__(self) -> Self:
        file = self._runtime / "sway.conf"
        file.write_text(self._config)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._runtime),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "XDG_SESSION_TYPE": "wayland",
            "XDG_CURRENT_DESKTOP": "sway",
            "WLR_BACKENDS": "headless",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "WLR_RENDERER": "pixman",
            "LC_ALL": "C.UTF-8",
        }
        # sway refuses to be root, as which containers run their tests
        user = NOBODY if os.geteuid() == 0 else None
        if user is not None:
            os.chown(self._runtime, user, user)
        with (self._folder / "sway.log").open("wb") as log:
            sway = subprocess.Popen(
                ["sway", "--unsupported-gpu", "-c", str(file)],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self._started.append(sway)
        try:
            self.env["WAYLAND_DISPLAY"] = self._wait("wayland-*").name
            self.env["SWAYSOCK"] = str(self._wait("sway-ipc.*"))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._started):
            self.end(process)
        shutil.rmtree(self._runtime, ignore_errors=True)

    @property
    def session(self) -> Session:
        return read_session(self.env, "linux")

    def start(self, *argv: str, env: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            argv,
            env={**self.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        if process in self._started:
            self._started.remove(process)

    def kill(self) -> None:
        """The compositor dies."""
        self.end(self._started[0])

    def msg(self, *command: str) -> Any:
        """What swaymsg answers."""
        done = subprocess.run(
            ["swaymsg", "-r", *command], env=self.env, capture_output=True, timeout=20, check=True
        )
        return json.loads(done.stdout)

    def copy(self, text: str | bytes, *options: str) -> None:
        """Copy with wl-copy, which stays behind to serve it."""
        content = text.encode() if isinstance(text, str) else text
        process = self.start("wl-copy", "--foreground", *options)
        assert process.stdin is not None
        process.stdin.write(content)
        process.stdin.close()
        process.stdin = None

    def _wait(self, pattern: str) -> Path:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            for path in self._runtime.glob(pattern):
                if path.suffix != ".lock":
                    return path
            if self._started[0].poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError((self._folder / "sway.log").read_text())


class Window:
    """A window with a title, served by a thread; sway gives the newest one the focus."""

    def __init__(self, session: Session, app: str, title: str) -> None:
        self._wire = Compositor(session)
        wire = self._wire
        compositor = wire.bind(["wl_compositor"], 4, ignore, "")
        self._shm = wire.bind(["wl_shm"], 1, ignore, "")
        self._base = base = wire.bind(["xdg_wm_base"], 1, self._on_base, "")
        self._lock = threading.Lock()
        self._surface = self._make(compositor, 0)
        self._xdg_surface = wire.make(self._on_surface)
        wire.request(base, 2, self._xdg_surface, self._surface)  # get_xdg_surface
        self._toplevel = self._make(self._xdg_surface, 1)  # get_toplevel
        self.rename(title)
        wire.request(self._toplevel, 3, app)  # set_app_id
        wire.request(self._surface, 6)  # commit; the compositor answers with configure
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        wire.roundtrip()
        wire.roundtrip()
        self._thread.start()

    def rename(self, title: str) -> None:
        self._wire.request(self._toplevel, 2, title)  # set_title

    def fullscreen(self, on: bool) -> None:
        if on:
            self._wire.request(self._toplevel, 11, 0)  # set_fullscreen, on any output
        else:
            self._wire.request(self._toplevel, 12)

    def close(self) -> None:
        self._stopped.set()
        self._thread.join(5)
        self._wire.close()

    def _make(self, target: int, opcode: int) -> int:
        number = self._wire.make(ignore)
        self._wire.request(target, opcode, number)
        return number

    def _on_base(self, opcode: int, arguments: Arguments) -> None:
        self._wire.request(self._base, 3, arguments.number())  # pong

    def _on_surface(self, opcode: int, arguments: Arguments) -> None:
        self._wire.request(self._xdg_surface, 4, arguments.number())  # ack_configure
        self._wire.request(self._surface, 1, self._buffer(), 0, 0)  # attach
        self._wire.request(self._surface, 6)

    def _buffer(self, side: int = 64) -> int:
        """A dark square."""
        descriptor = os.memfd_create("buffer")
        os.ftruncate(descriptor, side * side * 4)
        pool = self._wire.make(ignore)
        self._wire.request(self._shm, 0, pool, side * side * 4, descriptor=descriptor)
        os.close(descriptor)
        buffer = self._wire.make(ignore)
        self._wire.request(pool, 0, buffer, 0, side, side, side * 4, 1)  # xrgb8888
        return buffer

    def _serve(self) -> None:
        while not self._stopped.wait(0.02):
            try:
                self._wire.take()
            except Exception:
                return


def ignore(opcode: int, arguments: Arguments) -> None:
    """Nothing of it is needed."""


@contextlib.contextmanager
def window(sway: Sway, app: str, title: str) -> Iterator[Window]:
    shown = Window(sway.session, app, title)
    try:
        yield shown
    finally:
        shown.close()


GERMAN = b"""xkb_keymap {
    xkb_keycodes { include "evdev+aliases(qwertz)" };
    xkb_types { include "complete" };
    xkb_compat { include "complete" };
    xkb_symbols { include "pc+de+inet(evdev)" };
};
\0"""


@contextlib.contextmanager
def virtual_keyboard(sway: Sway) -> Iterator[Callable[[int], None]]:
    """A German keyboard, plugged in (virtual-keyboard-unstable-v1); what presses its keys."""
    with Compositor(sway.session) as wire:
        manager = wire.bind(["zwp_virtual_keyboard_manager_v1"], 1, ignore, "")
        seat = wire.bind(["wl_seat"], 1, ignore, "")
        keyboard = wire.make(ignore)
        wire.request(manager, 0, seat, keyboard)
        descriptor = os.memfd_create("keymap")
        os.write(descriptor, GERMAN)
        wire.request(keyboard, 0, 1, len(GERMAN), descriptor=descriptor)
        os.close(descriptor)
        wire.roundtrip()

        def press(code: int) -> None:
            for state in (1, 0):
                wire.request(keyboard, 1, 0, code, state)
            wire.roundtrip()

        yield press
