"""Documents: what they are by name, their first words, and which changes make one save."""

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.files.changes import BURST, Change, Gathering, Notice, What
from watchers.files.kinds import is_ignored, is_secret, kind_of
from watchers.files.words import LENGTH, first_words

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Invoice 12.pdf", "pdf"), ("a.JPG", "image"), ("notes", "file"), ("x.tar.gz", "archive"),
        ("README.md", "md"), ("page.htm", "html"), ("model.blend", "blend"), ("v1.2", "file"), ("my.hunter2", "file"),
        ("report.py", "code"), ("тест.docx", "docx"), ("what is.this thing", "file"),
    ],
)  # fmt: skip
def test_kinds(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    "path",
    [
        ".hidden", ".git/config", "a/.venv/x.py", "a/node_modules/b/README.md", "__pycache__/x.pyc",
        ".~lock.report.odt#", "~$report.docx", "report.txt~", "#report.txt#", ".report.txt.swp", "report.swp",
        "film.mkv.part", "Invoice.pdf.crdownload", "x.download", "4913", "x.tmp", "server.log",
        "notes.txt.aB3dE9", "x.sb-1a2b3c4d-e5F6g7", "sedAbC123",
    ],
)  # fmt: skip
def test_what_is_ignored(path: str) -> None:
    assert is_ignored(tuple(path.split("/")))


@pytest.mark.parametrize(
    "path",
    ["Invoice 12.pdf", "a/b/notes.txt", "photos/2024/1.jpg", "README", "partial.txt", "a.b/c.md"],
)
def test_what_is_not_ignored(path: str) -> None:
    assert not is_ignored(tuple(path.split("/")))


@pytest.mark.parametrize(
    "name",
    [
        "id_rsa", "id_ed25519.txt", "server.pem", "Passwords.txt", "vault.kdbx", "prod.env", ".env",
        "credentials.csv", "my passwords 2024.md", "secrets.txt", "recovery-codes.txt", "seed phrase.txt",
        "github-recovery-codes.txt", "backup_codes.txt", "wallet private key.txt",
    ],
)  # fmt: skip
def test_of_secrets_no_words_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("hunter2 hunter2")
    assert is_secret(name)
    assert first_words(path, "txt") is None


def document(path: Path, member: str, text: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "x")
        archive.writestr(member, text)
    return path


WORD = (
    '<?xml version="1.0"?><w:document><w:body><w:p w:rsidR="0"><w:r><w:t xml:space="preserve">'
    "Minutes of </w:t></w:r><w:r><w:t>the &amp; meeting</w:t></w:r></w:p><w:p><w:r><w:t>Second"
    "</w:t></w:r></w:p></w:body></w:document>"
)
OPEN = (
    "<office:document-content><office:automatic-styles><style:style>no</style:style>"
    "</office:automatic-styles><office:body><office:text><text:h>Heading</text:h>"
    "<text:p>First<text:s/>words</text:p></office:text></office:body></office:document-content>"
)


def test_first_words_of_each_kind(tmp_path: Path) -> None:
    def of(name: str, raw: bytes) -> str | None:
        path = tmp_path / name
        path.write_bytes(raw)
        return first_words(path, kind_of(name))

    assert of("a.txt", b"  Dear Ms Roe,\n\nthank you ") == "Dear Ms Roe, thank you"
    assert of("a.md", "\ufeff# Ziele\n\n- eins".encode()) == "Ziele - eins"
    assert of("u.txt", "\ufeffwide".encode("utf-16-le")) == "wide"
    assert of("a.html", b"<html><TITLE>A &amp; B\n</TITLE><body>no") == "A & B"
    assert of("b.html", b"<p>no title") is None
    assert of("a.csv", b"name,amount\nRoe,12\n") == "name,amount"
    assert of("a.pdf", b"%PDF-1.7 text") is None and of("a.py", b"import os") is None
    assert of("b.txt", b"bin\0ary") is None and of("empty.txt", b"") is None
    assert of("bad.docx", b"no archive") is None and of("cut.docx", b"PK\x03\x04") is None
    assert len(of("long.txt", b"word " * 10_000) or "") <= LENGTH + 1
    word = document(tmp_path / "m.docx", "word/document.xml", WORD)
    assert first_words(word, "docx") == "Minutes of the & meeting Second"
    assert first_words(document(tmp_path / "o.odt", "content.xml", OPEN), "odt") == (
        "Heading First words"
    )
    bomb = document(tmp_path / "bomb.docx", "word/document.xml", "<w:t>" + "a" * 300_000_000)
    assert bomb.stat().st_size < 1_000_000 and first_words(bomb, "docx") is not None
    assert first_words(document(tmp_path / "n.docx", "else.xml", WORD), "docx") is None


def test_a_pipe_a_link_and_what_is_gone_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "secret").write_text("hunter2")
    (tmp_path / "link.txt").symlink_to(tmp_path / "secret")
    (tmp_path / "dir.txt").mkdir()
    for name in ("pipe.txt", "link.txt", "dir.txt", "gone.txt"):
        assert first_words(tmp_path / name, "txt") is None


Step = tuple[What, str | None] | tuple[What, str | None, str | None]


class Story:
    """Notices in a row, and what they come to."""

    def __init__(self, *there: str) -> None:
        self.gathering = Gathering(there)
        self.now = 0.0

    def told(self, *notices: Step) -> list[tuple[str, ...]]:
        for what, path, *to in notices:
            self.now += 0.01
            time = START + timedelta(seconds=self.now)
            self.gathering.take(Notice(what, path, to[0] if to else None, self.now, time))
        found = self.rest(1.5)
        for change in found:
            for path in change.paths or (change.path,):
                self.gathering.keep(path)
        return [(item.action, item.path, *([item.was] if item.was else [])) for item in found]

    def rest(self, seconds: float) -> list[Change]:
        self.now += seconds
        return self.gathering.due(self.now)


def test_ways_to_save_are_one_change() -> None:
    over = Story("/r.txt")
    assert over.told(("modified", "/r.txt"), ("modified", "/r.txt")) == [("modified", "/r.txt")]
    renamed_over = Story("/r.txt")  # gedit, kate: a hidden file takes the place of the old one
    assert renamed_over.told(("moved", None, "/r.txt")) == [("modified", "/r.txt")]
    vim = Story("/r.txt")  # the old one moves away, the new one is written, the old one goes
    assert vim.told(
        ("moved", "/r.txt", None), ("created", "/r.txt"), ("modified", "/r.txt")
    ) == [("modified", "/r.txt")]  # fmt: skip
    excel = Story("/r.xlsx")  # a file of another name is written, and takes the place
    assert excel.told(
        ("created", "/A1B2C3D4"), ("modified", "/A1B2C3D4"), ("moved", "/A1B2C3D4", "/r.xlsx")
    ) == [("modified", "/r.xlsx")]  # fmt: skip
    again = Story("/r.txt")
    assert again.told(("deleted", "/r.txt"), ("created", "/r.txt")) == [("modified", "/r.txt")]


def test_new_documents_and_downloads() -> None:
    new = Story()
    assert new.told(("created", "/a.txt"), ("modified", "/a.txt")) == [("created", "/a.txt")]
    assert new.told(("modified", "/a.txt")) == [("modified", "/a.txt")]
    chrome = Story()
    assert chrome.told(("moved", None, "/i.pdf")) == [("created", "/i.pdf")]
    firefox = Story()  # keeps its place with an empty file
    assert firefox.told(("created", "/i.pdf"), ("moved", None, "/i.pdf")) == [("created", "/i.pdf")]
    scratch = Story()
    assert scratch.told(("created", "/a.txt"), ("deleted", "/a.txt")) == []
    gone = Story("/a.txt")
    assert gone.told(("deleted", "/a.txt")) == []
    gone.rest(5)
    assert gone.told(("created", "/a.txt")) == [("created", "/a.txt")]  # long after: another one


def test_renaming() -> None:
    plain = Story("/a.txt")
    assert plain.told(("moved", "/a.txt", "/b.txt")) == [("renamed", "/b.txt", "/a.txt")]
    assert plain.told(("created", "/a.txt")) == [("created", "/a.txt")]
    twice = Story("/a.txt")
    assert twice.told(("moved", "/a.txt", "/b.txt"), ("moved", "/b.txt", "/c.txt")) == [
        ("renamed", "/c.txt", "/a.txt")
    ]
    back = Story("/a.txt")
    assert back.told(("moved", "/a.txt", "/b.txt"), ("moved", "/b.txt", "/a.txt")) == []
    named = Story()  # "Untitled" that got its name at once
    assert named.told(("created", "/New.txt"), ("moved", "/New.txt", "/a.txt")) == [
        ("created", "/a.txt")
    ]


def test_a_thousand_at_once_are_one_change() -> None:
    story = Story()
    for number in range(1000):
        path = f"/x/archive/{number % 7}/{number}.txt"
        story.gathering.take(Notice("created", path, None, story.now, START))
        story.now += 0.005
        assert story.gathering.due(story.now) == []  # it goes on
    found = story.rest(1.5)
    assert [(item.action, item.path, len(item.paths)) for item in found] == [
        ("created", "/x/archive", 1000)
    ]


NAMES = ("/a.txt", "/b.txt", "/c.txt")


WHATS: tuple[What, ...] = ("created", "modified", "moved", "deleted")
STEPS = st.tuples(
    st.sampled_from(WHATS),
    st.sampled_from((*NAMES, None)),
    st.sampled_from((*NAMES, None)),
    st.sampled_from((0.01, 0.5, 1.2, 3.0)),
)


@given(st.lists(STEPS, max_size=30))
def test_whatever_comes_each_document_is_told_at_most_once_at_a_time(
    steps: list[tuple[What, str | None, str | None, float]],
) -> None:
    gathering, now = Gathering(NAMES[:1]), 0.0
    told: list[list[Change]] = []
    for what, path, to, wait in steps:
        now += wait
        gathering.take(Notice(what, path, to if what == "moved" else None, now, START))
        told.append(gathering.due(now))
    told.append(gathering.due(now + 100))
    assert not gathering.waits
    for batch in told:
        paths = [item.path for item in batch]
        assert len(paths) == len(set(paths)) <= BURST
        assert all(item.was != item.path and item.path in NAMES for item in batch)
