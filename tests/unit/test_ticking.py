"""Which titles tick: they stay one title, or wait until they rest."""

import pytest

from watchers.window.ticking import REST_S, TITLE_S, only_counts_differ, rest_s, still


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12% - backup.tar", "13% - backup.tar"),
        ("Copying … 99,5 % done", "Copying … 100 % done"),
        ("⠋ building", "⠙ building"),
        ("✳ Fix the report", "· ✶ Fix the report".removeprefix("· ")),
        ("| make", "/ make"),
        ("24:59 Focus", "24:58 Focus"),
        ("Call (1:02:03)", "Call (1:02:04)"),
        ("(1) Inbox", "(2) Inbox"),
        ("Inbox", "(1) Inbox"),
        ("Inbox (12) - me@example.org - Mail", "Inbox (9) - me@example.org - Mail"),
        ("[99+] Chat", "Chat"),
    ],
)
def test_counts_are_no_part_of_a_title(one: str, other: str) -> None:
    assert only_counts_differ(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chapter 3", "Chapter 4"),
        ("report (1).pdf", "report (2).pdf"),
        ("Issue #12", "Issue #13"),
        ("100%", "50%"),  # nothing but a count: it is all there is
        ("a", "b"),
        ("", "(1)"),
        ("v1.2", "v1.3"),
    ],
)
def test_numbers_that_name_something_are(one: str, other: str) -> None:
    assert not only_counts_differ(one, other)


def test_a_title_in_which_numbers_alone_change_has_to_rest() -> None:
    assert rest_s("frame 1 of 900", "frame 2 of 900") == REST_S
    assert rest_s("frame 9 of 900", "frame 10 of 900") == REST_S
    assert rest_s("frame 1", "window 1") == TITLE_S
    assert REST_S > TITLE_S


def test_what_does_not_tick_is_left_as_it_is() -> None:
    assert still("main.py - hunch - Editor") == "main.py - hunch - Editor"
    assert still("  5%  left ") == "left"
