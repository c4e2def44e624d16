"""Each skill: the moments that it takes up, and those that it must leave alone."""

import resource
import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.errors import HunchError
from daemon.skills import Skills, all_skills
from daemon.skills.day_summary import DaySummary
from daemon.skills.error_search import ErrorSearch
from daemon.tools import Tools, browse
from models.observation import Prediction
from models.segment import Moment
from tests.moments import Remembered, at, copied, event, key, keyboard, moment

ERROR = "Traceback (most recent call last):\nKeyError: 'amount'"


class Board:
    """A clipboard in memory."""

    text = "before"

    def copy(self, text: str) -> None:
        self.text = text

    def paste(self) -> str:
        return self.text

    def keeps(self, text: str) -> bool:
        return text == "before"


def skills(day: list[Moment] | None = None) -> Skills:
    url = "https://search.example/?q={query}"
    return Skills(all_skills(search_url=url, stretch_s=3600, past=Remembered(day or [])))


def carry_out(prediction: Prediction, tools: Tools, day: list[Moment] | None = None) -> str:
    skill = skills(day).get(prediction.skill)
    assert skill is not None
    return skill.execute(prediction.arguments, tools)


def page(second: float, title: str, *texts: str) -> Moment:
    return moment(
        second, "Chromium", f"{title} - Chromium", events=tuple(copied(second, t) for t in texts)
    )


def test_a_copied_error_is_looked_up_and_undone(tmp_path: Path) -> None:
    found = skills().match([moment(0, "XTerm", "x", events=(copied(1, ERROR),))])
    assert [item.skill for item in found] == ["error_search"]
    assert found[0].task is not None and "search.example" in found[0].task
    pages: list[str] = []
    board = Board()
    tools = Tools(tmp_path, board, pages.append)
    carry_out(found[0], tools)
    assert pages == ["https://search.example/?q=python+KeyError%3A+%27amount%27"]
    assert board.text == "KeyError: 'amount'"
    tools.undo(tools.steps)
    assert board.text == "before"


def test_an_error_with_a_page_of_its_own_opens_that() -> None:
    rust = moment(0, "XTerm", "x", events=(copied(1, "error[E0502]: cannot borrow `a`"),))
    arguments = skills().match([rust])[0].arguments
    assert arguments["url"] == "https://doc.rust-lang.org/error_codes/E0502.html"


def test_a_failed_command_and_a_search_after_it() -> None:
    failed = moment(
        0, "XTerm", "x", events=(event("app.shell.command", 1, command="make al", exit_status=2),)
    )
    search = moment(20, "Chromium", "make no rule - Google Search - Chromium")
    assert [item.skill for item in skills().match([failed, search])] == ["error_search"]
    assert skills().match([failed]) == [] and skills().match([search]) == []
    fine = moment(
        0, "XTerm", "x", events=(event("app.shell.command", 1, command="make", exit_status=0),)
    )
    assert skills().match([fine, search]) == []


def test_three_snippets_of_three_places_are_collected(tmp_path: Path) -> None:
    history = [
        page(0, "One", "first = snippet(1)"),
        page(60, "Two", "``` fenced; code = 2"),
        page(120, "Three", "a sentence worth keeping"),
    ]
    assert skills().match(history[:2]) == []
    found = skills().match(history)
    assert [item.skill for item in found] == ["collect_snippets"]
    tools = Tools(tmp_path, Board(), lambda url: None)
    carry_out(found[0], tools)
    note = next(tmp_path.glob("*.md"))
    text = note.read_text()
    assert all(
        part in text
        for part in ("## One", "first = snippet(1)", "> a sentence worth keeping", "````")
    )
    assert "was removed" in tools.undo(tools.steps) and not note.exists()


@pytest.mark.parametrize(
    "history",
    [
        [page(0, "One", "same text here"), page(1, "Two", "same text here"), page(2, "Three", "same text here")],
        [page(0, "One", "first snippet", "second snippet", "third snippet")],
        [page(0, "One", "first snippet"), page(1, "Two", "second snippet"), page(900, "Three", "third snippet")],
        [page(0, "One", "first snippet"), page(1, "Two", "second snippet"), page(2, "Three", "ok")],
        [page(0, "Reading about errors", "An error is a deviation from what is right.")],
    ],
)  # fmt: skip
def test_what_is_no_gathering(history: list[Moment]) -> None:
    assert skills().match(history) == []


def test_the_end_of_a_stretch_is_summed_up(tmp_path: Path) -> None:
    work = [
        moment(minute * 60, "Code", "report.py - sales - Visual Studio Code", keyboard("x = 1"), duration=50)
        for minute in range(70)
    ]  # fmt: skip
    work.append(moment(4200, "XTerm", "bash", keyboard("pytest -q"), key("enter")))
    rest = moment(4210, "XTerm", "bash", status="afk", duration=1200.0)
    assert skills().match(work) == []
    assert skills().match([*work[-20:], rest]) == []
    found = skills().match([*work, rest])
    assert [item.skill for item in found] == ["day_summary"]
    tools = Tools(tmp_path, Board(), lambda url: None)
    carry_out(found[0], tools, [*work, rest])
    text = next(tmp_path.glob("day-*.md")).read_text()
    assert "| Visual Studio Code | 1 h 10 min |" in text
    assert "| report.py |" in text and "1 h 10 min |" in text
    assert "Files: report.py.  \nCommands: `pytest -q`." in text
    assert text.count("\n- ") == 71 and "away" not in text


def test_what_a_model_words_is_adopted_only_where_a_skill_can_do_it() -> None:
    history = [moment(0, "XTerm", "x", keyboard("pytest -q"), key("enter"))]

    def adopted(task: str) -> str | None:
        found = skills().adopt(Prediction(task), history)
        return found.skill if found else None

    assert adopted("Search for 'pytest -q' on the web.") == "error_search"
    assert adopted("Search for 'how to rob a bank'.") is None  # the user never saw these words
    assert adopted("Summarize what the user did today.") == "day_summary"
    assert adopted("Delete all files.") is None


def test_a_note_that_the_user_changed_is_kept(tmp_path: Path) -> None:
    tools = Tools(tmp_path, Board(), lambda url: None)
    path = tools.write_note("n", "text")
    again = tools.write_note("n", "text")
    assert path != again
    path.write_text("mine now")
    assert "so it was kept" in tools.undo(tools.steps[:1]) and path.exists()


def test_only_web_pages_are_opened(tmp_path: Path) -> None:
    opened: list[Any] = []
    tools = Tools(tmp_path, Board(), opened.append)
    for url in ("file:///etc/passwd", "javascript:alert(1)", "x"):
        with pytest.raises(HunchError):
            tools.open_page(url)
    assert opened == []


def test_a_gathered_set_is_offered_once() -> None:
    history = [page(10 * n, f"Page {n}", f"snippet number {n}") for n in range(6)]
    offered = [[item["text"] for item in found[0].arguments["snippets"]] if found else []
               for n in range(1, 7) if (found := skills().match(history[:n])) is not None]  # fmt: skip
    first, second = [f"snippet number {n}" for n in range(3)], [f"snippet number {n}" for n in range(3, 6)]  # fmt: skip
    assert offered == [[], [], first, [], [], second]


def test_a_summary_is_offered_once_a_stretch() -> None:
    def work(start: float, minutes: int) -> list[Moment]:
        return [moment(start + 60 * n, "Code", "r.py", keyboard("x"), duration=50) for n in range(minutes)]  # fmt: skip

    def coffee(start: float) -> Moment:
        return moment(start, "Code", "r.py", status="afk", duration=240.0)

    morning = [*work(0, 70), coffee(4200)]
    assert skills().match(morning)
    again = [*morning, *work(4440, 5), coffee(4740)]
    assert skills().match(again) == []  # minutes after the last one
    assert skills().match([*again, *work(4980, 70), coffee(9180)])
    asleep = [*work(0, 2), *work(7200, 2), coffee(7320)]
    assert skills().match(asleep) == []  # of the hours between nothing is known


def test_a_summary_accepted_the_day_after_is_of_its_own_day(tmp_path: Path) -> None:
    past = Remembered()
    DaySummary(3600, past.day).execute(
        {"until": at(0).isoformat()}, Tools(tmp_path, Board(), lambda url: None)
    )
    assert past.asked == [at(0)]


def test_a_search_sends_what_its_sentence_shows_and_any_address_will_do() -> None:
    long = "ValueError: " + "some words " * 30
    history = [moment(0, "XTerm", "x", events=(copied(1, long),))]
    found = ErrorSearch("https://search.example/?v={v}&q={query}").match(history)
    assert found is not None and found.task is not None
    sent = parse_qs(urlsplit(found.arguments["url"]).query)
    assert sent["v"] == ["{v}"] and f"'{sent['q'][0]}'" in found.task


def test_what_a_model_worded_stays_known_as_its_own() -> None:
    history = [moment(0, "XTerm", "x", keyboard("pytest -q"), key("enter"))]
    worded = Prediction("Search for 'pytest -q'.", source="agent:x", prompt="hash")
    found = skills().adopt(worded, history)
    assert found is not None and found.source == "agent:x" and found.skill == "error_search"
    assert found.prompt == "hash"


def test_a_note_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    tools = Tools(tmp_path, Board(), lambda url: None)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # as a full disk
    try:
        with pytest.raises(HunchError):
            tools.write_note("n", "x" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == [] and tools.steps == []


@pytest.mark.parametrize("form", ["{}", "{} %s", "not-there-at-all:{} %s"])
def test_a_browser_is_not_waited_for(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\necho noise\necho $1 > {tmp_path}/opened\nsleep 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER", form.format(program))
    begun = time.monotonic()
    browse("https://page.example/?a=b%20c")
    assert time.monotonic() - begun < 1
    while not (tmp_path / "opened").exists() or not (tmp_path / "opened").read_text():
        assert time.monotonic() - begun < 5
        time.sleep(0.02)
    assert (tmp_path / "opened").read_text() == "https://page.example/?a=b%20c\n"
    assert "noise" not in capfd.readouterr().out
    monkeypatch.setenv("BROWSER", "not-there-at-all %s")
    with pytest.raises(HunchError):
        browse("https://page.example/")
