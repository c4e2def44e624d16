"""Resume where you left: when it is offered, what it opens, and what it does not open."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from daemon.documents import is_shown, open_document
from daemon.errors import HunchError
from daemon.skills.resume import Resume
from daemon.tools import SystemClipboard, Tools
from models.observation import Prediction
from models.segment import UNSEEN, Moment
from tests.moments import Remembered, keyboard, moment

HOUR = 3600.0
DOCS = "https://docs.example/csv"


def work(start: float, path: str) -> list[Moment]:
    """Ten minutes at a document, with its page in between."""
    edits = [
        moment(start + 60 * number, "Code", f"{Path(path).name} - sales", keyboard("x = 1"), file=path, duration=50)
        for number in range(10)
    ]  # fmt: skip
    page = moment(start + 630, "firefox", "csv report - Mozilla Firefox", url=DOCS, duration=50)
    return [*edits, page]


def back(start: float, title: str = "New Tab", **more: object) -> Moment:
    return moment(start, "firefox", f"{title} - Mozilla Firefox", **more)


def offered(history: list[Moment], past: list[Moment] | None = None) -> Prediction | None:
    return Resume(Remembered(history if past is None else past).before).match(history)


def afk(start: float, length: float) -> Moment:
    return moment(start, "", "", status="afk", duration=length)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.md"
    path.write_text("# Sales\n")
    return path


def test_it_is_offered_to_who_comes_back_and_only_then(report: Path) -> None:
    morning = work(0, str(report))
    away = afk(700, 2 * HOUR)
    assert offered([*morning, away]) is None  # nobody is there
    found = offered([*morning, away, back(700 + 2 * HOUR)])
    assert found is not None and found.task is not None and found.evidence > 0
    assert "'report.md'" in found.task and "'csv report'" in found.task
    assert found.arguments == {
        "files": [str(report)],
        "pages": [{"title": "csv report", "url": DOCS}],
    }
    again = [*morning, away, back(700 + 2 * HOUR), back(760 + 2 * HOUR, "News")]
    assert offered(again) is None  # once
    assert offered([*morning, afk(700, HOUR / 2), back(700 + HOUR / 2)]) is None
    unseen = moment(700, "", "", status=UNSEEN, duration=5 * HOUR)
    assert offered([*morning, unseen, back(700 + 5 * HOUR)]) is not None


def test_a_new_session_looks_back_over_the_night_but_not_over_weeks(report: Path) -> None:
    evening = work(0, str(report))
    night = offered([back(15 * HOUR)], evening)
    assert night is not None and "until " in night.response
    assert "Monday" in night.response  # of another day, so the day is told
    assert offered([back(24 * 10 * HOUR)], evening) is None
    assert offered([back(900)], evening) is None  # Hunch was started anew, the user was never away
    assert offered([back(15 * HOUR)], []) is None


def test_what_is_open_already_or_cannot_be_opened_is_not_offered(report: Path) -> None:
    evening = work(0, str(report))
    assert offered([back(15 * HOUR, "csv report", url=DOCS)], evening) is None
    nameless = [
        moment(60 * number, "Code", "report.md - sales", duration=50) for number in range(10)
    ]
    assert offered([back(15 * HOUR)], nameless) is None  # its folder is not known
    program = offered([back(15 * HOUR)], work(0, str(report.with_suffix(".desktop"))))
    assert program is not None and program.arguments["files"] == []
    glance = evening[:2]
    assert offered([back(15 * HOUR)], glance) is None


def test_a_worded_task_to_go_on_is_carried_out_by_the_skill(report: Path) -> None:
    skill = Resume(Remembered(work(0, str(report))).before)
    adopted = skill.adopt("Resume the work you left yesterday.", [back(15 * HOUR)])
    assert adopted is not None and adopted.evidence == 0
    assert skill.adopt("Buy milk.", [back(15 * HOUR)]) is None


def test_it_opens_what_is_there_says_what_is_not_and_what_stays(report: Path) -> None:
    opened: list[str] = []
    tools = Tools(
        report.parent,
        SystemClipboard(lambda text: None),
        opened.append,
        lambda path: opened.append(str(path)),
    )
    arguments = {"files": [str(report)], "pages": [{"title": "csv report", "url": DOCS}]}
    skill = Resume(Remembered().before)
    assert skill.execute(arguments, tools) == "Opened 'report.md' and 'csv report'."
    assert opened == [str(report), DOCS]
    assert (
        tools.undo(tools.steps)
        == "What was opened stays open in your browser. report.md stays open."
    )
    gone = Tools(report.parent, SystemClipboard(lambda text: None), opened.append)
    report.unlink()
    said = skill.execute(arguments, gone)
    assert said == "Opened 'csv report'. report.md is not there any more."
    with pytest.raises(HunchError, match="not there any more"):
        skill.execute({"files": [str(report)], "pages": []}, gone)


def test_only_documents_are_opened_and_nothing_that_runs(report: Path) -> None:
    assert is_shown("report.py", "linux") and not is_shown("report.py", "win32")
    for name in ("x.desktop", "x.exe", "x.sh", "x", "x.js.lnk", "x.html", "x.svg"):
        assert not is_shown(name, "linux"), name
    script = report.with_name("run.py")
    script.write_text("#!/usr/bin/env python3\n")
    script.chmod(0o755)
    for path in (script, Path("report.md"), Path("//server/share/report.md"), report.parent):
        with pytest.raises(HunchError):
            open_document(path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="xdg-open")
def test_the_desktops_program_opens_it(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = report.with_name("xdg-open")
    program.write_text(f'#!/bin/sh\necho "$1" > {report.parent}/opened\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{report.parent}{os.pathsep}{os.environ['PATH']}")
    open_document(report)
    deadline = time.monotonic() + 5
    while not (report.parent / "opened").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.05)
    assert (report.parent / "opened").read_text() == f"{report}\n"
    monkeypatch.setenv("PATH", str(report.parent / "nothing"))
    with pytest.raises(HunchError, match="xdg-utils"):
        open_document(report)
    assert subprocess.run([str(program), "x"], check=False, timeout=5).returncode in (0, 127)


def test_a_popup_has_room_for_its_task(report: Path) -> None:
    title = "A very long title " * 9
    pages = [
        back(700 + 60 * number, f"{title} {number}", url=f"{DOCS}/{number}", duration=50)
        for number in range(9)
    ]
    found = offered([back(15 * HOUR)], [*work(0, str(report)), *pages])
    assert found is not None and found.task is not None and len(found.task) < 260
    assert found.task.endswith("and 2 more.")
    assert len(found.arguments["files"]) + len(found.arguments["pages"]) == 5
