"""Commands, editors and documents in segments: told once, with what is known of them, and nothing else."""

from typing import Any

import pytest

from models.check import unsupported, untold
from models.commands import Command, is_surely_one, searchable, typed
from models.facts import facts
from models.records import record_to_segment, segment_to_record
from models.segment import BucketEvent
from models.segmenter import segment
from models.telling import tell
from tests.moments import at, copied, event, pressed, window
from tests.moments import typed as keys

TERMINAL = window(0, 600, "XTerm", "bash")


def ran(second: float, length: float, command: str, status: int = 0) -> BucketEvent:
    data = {"command": command, "cwd": "/home/u/sales", "exit_status": status, "shell": "bash"}
    return event("app.shell.command", second, length, **data)


def document(second: float, action: str, path: str, **more: Any) -> BucketEvent:
    return event("os.file.change", second, 0.0, action=action, path=path, **more)


def entered(second: float, text: str) -> list[BucketEvent]:
    return [keys(second, text), pressed(second + 1.1, "enter")]


def told(*events: BucketEvent, end: float = 900) -> list[str]:
    """The sentences; each must pass its own check."""
    segments, _ = segment(events, now=at(end), final=True)
    sentences = []
    for item, before in zip(segments, [None, *segments], strict=False):
        seen = facts(item, before)
        sentences.append(tell(seen))
        assert unsupported(sentences[-1], seen) == [] == untold(sentences[-1], seen), sentences[-1]
        assert facts(record_to_segment(segment_to_record(item)), before) == seen
    return sentences


def test_a_command_is_told_once_with_its_outcome() -> None:
    assert told(TERMINAL, *entered(3, "pytest -q"), ran(4.2, 12, "pytest -q", 1), end=40) == [
        "The user runs 'pytest -q' in XTerm, which fails with exit status 1 after 12 s."
    ]
    assert told(ran(1, 12, "pytest -q", 1), end=40) == [
        "The user runs 'pytest -q', which fails with exit status 1 after 12 s."
    ]
    assert told(TERMINAL, *entered(3, "l\t-l"), ran(4.2, 0.01, "ls -l"), end=40) == [
        "The user runs 'ls -l' in XTerm."
    ]
    assert told(TERMINAL, *entered(3, "ls"), end=40) == ["The user runs 'ls' in XTerm."]


def test_several_commands_and_their_ends() -> None:
    commands = (ran(1, 0.1, "ls"), ran(3, 3, "pytest -q", 1), ran(9, 4, "pytest -q"))
    assert told(TERMINAL, *commands, copied(15, "KeyError: 'x'"), end=40) == [
        "The user runs 'ls' and 'pytest -q', which fails with exit status 1 after 3 s "
        "and then succeeds after 4 s, in XTerm and copies the error \"KeyError: 'x'\"."
    ]
    ends = (ran(1, 9, "sleep 99", 130), ran(12, 1, "vim", 148), ran(15, 0.1, "grep x y", 1))
    assert told(TERMINAL, *ends, end=40) == [
        "The user runs 'sleep 99', which is interrupted after 9 s, 'vim', which is suspended, "
        "and 'grep x y', which ends with exit status 1, in XTerm."
    ]


def test_what_ends_later_is_told_where_it_ends() -> None:
    build = [TERMINAL, *entered(3, "make"), ran(4.2, 65, "make", 2)]
    assert told(*build, end=140) == [
        "The user runs 'make' in XTerm.",
        "The user stays in XTerm while 'make' fails with exit status 2 after 65 s.",
    ]
    reading = window(10, 100, "Chromium", "Reading - Chromium")
    scroll = event("os.hid.input", 12, **{"from": "mouse", "data": {"type": "scroll", "amount": 3}})
    assert told(TERMINAL, *entered(3, "make"), reading, scroll, ran(4.2, 25, "make", 2)) == [
        "The user runs 'make' in XTerm.",
        "The user scrolls through the page 'Reading' in Chromium while 'make' fails with exit "
        "status 2 after 25 s.",
    ]
    away = event("afkstatus", 10, 600, status="afk")
    assert told(TERMINAL, *entered(3, "make"), away, ran(4.2, 225, "make", 0), end=610) == [
        "The user runs 'make' in XTerm.",
        "The user is away for 10 minutes while 'make' succeeds after 4 min.",
    ]


@pytest.mark.parametrize(
    "program", ["sudo apt update", "ssh shop", "ls && sudo -i", "mysql -u me -p"]
)
def test_a_password_is_no_command(program: str) -> None:
    lines = [*entered(3, program), *entered(6, "hunter2"), *entered(9, "Tr0ub4dor&3")]
    sentences = told(TERMINAL, *lines, *entered(12, "ls -l"), end=40)
    assert sentences == [f"The user runs '{program}' and 'ls -l' in XTerm."]
    half = told(TERMINAL, *entered(3, program), keys(6, "hunter2"), end=40)
    assert half == [f"The user runs '{program}' in XTerm."]
    reported = told(TERMINAL, *lines, ran(4.2, 14, program, 0), end=40)
    assert "hunter2" not in str(reported) and "Tr0ub" not in str(reported)


def test_what_is_typed_into_a_command_is_none() -> None:
    """The shell reported before, so it would report again; the form asks for a password at its end."""
    lines = [*entered(50, "./form.sh"), *entered(53, "name of mine"), *entered(56, "hunter2")]
    sentences = told(TERMINAL, ran(3, 0.1, "ls"), *lines, ran(51, 60, "./form.sh", 1), end=200)
    assert sentences == [
        "The user runs 'ls' in XTerm.",
        "The user runs './form.sh' in XTerm.",
        "The user stays in XTerm while './form.sh' fails with exit status 1 after 60 s.",
    ]


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("ls", True), ("git status", True), ("./run.sh", True), ("foo --bar", True), ("foo | bar", True),
        ("make test", True), ("python3 x.py", True), ("hunter2", False), ("correct horse battery", False),
        ("make love not war", False), ("open sesame", False), ("test", False), ("", False), ("'", False),
        ("P@ss-word1", False), ("go home", False),
    ],
)  # fmt: skip
def test_what_is_surely_a_command(line: str, sure: bool) -> None:
    assert is_surely_one(line) == sure


def test_lines_that_follow_no_such_program_are_commands() -> None:
    assert list(typed(["ls", "frobnicate", "sudo x", "a", "b", "c", "frobnicate"])) == [
        "ls", "frobnicate", "sudo x", "frobnicate"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "status", "found"),
    [
        ("git push origin main", 128, "git push exit status 128"),
        ("cd x && npm install left-pad", 1, "npm install exit status 1"),
        ("echo 'unclosed", 2, "echo exit status 2"),
        ("FOO=se-cret sudo -u me make se-cret", 2, None),  # `-u me` hides what was run
        ("se-cret", 127, None),
        ("", 1, None),
    ],
)
def test_what_may_be_searched_for(text: str, status: int, found: str | None) -> None:
    assert searchable(Command(text, True, status, 1.0), "why") == found


def test_editors_tell_file_and_project() -> None:
    code = window(0, 60, "Code", "report.py - sales - Visual Studio Code")
    vscode = {"file": "/home/u/sales/report.py", "project": "/home/u/sales", "language": "python"}
    assert told(
        code, event("app.editor.activity", 0.5, 40, **vscode), keys(5, "x = 1"), end=60
    ) == [
        "The user edits 'report.py' in the project 'sales' in Visual Studio Code, typing 'x = 1'."
    ]
    alone = event("app.editor.activity", 1, 40, **vscode)
    assert told(alone, end=60) == ["The user works on the file 'report.py' in the project 'sales'."]
    other = event("app.editor.activity", 45, 40, **{**vscode, "file": "/home/u/sales/app.py"})
    assert told(alone, other, end=100)[1:] == [
        "The user works on the file 'app.py' in the project 'sales'."
    ]


EMACS = {"language": "emacs-lisp-mode", "project": "unknown", "branch": "unknown"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"file": "/home/u/a.c", "project": "sales", "language": "c"}, "'a.c' in the project 'sales'"),
        ({"file": "/home/u/a.el", **EMACS}, "'a.el'"),
        ({"file": "src/Main.kt", "project": "shop", "editor": "IDEA"}, "'Main.kt' in the project 'shop'"),
        ({"file": "C:\\work\\shop\\Main.cs", "project": "C:\\work\\shop\\"}, "'Main.cs' in the project 'shop'"),
        ({"file": "", "project": "shop", "language": ""}, None),
        ({"file": "unknown", "project": "unknown", "language": "unknown"}, None),
        ({"file": None, "project": 7}, None),
    ],
)  # fmt: skip
def test_what_each_editors_watcher_tells(data: dict[str, Any], sentence: str | None) -> None:
    found = told(event("app.editor.activity", 1, 40, **data), end=60)
    assert found == ([f"The user works on the file {sentence}."] if sentence else [])


def test_in_a_terminals_editor_nothing_typed_is_a_command() -> None:
    vim = {"file": "/home/u/sales/report.py", "project": "sales", "language": "python"}
    inside = event("app.editor.activity", 1, 40, **vim)
    assert told(TERMINAL, inside, *entered(5, "x = 1"), end=30)[-1] == (
        "The user edits 'report.py' in the project 'sales' in XTerm, typing 'x = 1'."
    )
    assert (
        told(TERMINAL, inside, *entered(100, "ls"), end=130)[-1] == "The user runs 'ls' in XTerm."
    )


DOCUMENTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("saves a new PDF 'Invoice 12.pdf' in Downloads", "created", "Downloads/Invoice 12.pdf", {"kind": "pdf"}),
    ("saves a new file 'x' in copies", "created", "copies/x", {}),
    ("saves 'report.odt' in Documents", "modified", "Documents/report.odt", {"kind": "odt"}),
    ("renames 'a.txt' to 'b.txt' in Documents", "renamed", "Documents/b.txt", {"from": "/home/u/Documents/a.txt"}),
    ("moves 'a.txt' from Downloads to Documents", "renamed", "Documents/a.txt", {"from": "/home/u/Downloads/a.txt"}),
    ("saves 5000 new images in photos", "created", "photos", {"count": 5000, "kind": "image"}),
)  # fmt: skip


def test_documents() -> None:
    home = "/home/u"
    for sentence, action, path, more in DOCUMENTS:
        change = document(5, action, f"{home}/{path}", **more)
        assert told(TERMINAL, change, end=40) == [f"The user {sentence}."]
    change = document(5, "created", f"{home}/Downloads/Invoice 12.pdf", kind="pdf")
    assert told(TERMINAL, *entered(2, "ls"), change, change, end=40) == [
        "The user runs 'ls' in XTerm and saves a new PDF 'Invoice 12.pdf' in Downloads."
    ]
    away = event("afkstatus", 1, 600, status="afk")
    assert told(TERMINAL, away, document(50, "created", f"{home}/x.pdf"), end=601) == [
        "The user switches to XTerm.", "The user is away for 10 minutes."
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "The user runs 'pytest -q', which succeeds after 12 s, in XTerm.",
        "The user runs 'pytest -q', which fails with exit status 2 after 12 s, in XTerm.",
        "The user runs 'pytest -q', which fails with exit status 1 after 21 s, in XTerm.",
        "The user runs 'pytest -q', which fails with exit status 12 after 1 s, in XTerm.",
        "The user runs 'pytest -q', which is interrupted after 12 s, in XTerm.",
        "The user runs 'pytest -q' in XTerm and renames 'pytest -q'.",
        "The user runs 'pytest -q' in XTerm and saves it.",
        "The user runs 'pytest' and 'pytest -x' in XTerm.",
    ],
)
def test_invented_outcomes_are_refused(sentence: str) -> None:
    segments, _ = segment([TERMINAL, ran(4.2, 12, "pytest -q", 1)], now=at(40), final=True)
    seen = facts(segments[0])
    assert unsupported(sentence, seen)
    assert not unsupported(tell(seen), seen)


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("The user runs 'ls' and 'make', of which 'make' fails with exit status 2.", False),
        ("The user runs 'ls' and 'make', which fails with exit status 2.", False),
        ("The user runs 'make', which fails, and then 'ls'.", False),
        ("The user runs 'make' and 'ls', which fails with exit status 2.", True),
        ("The user runs 'ls' and 'make', of which 'ls' fails.", True),
        ("The user runs 'ls' and 'make', of which 'make' succeeds.", True),
    ],
)
def test_an_outcome_stays_with_its_command(sentence: str, refused: bool) -> None:
    commands = [ran(2, 0.1, "ls"), ran(4.2, 1, "make", 2)]
    segments, _ = segment([TERMINAL, *commands], now=at(40), final=True)
    assert bool(unsupported(sentence, facts(segments[0]))) == refused
