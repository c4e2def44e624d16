"""The demo with another script tells another story: nothing in it is canned."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.cli import main

SCRIPT = """
title = "Two commands"
speed = 10
[[steps]]
do = "terminal"
[[steps]]
do = "type"
text = "echo {word}"
[[steps]]
do = "wait"
minutes = 1
"""


def test_another_script_another_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNCH_MODEL", "none")
    script = tmp_path / "script.toml"
    script.write_text(SCRIPT.replace("{word}", "kingfisher"))
    done = CliRunner().invoke(
        main, ["demo", "--script", str(script), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    assert "The user runs 'echo kingfisher' in XTerm." in done.output
    assert "report.py" not in done.output
    assert (tmp_path / "out" / "screen.png").stat().st_size > 1000
    assert "kingfisher" in (tmp_path / "out" / "trace.json").read_text()


def test_a_script_that_is_none_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('title = "x"\nspeed = 1\n[[steps]]\ndo = "dance"\n')
    done = CliRunner().invoke(main, ["demo", "--script", str(script)])
    assert done.exit_code == 1 and "dance" in done.stderr and str(script) in done.stderr
