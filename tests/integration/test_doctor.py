"""`hunch doctor`: a line for every source, with the way it is seen, its mode, and what to do."""

import os
import socket
from pathlib import Path

import pytest

from daemon.allowed import Line, lines, look
from daemon.config import Settings
from tests.conftest import hunch
from watchers.platform import Session

SOURCES = (
    "window", "clipboard", "keyboard", "mouse", "passwords", "session", "browser", "editor",
    "shell", "files",
)  # fmt: skip
NO_DISPLAY = Session("linux", None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ZDOTDIR", raising=False)
    return tmp_path


def told(session: Session = NO_DISPLAY, /, **settings: object) -> dict[str, Line]:
    values = {"port": 0, **settings}
    return {line.name: line for line in lines(Settings(**values), session)}  # type: ignore[arg-type]  # each by its name


def test_every_source_has_a_line_and_what_is_refused_says_what_to_do() -> None:
    found = told()
    assert tuple(found) == SOURCES
    for name in ("window", "clipboard", "keyboard", "mouse"):
        assert found[name].mark == "--"
        assert "start Hunch inside your desktop session" in found[name].told
    assert found["editor"].told.startswith("text: file, project and language")


@pytest.mark.parametrize(
    ("session", "name", "words"),
    [
        (Session("linux", "x11", ":4711"), "window", "The display does not answer"),
        (Session("linux", "wayland", desktop="GNOME"), "window", "Focused Window D-Bus"),
        (Session("linux", "wayland", wayland="/none"), "clipboard", "compositor does not answer"),
        (Session("linux", "wayland", wayland="/none"), "keyboard", "group input"),
        (Session("macos", "native"), "window", "pyobjc"),
        (Session("macos", "native"), "keyboard", "Input Monitoring is allowed (untested)"),
        (Session("windows", "native"), "mouse", "(untested)"),
    ],
)
def test_each_system_says_what_it_allows(session: Session, name: str, words: str) -> None:
    assert words in told(session)[name].told


def test_what_is_switched_off_is_no_failure() -> None:
    found = told(window="off", keyboard="off", browser="off")
    for name in ("window", "keyboard", "browser"):
        assert (found[name].mark, found[name].told) == ("off", f'switched off ({name} = "off")')
    assert (found["shell"].mark, found["files"].mark) == ("off", "off")


def test_a_hooked_shell_and_named_folders_are_seen(home: Path) -> None:
    (home / ".bashrc").write_text('eval "$(hunch shell-init bash)"\n')
    found = told(folders=(str(home),), **{"shell": "counts"})
    assert found["shell"].mark == found["files"].mark == "ok"
    assert found["shell"].told.startswith("counts: ") and "bash" in found["shell"].told
    missing = told(folders=(str(home / "none"),))["files"]
    assert missing.mark == "--" and "no such folder" in missing.told


def test_a_port_that_another_program_has_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        line = told(port=port)["browser"]
    assert line.mark == "--" and str(port) in line.told


def test_a_check_that_fails_is_a_line() -> None:
    def fail() -> str:
        raise RuntimeError

    assert look("x", "", fail) == Line("--", "x", "RuntimeError")


def test_the_command_exits_1_where_something_is_refused(tmp_path: Path) -> None:
    env = {**os.environ, "HUNCH_DATA_DIR": str(tmp_path / "data"), "HUNCH_PORT": "0"}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        env.pop(name, None)
    done = hunch("doctor", env=env)
    assert done.returncode == 1
    names = [line[5:19].strip() for line in done.stdout.splitlines()]
    assert names[:11] == ["packages", *SOURCES]
    assert names[11:] == ["store", "weights", "language model", "popup"]
