"""A failed command that a search follows: what of it may be searched for, and what never."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.skills.error_search import ErrorSearch
from models.observation import Prediction
from tests.moments import event, moment

URL = "https://s.example/?q={query}"


def ran(text: str, status: int, second: float = 1.0) -> Any:
    return event("app.shell.command", second, 0.5, command=text, cwd="/x", exit_status=status)


def looked_up(*commands: Any, searched: str = "why does it not work") -> Prediction | None:
    failed = moment(0, "XTerm", "x", events=commands)
    search = moment(20, "Chromium", f"{searched} - Google Search - Chromium")
    return ErrorSearch(URL).match([failed, search])


@pytest.mark.parametrize(
    ("command", "status", "query"),
    [
        ("git push origin main", 128, "git push exit status 128"),
        ("sudo TOKEN=abc /usr/bin/docker build -t x .", 1, "docker build exit status 1"),
        ("mysql -u root -pse-cret shop", 1, "mysql exit status 1"),
        ("curl -u me:se-cret https://a.example/?key=se-cret", 22, "curl exit status 22"),
        ("cat se-cret.txt | python3 -m pytest -k se-cret", 1, "pytest exit status 1"),
        ("make se-cret", 2, "make exit status 2"),
    ],
)
def test_of_a_failed_command_only_well_known_names_are_searched_for(
    command: str, status: int, query: str
) -> None:
    found = looked_up(ran(command, status))
    assert found is not None and found.task is not None
    assert parse_qs(urlsplit(found.arguments["url"]).query)["q"] == [query]
    said = " ".join((found.task, found.response, str(found.arguments)))
    assert "se-cret" not in said and "TOKEN" not in said


@pytest.mark.parametrize(
    "commands",
    [
        (ran("grep -r x .", 1),),  # an answer, no failure
        (ran("sleep 100", 130),),  # ended by its user
        (ran("hunter2", 127),),  # a password typed at the prompt
        (ran("./deploy-to-prod --token x", 3),),
        (ran("make", 2), ran("make", 0, 5)),  # mended
    ],
)
def test_what_did_not_fail_or_could_be_a_secret_is_not_looked_up(commands: tuple[Any, ...]) -> None:
    assert looked_up(*commands) is None


def test_a_program_that_the_user_searches_for_is_no_secret() -> None:
    found = looked_up(ran("pytset -q", 127), searched="pytset not found")
    assert found is not None
    assert found.arguments["text"] == "pytset: command not found"


def test_a_model_may_not_search_for_a_command_line() -> None:
    history = [moment(0, "XTerm", "x", events=(ran("mysql -pse-cret shop", 1),))]
    found = ErrorSearch(URL).adopt("Search for 'mysql -pse-cret shop' on the web.", history)
    assert found is not None and "se-cret" not in found.arguments["url"]
    assert "se-cret" not in found.response and "se-cret" not in (found.task or "")
