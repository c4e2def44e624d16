"""Which backend serves which session, and what is said where none does."""

import pytest

from watchers.clipboard.choose import choose as choose_clipboard
from watchers.platform import Session, read_session
from watchers.watcher import WatcherError
from watchers.window.choose import choose as choose_window


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", Session("linux", "x11", ":0")),
        (
            {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XDG_CURRENT_DESKTOP": "GNOME"},
            "linux",
            Session("linux", "wayland", ":0", "GNOME"),
        ),
        ({}, "linux", Session("linux", None)),
        ({}, "darwin", Session("macos", "native")),
        ({}, "win32", Session("windows", "native")),
        ({"DISPLAY": ":0"}, "freebsd14", Session("other", "x11", ":0")),
    ],
)
def test_the_facts_of_a_session(environ: dict[str, str], platform: str, expected: Session) -> None:
    assert read_session(environ, platform) == expected


@pytest.mark.parametrize(
    ("session", "advice"),
    [
        (Session("linux", None), "start Hunch inside"),
        (Session("linux", "x11", ":4711"), "start Hunch inside"),
        (Session("linux", "wayland", ":0"), "X11 session"),
        (Session("macos", "native"), "aw-watcher-window"),
        (Session("windows", "native"), "aw-watcher-window"),
    ],
)
def test_no_window_is_a_sentence_that_says_what_to_do(session: Session, advice: str) -> None:
    with pytest.raises(WatcherError, match=advice):
        choose_window(session)


def test_no_clipboard_is_a_sentence_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WatcherError, match="X11 session"):
        choose_clipboard(Session("linux", "wayland", ":0"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(WatcherError, match="Install xclip"):
        choose_clipboard(Session("linux", "x11", ":0"))
