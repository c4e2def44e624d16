"""Which backend serves which session, and what is said where none does."""

from collections.abc import Callable

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


OTHERS = [
    Session("linux", None),
    Session("linux", "wayland", ":4711"),
    Session("macos", "native"),
    Session("windows", "native"),
]


@pytest.mark.parametrize(
    ("choose", "session"),
    [
        (choose_window, Session("linux", "x11", ":4711")),
        *((choose_window, session) for session in OTHERS),
        *((choose_clipboard, session) for session in OTHERS),
    ],
)
def test_no_answer_is_a_sentence_that_says_what_to_do(
    choose: Callable[[Session], object], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4711")
    with pytest.raises(WatcherError, match=r"^\w[^.]*(?:start Hunch in|install)[^.]*\.$"):
        choose(session)
