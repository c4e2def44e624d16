"""Runs `hunch bench …` and reads its table."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from daemon.cli import main


def bench(*arguments: str | Path) -> Result:
    """What the command said."""
    return CliRunner().invoke(main, ["bench", *map(str, arguments)], catch_exceptions=False)


def table(*arguments: str | Path) -> dict[str, Any]:
    """The command's JSON document; its figures are fractions of one."""
    found = bench(*arguments, "--json")
    assert found.exit_code == 0, found.output
    document: dict[str, Any] = json.loads(found.stdout)
    assert set(document) == {"table", "data", "machine", "rows"}
    for row in document["rows"]:
        assert row["folds"] in {"paper", "trace", "none"}
        for name in set(row) - {"name", "folds", "n"}:
            assert row[name] is None or 0 <= row[name] <= 1
    return document


def line(document: dict[str, Any], name: str, folds: str) -> dict[str, Any]:
    """The one row of this name."""
    (row,) = (row for row in document["rows"] if (row["name"], row["folds"]) == (name, folds))
    return dict(row)


def refused(found: Result) -> str:
    """The one sentence with which a command refused; nothing else was printed."""
    assert found.exit_code == 1, found.output
    assert not found.stdout
    assert len(found.stderr.strip().splitlines()) == 1
    return found.stderr
