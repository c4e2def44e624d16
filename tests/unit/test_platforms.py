"""Which reader is taken where, without a screen; and what is pure in the readers of each system."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from watchers.clipboard import choose as clipboards
from watchers.clipboard import kinds
from watchers.notices import Bell
from watchers.platform import Session, read_session
from watchers.watcher import WatcherError
from watchers.wayland import Compositor
from watchers.window import choose as readers
from watchers.window.backend import ActiveWindow
from watchers.window.gnome import read as read_gnome
from watchers.window.kde import read as read_kde
from watchers.window.process import executable
from watchers.window.sway import read as read_sway
from watchers.window.wlroots import states

WAYLAND = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nowhere"}


@pytest.mark.parametrize(
    ("platform", "environ", "server", "wayland"),
    [
        ("linux", {}, None, None),
        ("linux", {"DISPLAY": ":0"}, "x11", None),
        ("linux", {"DISPLAY": ":0", **WAYLAND}, "wayland", "/nowhere/wayland-9"),
        ("linux", {"WAYLAND_DISPLAY": "/run/w"}, "wayland", "/run/w"),
        (
            "linux",
            {"XDG_SESSION_TYPE": "wayland", "XDG_RUNTIME_DIR": "/r"},
            "wayland",
            "/r/wayland-0",
        ),
        ("linux", {"XDG_SESSION_TYPE": "wayland"}, "wayland", None),
        ("darwin", {}, "native", None),
        ("win32", {"DISPLAY": ":0"}, "native", None),
        ("freebsd14", {"DISPLAY": ":0"}, "x11", None),
    ],
)
def test_a_session_is_what_its_variables_say(
    platform: str, environ: Mapping[str, str], server: str | None, wayland: str | None
) -> None:
    session = read_session(environ, platform)
    assert (session.display_server, session.wayland) == (server, wayland)


def test_a_session_knows_its_bus_and_its_terminal() -> None:
    session = read_session({"XDG_RUNTIME_DIR": "/r", "XDG_VTNR": "3", "SWAYSOCK": "/s"}, "linux")
    assert (session.bus, session.terminal, session.sway) == ("unix:path=/r/bus", 3, "/s")
    named = read_session({"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=x", "XDG_VTNR": "x"}, "linux")
    assert (named.bus, named.terminal) == ("unix:abstract=x", None)


@pytest.mark.parametrize(
    ("session", "hint"),
    [
        (Session("linux", None), "No display"),
        (Session("linux", "x11", ":4711"), "The display does not answer"),
        (Session("linux", "wayland", wayland="/nowhere"), "The compositor does not answer"),
        (Session("linux", "wayland", desktop="KDE", bus="unix:path=/nowhere"), "KWin"),
        (Session("linux", "wayland", desktop="ubuntu:GNOME", bus=None), "Focused Window D-Bus"),
        (Session("linux", "wayland", desktop="sway", sway="/nowhere"), "compositor"),
        (Session("macos", "native"), "pyobjc-framework-Cocoa"),
        (Session("windows", "native"), "Windows does not answer"),
        (Session("other", None), "No display"),
    ],
)
def test_where_nothing_can_be_read_a_sentence_says_what_to_do(session: Session, hint: str) -> None:
    with pytest.raises(WatcherError, match=hint) as refused:
        readers.choose(session)
    cause = "wayland" if session.display_server == "wayland" and not session.sway else "permission"
    assert refused.value.cause == cause


@pytest.mark.parametrize(
    ("session", "hint"),
    [
        (Session("linux", None), "No display"),
        (Session("linux", "wayland", wayland="/nowhere"), "The compositor does not answer"),
        (Session("macos", "native"), "pyobjc-framework-Cocoa"),
        (Session("windows", "native"), "Windows does not answer"),
    ],
)
def test_a_clipboard_that_cannot_be_read_says_what_to_do(session: Session, hint: str) -> None:
    with pytest.raises(WatcherError, match=hint):
        clipboards.choose(session)


def test_a_window_tells_only_what_is_known() -> None:
    assert ActiveWindow(None, None).data == {"app": "", "title": ""}
    whole = ActiveWindow("XTerm", "t", 5, 7, "xterm", 1, False)
    assert whole.data == {
        "app": "XTerm", "title": "t", "pid": 7, "executable": "xterm", "workspace": 1,
        "fullscreen": False,
    }  # fmt: skip


def test_the_program_of_a_process_is_its_base_name(tmp_path: Path) -> None:
    folder = tmp_path / "5"
    folder.mkdir()
    assert executable(5, tmp_path) is None
    (folder / "comm").write_text("short\n")
    assert executable(5, tmp_path) == "short"
    (folder / "exe").symlink_to("/usr/bin/foot (deleted)")
    assert executable(5, tmp_path) == "foot"


def test_sways_tree_kwins_script_and_gnomes_extensions_are_read() -> None:
    window = {"type": "con", "pid": 1, "focused": True, "id": 4, "name": "t", "nodes": []}
    x11 = window | {"window_properties": {"class": "XTerm"}, "fullscreen_mode": 1}
    tree: dict[str, Any] = {
        "type": "root",
        "nodes": [
            {"type": "workspace", "num": 1, "nodes": [window | {"focused": False}]},
            {"type": "workspace", "num": 2, "nodes": [], "floating_nodes": [x11]},
        ],
    }
    seen = read_sway(tree)
    assert seen is not None
    assert (seen.app, seen.workspace, seen.fullscreen) == ("XTerm", 2, True)
    assert read_sway({"type": "root", "nodes": [{"type": "workspace", "focused": True}]}) is None
    assert read_kde({}) is None
    kde = read_kde({"app": "kate", "title": "", "id": "{5}", "workspace": 0, "pid": 0})
    assert kde == ActiveWindow("kate", None, "{5}", fullscreen=False)
    assert read_gnome({}) is None
    assert read_gnome({"wm_class": "gedit", "pid": 0}) == ActiveWindow("gedit", None)


def test_the_states_of_a_toplevel() -> None:
    assert states(b"") == frozenset()
    assert states(b"\2\0\0\0\3\0\0\0") == {2, 3}
    assert states(b"\2\0\0\0\3\0") == {2}  # cut


def test_a_compositor_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WatcherError, match="start Hunch"):
        Compositor(Session("linux", "wayland", wayland=str(tmp_path / "none")))


def test_a_bell_that_rang_before_anybody_listened_is_heard() -> None:
    bell, heard = Bell(), []
    bell.ring()
    bell.listen(lambda: heard.append(1))
    assert bell.take() and not bell.take() and heard == []
    bell.ring()
    assert heard == [1] and bell.take()
    bell.listen(None)
    bell.ring()
    assert heard == [1]


# The clipboard's kinds


def test_files_come_before_text_and_text_before_pictures_and_secrets_are_left() -> None:
    text, png = "text/plain;charset=utf-8", "image/png"
    assert kinds.choose_kind(["text/uri-list", text, png]) == "text/uri-list"
    assert kinds.choose_kind([png, "text/html", text]) == text
    assert kinds.choose_kind(["text/html", "image/x-odd", png]) == png
    assert kinds.choose_kind(["image/x-odd"]) == "image/x-odd"
    assert kinds.choose_kind(["application/x-own"]) is None
    assert kinds.choose_kind([]) is None
    assert kinds.choose_kind([text, kinds.SECRET]) is None


def test_a_text_that_comes_in_pieces_is_cut_and_counted() -> None:
    text = kinds.Text(3)
    for byte in "äöü€x".encode():
        text.take(bytes([byte]))
    copied = text.copied()
    assert copied is not None and (copied.text, copied.length) == ("äöü", 5)
    assert kinds.Text(3).copied() is None


def test_a_list_of_files_keeps_base_names() -> None:
    listing = kinds.gatherer("text/uri-list", 10)
    listing.take(b"# comment\r\nfile:///tmp/a%20b.pdf\r\nfile://host/c/\r\nfile:///\r\n")
    copied = listing.copied()
    assert copied is not None and (copied.files, copied.count) == (("a b.pdf", "c", "/"), 3)
    other = kinds.gatherer("text/uri-list", 10)
    other.take(b"https://example.org/x\r\n")
    link = other.copied()
    assert link is not None and link.text == "https://example.org/x"
