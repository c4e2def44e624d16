"""What a trained model reads of a segment: lines that name nothing, each name kept for itself."""

from models.commands import Command
from models.documents import Change
from models.facts import Facts
from models.failure import Failure
from models.masked import masked


def test_lines_name_nothing_and_each_name_stands_for_itself() -> None:
    seen = Facts(
        app="XTerm",
        sort="terminal",
        commands=(
            Command("make '1'", failed=True, status=2, took_s=12.0),
            Command("ls"),
            Command("ls"),
        ),
        copied=("E",),
        failure=Failure("python", "KeyError: 'a'"),
    )
    note, names = masked(seen)
    assert note == (
        "app: APP\nran: 'T1', fails with exit status N1 after D1\nran: 'T2'\nran: 'T2'\n"
        "copied error: 'T3'"
    )
    assert names == {
        "APP": "XTerm", "N1": "2", "D1": "12 s", "'T1'": "\"make '1'\"", "'T2'": "'ls'",
        "'T3'": "\"KeyError: 'a'\"",
    }  # fmt: skip


def test_place_and_what_was_done_there() -> None:
    page = Facts(
        app="Firefox", sort="browser", title="Über <uns>", site="x.org", typed=("a", "b", "c", "d"),
        pasted=True, clicks=3, keys=("tab",),
    )  # fmt: skip
    assert masked(page).note == (
        "app: APP\npage: 'T1' on SITE\ntyped: 'T2', 'T3', 'T4' and more\npasted: yes"
    )
    search = Facts(
        app="Firefox", sort="browser", title="q - Bing", query="q", engine="Bing", scrolls=2
    )
    assert masked(search).note == "app: APP\nsearch: 'T1' on ENGINE\nscrolled: yes"
    file = Facts(app="Code", sort="editor", file="a.py", project="p", keys=("ctrl+z", "f5"))
    assert masked(file).note == "app: APP\nfile: 'T1' in the project 'T2'\npressed: KEYS"
    assert masked(file).names["KEYS"] == "Ctrl+Z and F5"
    assert masked(Facts(away_s=400.0)).note == ""


def test_documents_and_figures() -> None:
    seen = Facts(
        documents=(
            Change("renamed", "b.pdf", "Papers", "PDF", "a.pdf", "Downloads"),
            Change("created", None, "Pictures", "image", count=12),
        ),
        typed_length=12,
    )
    note, names = masked(seen)
    assert note == (
        "typed: N1 characters\ndocument: renames 'T1' to 'T2' in FOLDER\n"
        "document: saves N1 new files in FOLDER2"
    )
    assert (names["N1"], names["FOLDER2"], names["'T1'"]) == ("12", "Pictures", "'a.pdf'")
