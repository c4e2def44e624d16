"""A model that rewords a note may change no name, no act, and no name's place in it."""

import pytest

from models.masks import keeps

TYPED = "The user types 'T1' on the page 'T2' on SITE in APP and scrolls."
RAN = "The user runs 'T1' and 'T2', of which 'T1' succeeds after 3 s and 'T2' fails with exit status 1, in APP."
EDITED = (
    "The user edits 'T1' in the project 'T2', typing 'T3' and 'T4', in APP and saves with Ctrl+S."
)


@pytest.mark.parametrize(
    ("note", "reworded", "kept"),
    [
        (TYPED, TYPED, True),
        (TYPED, "The user scrolls and types 'T1' on the page 'T2' on SITE in APP.", True),
        (TYPED, "The user types 'T2' on the page 'T1' on SITE in APP and scrolls.", False),
        (TYPED, "The user types 'T1' and scrolls through the page 'T2' on SITE in APP.", False),
        (TYPED, "The user types 'T1', then scrolls on the page 'T2' on SITE in APP.", False),
        (RAN, RAN, True),
        (RAN, RAN.replace("'T1' succeeds", "'T3' succeeds"), False),
        (
            RAN,
            "The user runs 'T1' and 'T2', of which 'T2' succeeds after 3 s and 'T1' fails with exit status 1, in APP.",
            False,
        ),
        (EDITED, "The user types 'T3' and 'T4' into 'T1' in the project 'T2' in APP and saves with Ctrl+S.", True),
        (EDITED, "The user types 'T1' and 'T4' into 'T3' in the project 'T2' in APP and saves with Ctrl+S.", False),
    ],
)  # fmt: skip
def test_each_name_keeps_its_act_and_its_place(note: str, reworded: str, kept: bool) -> None:
    names = {sign: sign for sign in ("'T1'", "'T2'", "'T3'", "'T4'", "SITE", "APP") if sign in note}
    assert keeps(reworded, note, names) == kept
