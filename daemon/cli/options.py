"""Options that several commands share, and the one way in which a command reads its settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from daemon.config import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])


def data_dir_option(command: Command) -> Command:
    """Add ``--data-dir``."""
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False),
        help="Folder of the database, token and lock (default: the system's place for it).",
    )(command)


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def limit_option(default: int, words: str) -> Callable[[Command], Command]:
    """Add ``--limit``, one or more."""
    return click.option(
        "--limit", type=click.IntRange(min=1), default=default, show_default=True, help=words
    )


def settings_for(data_dir: str | None, **overrides: Any) -> Settings:
    """Read the settings under what the command line said."""
    folder = str(Path(data_dir).expanduser().resolve()) if data_dir else None
    return load_settings(overrides={"data_dir": folder, **overrides})
