"""`hunch profile`: learnt from the story, never stored; own lines and hidden habits stay until they are forgotten."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from daemon.cli import main
from daemon.profile import LINES, LONGEST, Change, Sentences, change, profile, sentences
from daemon.store import Store, story
from models.segment import BucketEvent, Segment
from tests.conftest import Daemon
from watchers.event import Event

# Noon: who works past midnight has no hours of a day that a profile could tell.
NOW = datetime.now().astimezone().replace(hour=12, minute=0).astimezone(UTC)


def hunch(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data-dir", str(folder)])


def told(folder: Path, *words: str) -> Any:
    done = hunch(folder, "profile", *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def keys(folder: Path) -> list[str]:
    return [f"{habit['kind']} {habit['name']}" for habit in told(folder)["habits"]]


def day(start: datetime) -> list[Segment]:
    """Half an hour of Python in an editor, twenty minutes of reading, a test run three times."""
    run = [
        BucketEvent(
            "app.shell.command",
            Event(start, 1.0, {"command": f"sudo pytest --secret-{n}", "exit_status": 0}),
        )
        for n in range(3)
    ]
    path = "/home/me/sales/report.py"
    return [
        Segment(start, 1800.0, "Code", "report.py - sales", file=path, project="/home/me/sales"),
        Segment(
            start + timedelta(minutes=30), 1200.0, "firefox", "csv", url="https://docs.example/csv"
        ),
        Segment(start + timedelta(minutes=50), 60.0, "XTerm", "bash", events=tuple(run)),
        Segment(start + timedelta(minutes=51), 3600.0, status="afk"),
    ]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "hunch.db") as store:
        for back in (3, 2):
            record(store, day(NOW - timedelta(days=back)))
    return tmp_path


def record(store: Store, segments: list[Segment]) -> None:
    def keep(conn: story.Connection) -> None:
        session = story.start_session(conn, segments[0].start)
        for segment in segments:
            story.add_segment(conn, session, segment)
        story.end_session(conn, session, segments[-1].end)

    store.write_now(keep)


def test_what_comes_again_is_told_and_one_days_work_is_not(recorded: Path) -> None:
    assert keys(recorded) == [
        "program Visual Studio Code", "program Firefox", "project sales", "files Python", "site docs.example",
        "command pytest",
    ]  # fmt: skip
    with Store.open(recorded / "hunch.db") as store:
        record(store, [Segment(NOW - timedelta(days=1), 7200.0, "Drawer", "poster.xcf")])
        found = store.read(lambda conn: profile(conn, NOW))
        said = sentences(found)
    assert "program Drawer" not in keys(recorded)
    assert said[0] == "The user's projects: sales."
    assert "The user mostly uses Visual Studio Code and Firefox." in said
    assert said[-1].startswith("The user mostly works from ") and found.hours is not None
    page = hunch(recorded, "profile").stdout
    assert "program Visual Studio Code         60 minutes on 2 days" in page
    assert "secret" not in page  # of a command its program alone
    old = profile_of(recorded, NOW + timedelta(days=60))
    assert old.habits == [] and old.hours is None


def profile_of(folder: Path, now: datetime) -> Any:
    with Store.open(folder / "hunch.db") as store:
        return store.read(lambda conn: profile(conn, now))


def test_the_daemons_sentences_follow_what_is_forgotten_and_said_at_once(recorded: Path) -> None:
    with Store.open(recorded / "hunch.db") as store:
        hour = [NOW]
        known = Sentences(store.read, lambda: hour[0])
        first = known()
        record(
            store, [Segment(NOW - timedelta(days=back), 9000.0, "Drawer", "x") for back in (1, 0)]
        )
        assert known() == first  # an hour old at most
        hour[0] += timedelta(hours=2)
        assert any("Drawer" in text for text in known()) and not any(
            "Drawer" in text for text in first
        )
        store.write_now(lambda conn: change(conn, Change("add", "I draw."), NOW))
        assert known()[0] == "I draw."
        store.write_now(lambda conn: conn.execute("DELETE FROM segments WHERE app = 'Drawer'"))
        assert not any("Drawer" in text for text in known())


def test_own_lines_are_kept_and_come_first(recorded: Path) -> None:
    added = told(recorded, "--add", "  I write my thesis \n in LaTeX. ")
    assert [line["text"] for line in added["lines"]] == ["I write my thesis in LaTeX."]
    assert sentences(profile_of(recorded, NOW))[0] == "I write my thesis in LaTeX."
    number = str(added["lines"][0]["id"])
    assert f"{number}  I write my thesis in LaTeX." in hunch(recorded, "profile").stdout
    assert told(recorded, "--remove", number)["lines"] == []
    for words in (
        ("--add", " "),
        ("--add", "x" * (LONGEST + 1)),
        ("--remove", number),
        ("--remove", "x"),
    ):
        done = hunch(recorded, "profile", *words)
        assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert hunch(recorded, "profile", "--add", "a", "--remove", "1").exit_code == 2
    for number_of in range(LINES):
        told(recorded, "--add", f"line {number_of}")
    assert hunch(recorded, "profile", "--add", "one more").exit_code == 1


def test_a_hidden_habit_is_told_to_nobody_until_it_is_shown(recorded: Path) -> None:
    before = keys(recorded)
    hidden = told(recorded, "--hide", "site docs.example")
    assert hidden["hidden"] == ["site docs.example"] and "site docs.example" not in keys(recorded)
    assert not any("docs.example" in text for text in sentences(profile_of(recorded, NOW)))
    assert told(recorded, "--hide", "site docs.example")["hidden"] == ["site docs.example"]
    assert told(recorded, "--hide", "hours")["hours"] is None
    assert told(recorded, "--show", "site docs.example")["hidden"] == ["hours"]
    assert keys(recorded) == before
    assert hunch(recorded, "profile", "--hide", "site nowhere.example").exit_code == 1
    assert hunch(recorded, "profile", "--show", "site docs.example").exit_code == 1


def in_file(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "hunch.db")) as database:
        return [row[0] for row in database.execute("SELECT text FROM profile ORDER BY id")]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--app", "firefox"), ["I like tea."]),  # nothing else says what was hidden, or names it
        (("--string", "tea"), ["site docs.example", "I read with Firefox."]),
        (("--last", "10m"), []),
        (
            ("--before", (NOW - timedelta(days=1)).isoformat()),
            ["I read with Firefox.", "I like tea."],
        ),
        (("--all",), []),
    ],
    ids=["app", "string", "last", "before", "all"],
)
def test_the_profile_is_forgotten_with_what_it_is_of(
    recorded: Path, words: tuple[str, ...], left: list[str]
) -> None:
    told(recorded, "--hide", "site docs.example")
    for line in ("I read with Firefox.", "I like tea."):
        told(recorded, "--add", line)
    done = hunch(recorded, "forget", *words, "--yes")
    assert done.exit_code == 0, done.stderr
    gone = 3 - len(left)
    assert f"{gone} profile line{'' if gone == 1 else 's'}" in done.stdout
    assert in_file(recorded) == left
    if words[0] == "--app":
        assert "site docs.example" not in keys(recorded) and "program Firefox" not in keys(recorded)


def test_a_running_daemon_keeps_it(start_daemon: Callable[..., Daemon]) -> None:
    folder = start_daemon().folder
    added = told(folder, "--add", "I work in the evening.")
    assert [line["text"] for line in added["lines"]] == ["I work in the evening."]
    missing = hunch(folder, "profile", "--remove", "77")
    assert (
        missing.exit_code == 1 and missing.stderr == "There is no line '77': see `hunch profile`.\n"
    )
