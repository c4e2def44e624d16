"""A task that a language model words is carried out where it names what was open; nothing else is opened."""

import pytest

from daemon.skills.open_again import OpenAgain
from daemon.tools import Tools
from tests.moments import moment

DOCS = "https://docs.example/csv"
HISTORY = [
    moment(0, "firefox", "Reading csv files - Mozilla Firefox", url=DOCS),
    moment(60, "Code", "report.md - sales", file="/home/a/sales/report.md"),
    moment(120, "Code", "run.sh - sales", file="/home/a/sales/run.sh"),
    moment(180, "firefox", "Plan - Mozilla Firefox", url="file:///home/a/plan.html"),
    moment(240, "Code", "pay.py - sales", file="/home/a/sales/pay.py"),
]


@pytest.mark.parametrize(
    ("task", "opened"),
    [
        ("Open 'Reading csv files' in the browser.", {"called": "Reading csv files", "url": DOCS}),
        (f"Go back to {DOCS}.", {"called": "Reading csv files", "url": DOCS}),
        ("Reopen report.md.", {"called": "report.md", "file": "/home/a/sales/report.md"}),
    ],
)
def test_what_a_task_names_is_opened(task: str, opened: dict[str, str]) -> None:
    found = OpenAgain().adopt(task, HISTORY)
    assert found is not None and found.arguments == opened and found.skill == "open_again"
    assert found.task is not None and opened["called"] in found.task


@pytest.mark.parametrize(
    "task",
    [
        "Open 'pay.py'.",  # it is in front
        "Open 'run.sh'.",  # it would run
        "Open 'Plan'.",  # no page of the web
        "Open 'https://evil.example/x'.",  # never seen
        "Open the browser.",
        "Explain how to open 'report.md'.",
        "Delete report.md.",
    ],
)
def test_nothing_else_is(task: str) -> None:
    assert OpenAgain().adopt(task, HISTORY) is None


def test_it_opens_a_page_with_the_tools(tmp_path: object) -> None:
    browsed: list[str] = []
    tools = Tools(tmp_path, None, browsed.append)  # type: ignore[arg-type]
    found = OpenAgain().adopt("Open 'Reading csv files'.", HISTORY)
    assert found is not None
    assert OpenAgain().execute(found.arguments, tools) == "Opened 'Reading csv files'."
    assert browsed == [DOCS] and tools.steps == [{"tool": "page", "url": DOCS}]
