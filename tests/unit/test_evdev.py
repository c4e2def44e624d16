"""The kernel's input events become ours: devices are pipes here, read as devices are."""

import os
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from watchers.evdev import EvdevHooks, may_read
from watchers.hooks import RawInput
from watchers.keyboard import Key
from watchers.platform import Session
from watchers.watcher import WatcherError
from watchers.xkb import Keymap, UsKeymap, XkbKeymap, library, settings

SHIFT, A, Z, Q, ENTER, CAPS, ALT_GR, CIRCUMFLEX = 42, 30, 44, 16, 28, 58, 100, 41
SESSION = Session("linux", "wayland", terminal=2)


class Devices:
    """A folder of devices, and the hooks on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shown = folder / "input", folder / "active"
        self.folder.mkdir()
        self.shown.write_text("tty2\n")
        self.heard: list[RawInput] = []
        self.keyboard = self.plug("event0")

    def plug(self, name: str) -> int:
        path = self.folder / name
        os.mkfifo(path)
        return os.open(path, os.O_RDWR)  # so that the pipe has a writer from the start

    def hooks(self, keymap: Callable[[], Keymap] = UsKeymap) -> EvdevHooks:
        return EvdevHooks(
            self.heard.append, SESSION, devices=self.folder, shown=self.shown,
            keymap=lambda session: keymap(),
        )  # fmt: skip

    def send(self, *events: tuple[int, int, int], device: int | None = None) -> None:
        """Type, code and value of each."""
        block = b"".join(struct.pack("@llHHi", 1_700_000_000, 500_000, *event) for event in events)
        os.write(self.keyboard if device is None else device, block)

    def press(self, *codes: int) -> None:
        for code in codes:
            self.send((1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0))

    def wait(self, count: int) -> list[RawInput]:
        deadline = time.monotonic() + 5
        while len(self.heard) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        return self.heard

    def keys(self, count: int) -> list[Key]:
        return [raw.key for raw in self.wait(count) if raw.kind == "press" and raw.key is not None]


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    made = Devices(tmp_path)
    yield made
    os.close(made.keyboard)


def test_keys_buttons_wheel_and_motion(devices: Devices) -> None:
    hooks = devices.hooks()
    hooks.start()
    devices.send((1, SHIFT, 1), (1, A, 1), (1, A, 2), (1, A, 0), (1, SHIFT, 0))
    devices.send((1, 0x110, 1), (1, 0x110, 0))
    devices.send((2, 0, 30), (2, 1, -4))
    devices.send((1, 0x111, 1), (2, 8, -1), (2, 6, 1))
    heard = devices.wait(11)
    assert hooks.ready()
    hooks.stop()
    kinds = ["press", "press", "press", "release", "release", "down", "up", "move", "down"]
    assert [raw.kind for raw in heard] == [*kinds, "scroll", "scroll"]
    assert [raw.key.char for raw in heard[1:3] if raw.key] == ["A", "A"]
    assert [raw.button for raw in heard if raw.button] == ["left", "left", "right"]
    assert (heard[8].place, heard[9].dy, heard[10].dx) == ((30, -4), -1, 1)
    assert heard[0].time.timestamp() == 1_700_000_000.5


def test_the_layout_its_third_level_dead_keys_and_caps_lock_are_read(devices: Devices) -> None:
    german = {"LAYOUT": "de"}
    hooks = devices.hooks(lambda: XkbKeymap(None, german))
    hooks.start()
    devices.press(Z, A, ENTER, CIRCUMFLEX)
    devices.send((1, ALT_GR, 1))
    devices.press(Q)
    devices.send((1, ALT_GR, 0))
    devices.press(CAPS, A)
    keys = devices.keys(16)
    hooks.stop()
    assert [key.char or key.name for key in keys] == [
        "y", "a", "enter", "\u0302", "alt_gr", "@", "caps_lock", "A",
    ]  # fmt: skip
    assert keys[3].dead and not keys[0].dead
    assert keys[5].held == {"alt_gr"} and keys[5].symbol == ord("@")


def test_what_is_typed_on_another_terminal_is_not_heard(devices: Devices) -> None:
    hooks = devices.hooks()
    hooks.start()
    devices.send((1, 29, 1), (1, 56, 1))  # ctrl and alt
    devices.wait(2)
    devices.shown.write_text("tty3\n")
    devices.send((1, 29, 0), (1, 56, 0))
    devices.press(A)
    devices.send((1, 0x110, 1), (2, 0, 5))
    time.sleep(0.3)
    devices.shown.write_text("tty2\n")
    devices.press(Z)
    heard = devices.wait(4)
    hooks.stop()
    keys = [raw.key for raw in heard if raw.kind == "press" and raw.key is not None]
    assert [key.name or key.char for key in keys] == ["ctrl", "alt", "z"]
    assert keys[-1].held == frozenset()  # they were let go of over there


def test_a_device_that_is_pulled_out_is_no_harm_and_the_last_one_is_told(
    devices: Devices,
) -> None:
    mouse = devices.plug("event1")
    hooks = devices.hooks()
    hooks.start()
    devices.send((2, 8, 1), device=mouse)
    devices.wait(1)
    os.close(mouse)
    time.sleep(0.1)
    devices.press(A)
    assert [raw.kind for raw in devices.wait(3)] == ["scroll", "press", "release"]
    assert hooks.ready()
    hooks.stop()


def test_without_permission_there_is_a_sentence_that_names_the_risk(tmp_path: Path) -> None:
    assert not may_read(tmp_path)
    with pytest.raises(WatcherError, match=r"group input.*passwords too"):
        EvdevHooks(lambda raw: None, SESSION, devices=tmp_path)


def test_the_us_table_agrees_with_libxkbcommon() -> None:
    library()  # Debian: libxkbcommon0
    table, real = UsKeymap(), XkbKeymap(None, {"LAYOUT": "us"})
    for held in ([], [SHIFT], [CAPS], [SHIFT, CAPS]):
        for keymap in (table, real):
            for code in held:
                keymap.press(code)
        for code in range(1, 89):
            ours, theirs = table.repeat(code), real.repeat(code)
            if ours.char or (ours.name and theirs.name):
                assert (code, ours.char, ours.name) == (code, theirs.char, theirs.name)
        for keymap in (table, real):
            for code in reversed(held):
                keymap.release(code)
            if CAPS in held:
                keymap.press(CAPS)
                keymap.release(CAPS)


def test_the_layout_is_the_compositors_variables_else_the_consoles(tmp_path: Path) -> None:
    console = tmp_path / "keyboard"
    console.write_text('# comment\nXKBMODEL="pc105"\nXKBLAYOUT="fr"\nXKBVARIANT=""\n')
    assert settings({}, console) == {"MODEL": "pc105", "LAYOUT": "fr", "VARIANT": ""}
    assert settings({"XKB_DEFAULT_LAYOUT": "de,us"}, console) == {"LAYOUT": "de,us"}
    assert settings({}, tmp_path / "none") == {}


def test_an_unknown_layout_is_a_sentence() -> None:
    with pytest.raises(WatcherError, match="layout"):
        XkbKeymap(None, {"LAYOUT": "nowhere"})
