"""`hunch status`, `pause` and `resume`: what the daemon does now."""

import re

import click
import msgspec

from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.lock import running

_UNITS_MIN = {"s": 1 / 60, "m": 1, "h": 60}


class Minutes(click.ParamType[float]):
    """A length of time such as 30m, 2h or 90s; a bare number is minutes."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it as minutes."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", str(value))
        if match is None or float(match[1]) == 0:
            self.fail(f"{value!r} is not a length of time: say 30m, 2h or 90s.", param, ctx)
        return float(match[1]) * _UNITS_MIN[match[2] or "m"]


@click.command()
@json_option
@data_dir_option
def status(as_json: bool, data_dir: str | None) -> None:
    """Tell whether Hunch runs, what it sees, and what it cannot.

    Example: hunch status --json
    """
    settings = settings_for(data_dir)
    if running(settings.data_path) is None:
        click.echo('{"state": "stopped"}' if as_json else "Hunch is not running.")
        return
    now = call(settings, "GET", "status")
    if as_json:
        click.echo(msgspec.json.encode(now))
        return
    until = f" until {now['paused_until']}" if now.get("paused_until") else ""
    click.echo(f"Hunch is {now['state']}{until}, on port {now['port']} ({now['mode']}).")
    for name, count in now["counts"].items():
        click.echo(f"  {count:>8} {name}")
    for problem in now["problems"]:
        click.secho(f"  ! {problem}", fg="yellow")


@click.command()
@click.argument("duration", type=Minutes(), required=False)
@data_dir_option
def pause(duration: float | None, data_dir: str | None) -> None:
    """Stop recording and proposing, for a while or until `hunch resume`.

    Example: hunch pause 30m
    """
    now = call(settings_for(data_dir), "POST", "pause", {"minutes": duration})
    until = now.get("paused_until")
    click.echo(f"Paused until {until}." if until else "Paused until `hunch resume`.")


@click.command()
@data_dir_option
def resume(data_dir: str | None) -> None:
    """Record again.

    Example: hunch resume
    """
    call(settings_for(data_dir), "POST", "resume")
    click.echo("Recording.")
