"""The command line: offline commands, and that its documentation is whole."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.cli.engines import SPELLED
from daemon.config import Settings, load_settings
from daemon.errors import HunchError
from daemon.store import Store

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "proactivebench"


def commands() -> list[str]:
    return sorted(main.commands)


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    command = main.commands[name]
    several = command.commands if isinstance(command, click.Group) else {name: command}
    for one in several.values():
        assert one.help and f"Example: hunch {name}" in one.help, one.name
    assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_a_language_model_is_named_by_one_word_and_spelled_in_one_way() -> None:
    found = {
        (" ".join((name, one.name or "")), option)
        for name, command in main.commands.items()
        for one in (command.commands.values() if isinstance(command, click.Group) else [command])
        for option in one.params
        if {"--engine", "--against", "--model"} & {*option.opts}
    }
    assert len(found) > 8
    named_model = [where for where, option in found if "--model" in option.opts]
    assert named_model == ["train reward"]  # heads or cross-encoder: no language model
    for where, option in found:
        assert where in named_model or SPELLED in (getattr(option, "help", "") or ""), where


def test_every_setting_is_documented_and_the_page_is_fresh() -> None:
    documented = set(re.findall(r"^        (\w+): ", Settings.__doc__ or "", re.M))
    assert documented == {field.name for field in msgspec.structs.fields(Settings)}
    page = (ROOT / "docs" / "settings.md").read_text()
    assert page == CliRunner().invoke(main, ["settings"]).output


def test_settings_come_from_file_then_environment_then_command_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('port = 1\npopup_s = 7.0\nexcluded_apps = ["x"]\n')
    found = load_settings(file, {"HUNCH_PORT": "2", "HUNCH_TRAY": "false"}, {"port": 3})
    assert (found.port, found.popup_s, found.tray, found.excluded_apps) == (3, 7.0, False, ("x",))
    file.write_text("prot = 1\n")
    with pytest.raises(HunchError, match="prot"):
        load_settings(file, {})


def test_log_names_a_session_that_is_not_there(tmp_path: Path) -> None:
    Store.open(tmp_path / "hunch.db").close()
    done = CliRunner().invoke(main, ["log", "--session", "77", "--data-dir", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr == "There is no session 77: see `hunch sessions`.\n"
    none = CliRunner().invoke(main, ["log", "--json", "--data-dir", str(tmp_path)])
    assert (none.output, none.exit_code) == ("[]\n", 0)


HEAVY = [
    "aiohttp",
    "asyncio",
    "concurrent.futures",
    "daemon.service",
    "daemon.store.store",
    "desktop_notifier",
    "filelock",
    "http.client",
    "jinja2",
    "keyring",
    "llama_cpp",
    "logging.handlers",
    "models.facts",
    "models.telling",
    "numpy",
    "onnxruntime",
    "PIL",
    "pydantic",
    "pynput",
    "requests",
    "rich",
    "sqlcipher3",
    "sqlite_utils",
    "ssl",
    "starlette",
    "tokenizers",
    "urllib3",
    "uvicorn",
]


@pytest.mark.parametrize(
    "words",
    [
        "log",
        "search x",
        "sessions",
        "proposals",
        "egress",
        "accept 1",
        "status",
        "why 1",
        "profile",
    ],
)
def test_a_command_that_only_looks_imports_nothing_heavy(words: str, tmp_path: Path) -> None:
    Store.open(tmp_path / "hunch.db").close()
    code = (
        "import sys\nfrom daemon.cli import main\n"
        "try:\n    main(sys.argv[1:], prog_name='hunch')\n"
        "finally:\n    print([name for name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *words.split(), "--data-dir", str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    imported = set(ast.literal_eval(done.stderr.splitlines()[-1]))
    assert "daemon.cli.options" in imported
    assert not imported & set(HEAVY)
