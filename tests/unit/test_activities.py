"""Activities: one piece of work across programs, and where another begins."""

from datetime import timedelta

import pytest

from models.about import about
from models.activities import activities, earlier
from models.commands import Command
from models.facts import Facts
from models.pieces import pieces
from models.segment import UNSEEN, Moment
from tests.moments import copied, key, keyboard, moment


def browse(second: float, title: str, **more: object) -> Moment:
    return moment(second, "firefox", f"{title} - Mozilla Firefox", **more)


def edit(
    second: float, name: str, project: str, *inputs: dict[str, object], **more: object
) -> Moment:
    return moment(second, "Code", f"{name} - {project} - Visual Studio Code", *inputs, **more)


def parser(second: float) -> list[Moment]:
    """A bug in a program, sought in editor, terminal and browser: three programs, one piece of work."""
    return [
        edit(second, "csv_parser.py", "sales", keyboard("def rows(file):"), duration=60),
        moment(
            second + 70,
            "XTerm",
            "user@box: ~/sales",
            keyboard("pytest csv_parser.py"),
            key("enter"),
        ),
        browse(second + 90, "csv parser quoted fields - Google Search"),
        browse(second + 110, "How to read quoted csv fields in a parser"),
        edit(second + 130, "csv_parser.py", "sales", keyboard("quotechar"), duration=60),
    ]


def journey(second: float) -> list[Moment]:
    return [
        browse(second, "night train to Lisbon - Google Search"),
        browse(second + 20, "Night trains to Lisbon | Timetable"),
        browse(second + 50, "Hotels in Lisbon near the station"),
        browse(second + 80, "Lisbon in three days: a plan"),
    ]


def spans(moments: list[Moment]) -> list[int]:
    starts = [item.start for item in activities(moments)]
    return [place for place, item in enumerate(moments) if item.segment.start in starts]


def test_one_piece_of_work_goes_through_three_programs() -> None:
    moments = [*parser(0), *journey(200)]
    assert spans(moments) == [0, 5]
    coding, planning = activities(moments)
    assert coding.title == "csv_parser.py" and set(coding.apps) == {
        "Visual Studio Code",
        "XTerm",
        "Firefox",
    }
    assert coding.commands == ("pytest csv_parser.py",) and coding.files == ("csv_parser.py",)
    assert coding.queries == ("csv parser quoted fields",)
    assert [page.title for page in coding.pages] == ["How to read quoted csv fields in a parser"]
    assert coding.end == moments[4].segment.end and planning.start == moments[5].segment.start
    assert planning.apps == ("Firefox",)


def test_a_short_look_at_something_else_is_no_boundary() -> None:
    moments = [
        *parser(0)[:3],
        moment(105, "Slack", "lunch today? (Channel) - Slack", duration=4.0),
        *parser(110),
    ]
    assert spans(moments) == [0]


def test_a_long_rest_is_a_boundary_and_a_short_one_is_none() -> None:
    coffee = [*parser(0), moment(200, "Code", "x", status="afk", duration=300), *parser(500)]
    assert spans(coffee) == [0]
    lunch = [*parser(0), moment(200, "Code", "x", status="afk", duration=3000), *parser(3200)]
    assert spans(lunch) == [0, 6]
    unseen = [*parser(0), moment(200, "Code", "x", status=UNSEEN, duration=3000), *parser(3200)]
    assert spans(unseen) == [0, 6]
    assert sum(item.active_s for item in activities(lunch)) < 700  # the rest is no work


def test_what_was_carried_over_belongs_together() -> None:
    page = browse(0, "Bylaws of the rowing club", events=(copied(5, "Members pay before May."),))
    letter = moment(20, "libreoffice-writer", "Untitled 1 - LibreOffice Writer", key("ctrl+v"))
    assert spans([page, letter]) == [0]


def test_nothing_seen_is_no_activity() -> None:
    assert activities([]) == []
    assert activities([moment(0, "Code", "x", status="afk")]) == []


@pytest.mark.parametrize("room", [0, 10, 40, 80, 1000])
def test_earlier_tells_whole_activities_that_fit(room: int) -> None:
    found = activities([*parser(0), *journey(200), *parser(3000), *journey(6000)])
    assert len(found) == 4
    line = earlier(found, room)
    assert len(line.encode()) <= room and "\n" not in line
    whole = earlier(found, 10_000)
    assert (
        whole.endswith(line) and whole.count(";") == 2
    )  # the newest is told by the history itself
    start = found[0].start.astimezone()
    assert whole.startswith(f"{start:%H:%M}-{found[0].end.astimezone():%H:%M} csv_parser.py; ")
    assert found[0].end - found[0].start == timedelta(seconds=190)


def test_a_piece_of_work_that_was_left_and_taken_up_again_is_one() -> None:
    found = activities([*parser(0), *journey(200), *parser(3000), *journey(6000), *parser(9000)])
    coding, planning = pieces(found)
    assert [part.start for part in coding.parts] == [found[0].start, found[2].start, found[4].start]
    assert planning.parts == (found[1], found[3])
    assert coding.title == "csv_parser.py" and coding.active_s > planning.active_s
    assert pieces([]) == []


def test_what_was_only_glanced_at_is_not_told() -> None:
    (found,) = activities([*parser(0), browse(195, "Weather", duration=3.0), *parser(200)])
    assert "Weather" not in [page.title for page in found.pages]
    (glance,) = activities([browse(0, "Weather", duration=3.0)])
    assert [page.title for page in glance.pages] == ["Weather"]


def types(second: float, *lines: str, duration: float = 20.0) -> Moment:
    typed = [item for line in lines for item in (keyboard(line), key("enter"))]
    return moment(second, "XTerm", "bash", *typed, duration=duration)


def test_an_activity_is_titled_by_what_was_worked_on_not_by_its_last_page() -> None:
    looked_up = [
        types(0, "ls -l", "python3 report.py"),
        browse(20, "csv.DictReader report - Python documentation", duration=10.0),
        browse(30, "Adding up money in a report - Answers", duration=45.0),
        types(75, "sed -i 's/amount/Amount/' report.py", "python3 report.py"),
    ]
    (mended,) = activities(looked_up)
    assert mended.title == "report.py" and mended.pages
    (built,) = activities([types(0, "make test"), types(30, "make test"), types(60, "git status")])
    assert built.title == "'make test'"
    (looked,) = activities([types(0, "ls -l"), types(20, "date")])
    assert looked.title == "XTerm"
    (read,) = activities([*looked_up[1:3], types(75, "ls")])
    assert read.title == "Adding up money in a report - Answers"


def titled(*moments: Moment) -> str:
    (found,) = activities(moments)
    return found.title


@pytest.mark.parametrize(
    "line", ["ls report.pdf", "ping example.com", "git commit -m 'v1.x'", "python3 -m json.tool"]
)
def test_a_word_that_looks_like_a_file_is_no_document_of_every_command(line: str) -> None:
    page = browse(0, "Budget review", duration=60.0)
    assert titled(page, types(60, line, duration=30.0)) == "Budget review"


def test_a_command_of_an_earlier_moment_is_not_what_this_one_is_about() -> None:
    old = Facts(sort="terminal", commands=(Command("vi old.txt", earlier=True),))
    assert about([(Facts(title="Budget review"), 60.0), (old, 30.0)]) == "Budget review"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("export TOKEN=abcd1234", "'export'"),
        ("mysql -phunter2 shop", "'mysql'"),
        ("git push https://me:hunter2@example.com/a.git", "'git push'"),
        ("TOKEN=abcd1234 make test", "'make test'"),
        ("cd ~/shop && git commit -m 'hunter2; gone'", "'git commit'"),
        ("'s3cret@home'", "XTerm"),
        ("clear; python3 report.py", "report.py"),
        ("sed -i 's/a/b/; s/c/d/' ~/sales/report.py", "report.py"),
        ("ls -l | grep report", "XTerm"),
    ],
)
def test_a_title_has_of_a_command_line_its_document_or_program_alone(line: str, title: str) -> None:
    assert titled(types(0, line)) == title


def test_commands_on_a_file_count_for_the_file_that_was_edited_most() -> None:
    planet = browse(100, "Mercury (planet) - Wikipedia", duration=5.0)
    assert titled(browse(0, "Mercury", duration=100.0), planet) == "Mercury"
    little, much = Facts(file="a.py", project="docs"), Facts(file="a.py", project="sales")
    ran = Facts(sort="terminal", commands=(Command("python3 a.py"),))
    page = Facts(title="Budget review")
    assert about([(little, 5.0), (much, 20.0), (ran, 30.0), (page, 120.0)]) == "a.py (sales)"
