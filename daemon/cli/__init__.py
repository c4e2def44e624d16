"""The command line: one file a noun; heavy imports happen inside the commands."""

import sys
from typing import Any

import click

from daemon.cli.bench import bench
from daemon.cli.doctor import doctor
from daemon.cli.egress import egress
from daemon.cli.encrypt import decrypt, encrypt
from daemon.cli.export import export
from daemon.cli.extension import extension
from daemon.cli.forget import forget
from daemon.cli.history import log, search, sessions
from daemon.cli.predict import predict
from daemon.cli.proposals import accept, proposals, reject, undo
from daemon.cli.run import demo, run, start, stop
from daemon.cli.segment import segment
from daemon.cli.settings import settings
from daemon.cli.shell import shell_init
from daemon.cli.status import pause, resume, status
from daemon.cli.train import train
from daemon.errors import HunchError


class HunchGroup(click.Group):
    """Turns a HunchError into one sentence on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can act on is told in one line."""
        try:
            return super().invoke(ctx)
        except HunchError as error:
            click.secho(error.message, fg="red", err=True)
            sys.exit(1)


@click.group(cls=HunchGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hunch-assistant", prog_name="hunch")
def main() -> None:
    """Hunch watches, understands, and offers help only when it is wanted.

    Everything stays on this machine. Begin with `hunch run`.
    """


for command in (
    run, start, stop, status, pause, resume, doctor, demo,
    log, search, sessions, proposals, accept, reject, undo, forget, encrypt, decrypt,
    settings, extension, shell_init, egress, export, segment, predict, bench, train,
):  # fmt: skip
    main.add_command(command)
