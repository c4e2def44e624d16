"""What is in front is told of the program, and under the title, that it was told of: nothing is told of another."""

import pytest

from models.applications import application
from models.facts import facts
from models.records import RawRecord, record_to_segment
from models.segment import BucketEvent
from models.segmenter import segment
from models.telling import tell
from models.titles import file_of, search_in
from tests.moments import at, event, keyboard, pressed, typed, window


def tab(second: float, host: str, title: str, length: float = 60) -> BucketEvent:
    url = f"https://{host}/x"
    return event("web.tab.current", second, length, url=url, title=title)


def file(second: float, path: str, length: float = 60) -> BucketEvent:
    return event("app.editor.activity", second, length, file=path, project="", language="x")


def told(*events: BucketEvent) -> list[str]:
    parts, _ = segment(events, now=at(200), final=True)
    before = [None, *parts]
    return [tell(facts(item, last)) for item, last in zip(parts, before, strict=False)]


@pytest.mark.parametrize("late", [-0.8, -0.3, 0.3, 1.2])
def test_a_page_never_stands_on_the_site_before_it(late: float) -> None:
    pages = (("a.org", "One"), ("b.org", "Two"), ("c.org", "Three"))
    rows = [
        row
        for n, (host, title) in enumerate(pages)
        for row in (
            window(10 * n, 10, "Chromium", f"{title} - Chromium"),
            tab(10 * n + late, host, title, 10),
        )
    ]
    assert told(*rows) == [
        "The user switches to the page 'One' on a.org in Chromium.",
        "The user goes to the page 'Two' on b.org in Chromium.",
        "The user goes to the page 'Three' on c.org in Chromium.",
    ]


def test_a_page_is_of_the_browser_that_told_it() -> None:
    first = (window(0, 10, "Chromium", "One - Chromium"), tab(0.3, "a.org", "One"))
    other = window(10, 10, "firefox", "Two — Mozilla Firefox")
    assert told(*first, other)[1] == "The user switches to the page 'Two' in Firefox."
    back = window(20, 10, "Chromium", "One - Chromium")
    assert (
        told(*first, other, back)[2] == "The user switches to the page 'One' on a.org in Chromium."
    )


def test_a_title_that_counts_makes_no_new_segment() -> None:
    rows = [window(0, 5, "Chromium", "Inbox (1) - me@x.org - Mail - Chromium"),
            tab(0.2, "mail.x.org", "Inbox (1) - me@x.org - Mail"),
            window(5, 5, "Chromium", "Inbox (2) - me@x.org - Mail - Chromium"),
            window(10, 5, "Telegram", "Ada - (1)"), window(15, 5, "Telegram", "Ada - (2)")]  # fmt: skip
    assert len(told(*rows)) == 2


def test_a_file_is_of_the_program_that_told_it() -> None:
    code = (window(0, 10, "Code", "a.py - p - Visual Studio Code"), file(0.5, "/p/a.py"))
    assert told(*code, window(10, 9, "vlc", "song.mp3 - VLC media player"))[1] == (
        "The user switches to the file 'song.mp3' in VLC."
    )
    calc = (window(10, 9, "libreoffice-calc", "b.ods — LibreOffice Calc"), typed(12, "3"))
    assert told(*code, *calc)[1] == "The user edits 'b.ods' in LibreOffice Calc, typing '3'."
    tabs = (window(10, 9, "Code", "b.py - p - Visual Studio Code"), typed(12, "3"))
    assert (
        told(*code, *tabs)[1].removesuffix(".")
        == "The user edits 'b.py' in Visual Studio Code, typing '3'"
    )


def test_a_file_told_before_its_window_is_its_own() -> None:
    rows = (window(0, 10, "evince", "c.pdf"), file(9.4, "/p/a.py"), window(10, 9, "XTerm", "~/p"))
    assert told(*rows, typed(12, "x = 1")) == [
        "The user switches to the file 'c.pdf' in Evince.",
        "The user edits 'a.py' in XTerm, typing 'x = 1'.",
    ]


def test_a_segment_begins_where_its_first_text_was_begun() -> None:
    parts, _ = segment(
        [window(0, 150, "XTerm", "x"), pressed(1, "f5"), typed(90, "ls -l", 4)],
        now=at(200),
        final=True,
    )
    assert [(item.start, item.duration) for item in parts] == [(at(0), 1), (at(90), 4)]


def test_results_that_were_there_already_are_not_searched_again() -> None:
    title = "ebb and flow - Google Search"
    away = event("afkstatus", 20, 100, status="afk"), event("afkstatus", 120, 1, status="not-afk")
    rows = (
        window(0, 150, "Chromium", f"{title} - Chromium"),
        typed(2, "ebb and flow"),
        pressed(3.1, "enter"),
    )
    found = told(*rows, *away, pressed(125, "f5"))
    assert found[0].startswith("The user searches for 'ebb and flow'")
    assert "searches" not in found[-1] and "'ebb and flow'" in found[-1]


def test_the_results_of_what_was_just_typed_are_a_search_on_any_engine() -> None:
    rows = (
        window(0, 4, "Chromium", "Findit - Chromium"),
        typed(2, "ebb and flow"),
        pressed(3.1, "enter"),
        window(4, 10, "Chromium", "ebb and flow - Findit Search - Chromium"),
        pressed(8, "page_down"),
        window(14, 10, "Chromium", "Harbour careers | Talent Search - Chromium"),
        pressed(18, "page_down"),
    )
    _, search, page = told(*rows)
    assert search.startswith("The user searches for 'ebb and flow' on Findit in Chromium")
    assert "searches" not in page


def test_after_an_absence_nobody_switched() -> None:
    away = event("afkstatus", 10, 100, status="afk"), event("afkstatus", 110, 1, status="not-afk")
    found = told(window(0, 150, "Chromium", "One - Chromium"), *away)
    assert found[-1] == "The user is back on the page 'One' in Chromium."


@pytest.mark.parametrize(
    ("title", "app", "name"),
    [
        ("report.py - sales - Visual Studio Code", "Code", "report.py"),
        ("sales \u2013 src/report.py [sales]", "jetbrains-pycharm", "report.py"),
        ("next.js \u2013 server.ts", "jetbrains-webstorm", "server.ts"),
        ("~/sales/report.go (sales) - Sublime Text", "sublime_text", "report.go"),
        ("*report.tex (~/sales) - gedit", "gedit", "report.tex"),
        ("report.c + (~/sales) - GVIM1", "Gvim", "report.c"),
        ("report.py - GNU Emacs at box", "Emacs", "report.py"),
        ("sales: report.md — Kate", "kate", "report.md"),
        ("*C:\\sales\\report.txt - Notepad++", "notepad++", "report.txt"),
        ("Report - final.docx - Word", "WINWORD.EXE", "Report - final.docx"),
        ("Makefile - sales - Visual Studio Code", "Code", "Makefile"),
        ("报告.odt — LibreOffice Writer", "libreoffice-writer", "报告.odt"),
        ("a.pdf (page 3 of 9)", "Preview", "a.pdf"),
        ("Re: Node.js course - Thunderbird", "thunderbird", None),
        ("Settings - Visual Studio Code", "Code", None),
    ],
)
def test_each_editors_way_to_name_a_file(title: str, app: str, name: str | None) -> None:
    assert file_of(title, application(app)) == name


@pytest.mark.parametrize(
    ("url", "title", "words"),
    [
        (None, "Algorithms - Binary Search", None),
        (None, "ebb - Qwant Search", "ebb"),
        ("https://jobs.example/x", "Careers | Talent Search", None),
        ("https://x.org/research/list?q=7", "Publications", None),
        ("https://ada.github.io/search?q=7", "x", "7"),
        ("https://www.google.co.uk/search?q=ebb+flow", "x", "ebb flow"),
    ],
)
def test_what_is_a_search_and_what_is_called_one(
    url: str | None, title: str, words: str | None
) -> None:
    found = search_in(url, title)
    assert (found.query if found else None) == words
    assert found is None or found.engine != "GitHub"


def test_a_raw_records_page_is_told_with_its_own_site() -> None:
    rows = [
        {"type": "currentwindow", "timestamp": 0.0, "data": {"app": "Chromium", "title": "One - Chromium"}},
        {"type": "web.tab.current", "timestamp": 0.3, "data": {"url": "https://a.org/", "title": "One"}},
        {"type": "currentwindow", "timestamp": 9.0, "data": {"app": "Chromium", "title": "Two - Chromium"}},
    ]  # fmt: skip
    record = RawRecord(0.0, 10.0, [keyboard("hello")], app="Chromium", events=rows[:2])
    assert tell(facts(record_to_segment(record))) == (
        "The user types 'hello' on the page 'One' on a.org in Chromium."
    )
    later = RawRecord(0.0, 10.0, [keyboard("hello")], app="Chromium", events=rows)
    assert tell(facts(record_to_segment(later))) == (
        "The user types 'hello' on the page 'Two' in Chromium."
    )


def test_a_file_says_nothing_of_what_was_typed_before_it_was_told() -> None:
    shell = (window(0, 60, "XTerm", "~"), typed(2, "ssh ida@moss.example"), pressed(3.2, "enter"),
             typed(6, "correct ferry 7 staple"), pressed(7.5, "enter"))  # fmt: skip
    found = told(*shell, file(20, "/p/a.py", 5), typed(22, "x = 1"))
    assert found == [
        "The user runs 'ssh ida@moss.example' in XTerm.",
        "The user edits 'a.py' in XTerm, typing 'x = 1'.",
    ]
    ran = event("app.shell.command", 1, 29, command="vim a.py", exit_status=0)
    later = (
        typed(32, "sudo -v"),
        pressed(33.2, "enter"),
        typed(34, "staple"),
        pressed(35.2, "enter"),
    )
    found = told(
        window(0, 60, "XTerm", "~"), file(2, "/p/a.py", 27), typed(22, "x = 1"), ran, *later
    )
    assert "staple" not in " ".join(found)


def test_a_file_holds_under_the_title_under_which_it_was_told() -> None:
    code = (window(0, 10, "Code", "a.py - p - Visual Studio Code"), file(0.5, "/p/a.py"))
    new = window(10, 9, "Code", "Untitled-1 - p - Visual Studio Code")
    assert told(*code, new, typed(12, "x"))[1] == (
        "The user types 'x' in 'Untitled-1 - p' in Visual Studio Code."
    )


def test_a_raw_record_of_a_browser_that_its_window_names() -> None:
    shown = {"timestamp": 0.0, "data": {"app": "Chromium", "title": "One - Chromium"}}
    named = RawRecord(0.0, 10.0, [keyboard("hello")], app="web", events=[shown])
    assert (
        tell(facts(record_to_segment(named)))
        == "The user types 'hello' on the page 'One' in Chromium."
    )
    titled = {"type": "currentwindow", "data": {"title": "One - Google Chrome"}}
    bare = RawRecord(0.0, 10.0, [keyboard("hello")], app="web", events=[titled])
    assert tell(facts(record_to_segment(bare))) == (
        "The user types 'hello' on the page 'One' in the web browser."
    )
