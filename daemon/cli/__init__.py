"""The command line: one file a noun, imported once its command is called; so is what a command needs."""

import sys
from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from daemon.errors import HunchError

COMMANDS: Mapping[str, str] = {  # with the module that holds each under the same name
    "run": "run", "start": "run", "stop": "run", "demo": "run",
    "status": "status", "pause": "status", "resume": "status", "doctor": "doctor",
    "log": "history", "search": "history", "sessions": "history",
    "proposals": "proposals", "accept": "proposals", "reject": "proposals", "undo": "proposals",
    "review": "review", "missed": "review",
    "forget": "forget", "encrypt": "encrypt", "decrypt": "encrypt", "egress": "egress",
    "why": "why", "export": "export", "settings": "settings", "extension": "extension", "shell-init": "shell",
    "taste": "taste", "profile": "profile",
    "segment": "segment", "predict": "predict", "replay": "replay", "bench": "bench", "train": "train",
}  # fmt: skip


class Lazy(UserDict[str, Any]):
    """The commands by their names; a module is imported when a command of it is asked for."""

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"daemon.cli.{self.data[name]}")
        return getattr(module, name.replace("-", "_"))


class HunchGroup(click.Group):
    """Turns a HunchError into one sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can act on is told in one line."""
        try:
            return super().invoke(ctx)
        except HunchError as error:
            click.secho(error.message, fg="red", err=True)
            sys.exit(1)


@click.group(
    cls=HunchGroup,
    commands=Lazy(COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="hunch-assistant", prog_name="hunch")
def main() -> None:
    """Hunch watches, understands, and offers help only when it is wanted.

    Everything stays on this machine. Begin with `hunch run`.
    """
