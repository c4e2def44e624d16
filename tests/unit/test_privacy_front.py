"""What is in front decides what is kept: windows, pages, folders, told causes, late events, clocks."""

from datetime import timedelta
from typing import Any

import pytest

from daemon.privacy.stretches import KEEP_S, MOST
from tests.desk import AFK, COPIES, EDITOR, FILES, INPUT, OTHERS, SHELL, TAB, WINDOW, Desk, bucket
from watchers.event import Event


def test_nothing_of_an_excluded_window_passes() -> None:
    desk = Desk()
    assert desk.window("KeePassXC", "db") is None
    desk.wait(3)
    assert not desk.types() and not desk.copies()
    assert desk.privacy.hidden == {"excluded"}
    assert desk.tell(AFK, {"status": "afk"}) is not None
    click = {"from": "mouse", "data": {"type": "click", "button": "left"}}
    assert desk.tell(INPUT, click) is None
    assert desk.window("XTerm", "sh") is not None
    desk.wait(4)
    assert desk.types() and desk.copies() and not desk.privacy.hidden


def test_what_is_told_late_belongs_to_where_it_was_done() -> None:
    desk = Desk()
    desk.window("XTerm")
    desk.wait(60)
    desk.window("KeePassXC")
    assert desk.types(ago_s=3)  # before
    desk.wait(10)
    desk.window("XTerm")
    desk.wait(5)
    assert not desk.types(ago_s=7, lasted_s=1)  # in between
    assert not desk.types(ago_s=2, lasted_s=6)  # from one into the other
    assert not desk.copies(ago_s=4)  # a clipboard that is polled tells a second late
    assert desk.types(ago_s=1, lasted_s=1)
    desk.wait(60)
    assert not desk.types(ago_s=67, lasted_s=1)  # a minute late
    desk.wait(KEEP_S)
    assert desk.types()


def test_many_short_stretches_leave_no_hole() -> None:
    desk = Desk()
    for _ in range(2 * MOST):
        desk.window("KeePassXC")
        desk.wait(0.2)
        desk.window("XTerm")
        desk.wait(0.2)
    desk.wait(3)
    assert not desk.types(ago_s=3 + 0.3 * MOST, lasted_s=0.1)
    assert desk.types()


@pytest.mark.parametrize("step_s", [-7200, -30, 30, 7200])
def test_a_clock_that_is_set_opens_no_hole(step_s: float) -> None:
    desk = Desk()
    desk.window("XTerm")
    desk.wait(60)
    desk.window("KeePassXC")
    desk.wait(20)
    desk.set_clock(step_s)
    assert not desk.types()
    desk.wait(20)
    assert not desk.types()
    desk.window("XTerm")
    desk.wait(2)
    assert not desk.types(ago_s=5)  # typed under the new clock, told late
    desk.wait(60)
    assert desk.types()


@pytest.mark.parametrize("step_s", [-7200, 7200])
def test_a_run_told_across_a_step(step_s: float) -> None:
    desk = Desk()
    desk.window("KeePassXC")
    desk.wait(20)
    desk.set_clock(step_s)
    desk.wait(1)
    assert not desk.types(ago_s=step_s + 2)  # stamped by the old clock


def test_no_other_program_lifts_an_exclusion() -> None:
    desk = Desk()
    desk.window("KeePassXC")
    for where in (OTHERS, bucket("currentwindow", WINDOW.id)):
        event = Event(desk.wall, data={"app": "XTerm", "title": ""})
        assert desk.privacy.clean(where, event, foreign=True) is not None
        assert not desk.types() and desk.privacy.hidden == {"excluded"}
    desk.window("XTerm")
    desk.wait(5)
    assert desk.types()


def test_another_program_may_hide_until_it_falls_silent() -> None:
    desk = Desk()
    desk.window("XTerm")
    desk.window("KeePassXC", where=OTHERS)
    desk.wait(3)
    desk.window("XTerm")
    assert not desk.types()
    for _ in range(12):  # ours goes on telling
        desk.wait(5)
        desk.window("XTerm")
    assert desk.types()


def test_an_exclusion_stands_while_its_only_teller_is_silent() -> None:
    desk = Desk()
    desk.window("KeePassXC")
    desk.wait(3600)
    assert not desk.types() and desk.privacy.hidden == {"excluded"}


def test_a_page_hides_what_is_typed_while_its_browser_is_in_front() -> None:
    desk = Desk()
    desk.window("Chromium", "A page")
    assert desk.tab("https://bank.example/konto") is None
    desk.wait(3)
    assert not desk.types() and not desk.copies() and desk.privacy.hidden == {"excluded"}
    kept = desk.window("Chromium", "Your account - Chromium")
    assert kept is not None and kept.data["title"] == ""
    desk.window("XTerm")
    desk.wait(4)
    assert desk.types()
    desk.window("Firefox", "Mozilla Firefox")  # another browser's page
    desk.wait(4)
    assert desk.types()
    desk.window("Chromium", "Your account - Chromium")
    desk.wait(4)
    assert not desk.types()
    desk.tab("https://example.org/")
    desk.wait(4)
    assert desk.types()


def test_a_page_hides_where_no_window_is_known() -> None:
    desk = Desk()
    desk.tab("https://bank.example/konto")
    desk.wait(3)
    assert not desk.types()


def test_a_private_tab() -> None:
    desk = Desk()
    desk.window("Chromium", "x")
    assert desk.tab("https://example.org/", incognito=True) is None
    assert desk.privacy.hidden == {"private"} and not desk.types() and not desk.copies()


def test_a_login_page_keeps_its_host_alone() -> None:
    desk = Desk()
    desk.window("Chromium", "x")
    kept = desk.tab("https://shop.example/login?next=/me&q=1", selection="s", tabCount=2)
    assert kept is not None
    assert kept.data == {
        "url": "https://shop.example/", "title": "shop.example", "incognito": False, "tabCount": 2,
    }  # fmt: skip
    desk.wait(3)
    assert desk.privacy.hidden == {"password"} and not desk.types()


def test_a_login_page_is_known_by_its_window_too() -> None:
    desk = Desk()
    kept = desk.window("firefox", "Sign in to GitHub · GitHub — Mozilla Firefox")
    assert kept is not None and kept.data == {"app": "firefox", "title": ""}
    desk.wait(3)
    assert not desk.types()
    desk.window("XTerm", "Login")
    desk.wait(4)
    assert desk.types()


def test_a_password_field_that_the_extension_sees() -> None:
    desk = Desk()
    desk.window("Chromium", "x")
    assert desk.tab("https://example.org/x", password_focus=True) is not None
    desk.wait(3)
    assert not desk.types() and desk.privacy.hidden == {"password"}
    desk.tab("https://example.org/x", password_focus=False)
    desk.wait(3)
    assert desk.types()


def test_an_extension_that_went_silent_hides_no_longer() -> None:
    desk = Desk()
    desk.window("Chromium", "x")
    desk.tab("https://bank.example/")
    desk.wait(299)
    assert not desk.types()
    desk.wait(5)
    assert not desk.privacy.hidden
    desk.wait(5)
    assert desk.types()


def test_folders() -> None:
    desk = Desk()
    desk.window("Code", "x")
    assert desk.tell(FILES, {"action": "created", "path": "/secret/a.pdf"}) is None
    assert desk.tell(FILES, {"action": "renamed", "path": "/a", "from": "/secret/a"}) is None
    assert desk.tell(FILES, {"action": "created", "path": "/open/a.pdf"}) is not None
    assert desk.tell(EDITOR, {"file": "a.py", "project": "/secret/p"}) is None
    desk.wait(3)
    assert not desk.types()
    desk.window("XTerm")
    desk.wait(3)
    assert desk.types()
    assert desk.tell(SHELL, {"command": "cd /secret", "cwd": "/"}) is None
    desk.wait(3)
    assert not desk.types()
    assert desk.tell(SHELL, {"command": "cd /", "cwd": "/secret"}) is None
    assert desk.tell(SHELL, {"command": "ls", "cwd": "/"}) is None  # typed while it was hidden
    desk.wait(3)
    assert desk.types() and desk.tell(SHELL, {"command": "ls", "cwd": "/"}) is not None


def test_a_long_command_counts_as_its_beginning() -> None:
    desk = Desk()
    desk.window("XTerm")
    desk.wait(600)
    desk.window("KeePassXC")
    desk.wait(5)
    desk.window("XTerm")
    desk.wait(60)
    assert desk.tell(SHELL, {"command": "make", "cwd": "/"}, lasted_s=500) is not None
    assert desk.tell(SHELL, {"command": "make", "cwd": "/"}, lasted_s=63) is None


def test_causes_that_watchers_tell() -> None:
    desk = Desk()
    desk.window("XTerm")
    desk.wait(10)
    desk.privacy.hide("password", desk.wall)
    desk.privacy.hide("password", desk.wall + timedelta(seconds=2))
    desk.privacy.hide("locked", desk.wall)
    assert desk.privacy.hidden == {"password", "locked"} and not desk.types()
    desk.wait(5)
    desk.privacy.show("password", desk.wall)
    assert not desk.types()
    desk.privacy.show("locked", desk.wall)
    desk.privacy.show("never", desk.wall)
    desk.wait(3)
    assert not desk.types(ago_s=4) and desk.types() and not desk.privacy.hidden


def test_a_copy_names_the_window_that_it_came_from() -> None:
    desk = Desk()
    desk.window("XTerm")
    assert not desk.copies(app="KeePassXC")
    assert not desk.copies(app="Chromium", title="x (Incognito)")
    assert desk.copies(app="XTerm")


@pytest.mark.parametrize("data", [{}, {"app": None, "title": 7}, {"app": ["x"]}, {"url": 7}])
def test_what_is_no_text_ends_nothing(data: dict[str, Any]) -> None:
    desk = Desk()
    for where in (WINDOW, TAB, EDITOR, SHELL, FILES, INPUT, COPIES, AFK):
        desk.tell(where, data)
