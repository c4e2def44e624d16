"""`hunch settings`: every setting, its default, and what it is for; the page docs/settings.md is its output."""

import re
from collections.abc import Iterator

import click
import msgspec

from daemon.config import Settings
from models.engine.address import KEY


@click.command()
def settings() -> None:
    """Print every setting as a Markdown page.

    Example: hunch settings
    """
    click.echo("\n".join(_lines()))


def _lines() -> Iterator[str]:
    words = dict(re.findall(r"^        (\w+): (.+)$", Settings.__doc__ or "", re.M))
    yield "# Settings"
    yield ""
    yield "One TOML file, `config.toml` in the user's configuration folder for `hunch`; each key is also"
    yield "an environment variable, `HUNCH_` and the key in capitals. This page is the output of"
    yield "`hunch settings`. The key of a server that `model` names is no setting: it stands in the variable"
    yield f"`{KEY}` of the process that runs Hunch, and nowhere else."
    yield ""
    yield "| setting | default | what it is for |"
    yield "| --- | --- | --- |"
    for field in msgspec.structs.fields(Settings):
        yield f"| `{field.name}` | `{_toml(field.default)}` | {words[field.name]} |"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return msgspec.json.encode(value).decode()
