"""A trained model's sentence tells its lines: all of them, each sign with its own act, and nothing more."""

import pytest

from models.faithful import faithful
from models.masked import stands

PAGE = "app: APP\npage: 'T1' on SITE\ntyped: 'T2' and 'T3'\ncopied: 'T4'\nscrolled: yes"
RAN = "app: APP\nran: 'T1', fails with exit status N1 after D1\nran: 'T2'\nran: 'T1', succeeds after D2"
FILE = "app: APP\nfile: 'T1' in the project 'T2'\ntyped: 'T3'\nsaved: with Ctrl+S"
SEARCH = (
    "app: APP\nsearch: 'T1' on ENGINE\nscrolled: yes\ndocument: saves a new KIND 'T2' in FOLDER"
)
SAVED = "document: saves a new KIND 'T1' in FOLDER\ndocument: saves a new KIND2 'T2' in FOLDER2"
MOVED = "document: moves 'T1' from FOLDER to FOLDER2\ndocument: renames 'T2' to 'T3' in FOLDER"
TOLD_PAGE = "The user types 'T2' and 'T3' on 'T1' on SITE in APP, copies 'T4' and scrolls."


@pytest.mark.parametrize(
    ("note", "sentence", "kept"),
    [
        (PAGE, TOLD_PAGE, True),
        (PAGE, "The user scrolls through 'T1' on SITE in APP, writes 'T2' and 'T3' and copies 'T4' from it.", True),
        (PAGE, TOLD_PAGE.replace("'T4'", "'T1'"), False),  # a name lost
        (PAGE, "The user types 'T2' and 'T4' on 'T1' on SITE in APP, copies 'T3' and scrolls.", False),
        (PAGE, "The user types 'T2' and 'T3' on 'T4' on SITE in APP, copies 'T1' and scrolls.", False),
        (PAGE, "The user types 'T2' and 'T3' on 'T1' on SITE in APP and copies 'T4'.", False),  # an act lost
        (PAGE, TOLD_PAGE.replace("and scrolls", "and saves"), False),  # an act won
        (PAGE, TOLD_PAGE.replace("and scrolls", "then scrolls"), False),  # an order that nobody saw
        (PAGE, TOLD_PAGE.replace("types", "carefully types"), False),
        (PAGE, TOLD_PAGE.replace("The user", "He"), False),
        (PAGE, TOLD_PAGE.replace("SITE", "example.org"), False),
        (RAN, "The user runs 'T1', which fails with exit status N1 after D1, then 'T2', then 'T1' again, "
              "which succeeds after D2, in APP.", True),
        (RAN, "The user runs 'T1', which fails with exit status N1 after D2, then 'T2', then 'T1' again, "
              "which succeeds after D1, in APP.", False),
        (RAN, "The user runs 'T1', then 'T2', which fails with exit status N1 after D1, then 'T1' again, "
              "which succeeds after D2, in APP.", False),
        (FILE, "The user edits 'T1' of the project 'T2', typing 'T3', in APP and saves it with Ctrl+S.", True),
        (FILE, "The user edits 'T3' of the project 'T2', typing 'T1', in APP and saves it with Ctrl+S.", False),
        (FILE, "The user types 'T3' on the page 'T1' of the project 'T2' in APP and saves it with Ctrl+S.", False),
        (SEARCH, "The user searches ENGINE for 'T1' in APP, scrolls through the results and saves a new KIND "
                 "'T2' in FOLDER.", True),
        (SEARCH, "The user searches ENGINE for 'T2' in APP, scrolls through the results and saves a new KIND "
                 "'T1' in FOLDER.", False),
        (SAVED, "The user saves 'T1', a new KIND, in FOLDER and saves a new KIND2 'T2' in FOLDER2.", True),
        (SAVED, "The user saves 'T1', a new KIND2, in FOLDER and saves a new KIND 'T2' in FOLDER2.", False),
        (SAVED, "The user saves a new KIND 'T1' in FOLDER2 and saves a new KIND2 'T2' in FOLDER.", False),
        (MOVED, "The user moves 'T1' from FOLDER to FOLDER2 and renames 'T2' to 'T3' in FOLDER.", True),
        (MOVED, "The user moves 'T1' from FOLDER2 to FOLDER and renames 'T2' to 'T3' in FOLDER.", False),
        (MOVED, "The user moves 'T1' from FOLDER to FOLDER2 and renames 'T3' to 'T2' in FOLDER.", False),
        (RAN, "The user runs 'T1', which fails with exit status N1 after D1, then 'T2' again, then 'T1', "
              "which succeeds after D2, in APP.", False),
        ("app: APP\nran: 'T1'", "The user runs 'T1' again in APP.", False),
        ("app: APP\ncopied: 'T1'", "The user copies the picture 'T1' in APP.", False),
        ("app: APP\ncopied: 'T1'\ncopied: a picture", "The user copies the picture 'T1' in APP.", False),
        ("app: APP\ncopied: 'T1'\ncopied: a picture", "The user copies 'T1' and a picture in APP.", True),
        ("app: APP\ntyped: 'T1'", "The user types 'T1' characters in APP.", False),
        ("app: APP\nfile: 'T1'\ndocument: renames 'T2' to 'T3'",
         "The user saves 'T1' in APP and renames 'T2' to 'T3'.", False),
        ("app: APP\nfile: 'T1'\ndocument: saves 'T2'", "The user saves 'T1' and saves 'T2' in APP.", False),
        ("app: APP\nfile: 'T1'\ndocument: saves 'T1'", "The user saves 'T1' in APP.", True),
        (FILE, "The user edits 'T3' in the file 'T1' of the project 'T2' in APP and saves it with Ctrl+S.", False),
    ],
)  # fmt: skip
def test_a_sentence_tells_its_lines(note: str, sentence: str, kept: bool) -> None:
    signs = (
        "'T1'",
        "'T2'",
        "'T3'",
        "'T4'",
        "APP",
        "SITE",
        "ENGINE",
        "N1",
        "D1",
        "D2",
        "KIND",
        "FOLDER",
    )
    assert faithful(sentence, note, {sign: sign for sign in signs if stands(sign, note)}) == kept
