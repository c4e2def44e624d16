"""`hunch status`, `pause` and `resume`: what the daemon does now."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.config import Settings
from daemon.lock import running
from daemon.thrift import Thrift, told, wasted
from models.unseen import length
from watchers.coverage import Cause

_UNITS_MIN = {"s": 1 / 60, "m": 1, "h": 60}

NOW: Mapping[Cause, str] = {
    "crashed": "it failed and is started again",
    "damaged": "the database was damaged",
    "excluded": "what is in front is excluded",
    "locked": "the screen is locked",
    "lost": "inputs come too fast",
    "password": "a password is asked for",
    "paused": "recording is paused",
    "permission": "the system does not show it, see below",
    "private": "a private window is in front",
    "stopped": "it is about to begin",
    "suspended": "the machine sleeps",
    "wayland": "the desktop shows it to no program",
}


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
    now = _stopped(settings) if running(settings.data_path) is None else call(settings, "GET", "status")  # fmt: skip
    if as_json:
        click.echo(msgspec.json.encode(now))
        return
    _tell(now)
    if space := now.get("space"):
        _tell_space(space, encrypted=now["encrypted"])
        click.echo(f"  {_backup(now.get('backup'))}")
    for problem in now.get("problems", []):
        click.secho(f"  ! {problem}", fg="yellow")


def _stopped(settings: Settings) -> dict[str, Any]:
    """What can be told without a daemon; the sizes by kind where the file can be read unasked."""
    from daemon.space import space_of
    from daemon.store.copies import backup_time, recovered
    from daemon.store.files import is_encrypted
    from daemon.store.reader import Reader

    path = settings.data_path / "hunch.db"
    if not path.exists():
        return {"state": "stopped"}
    if is_encrypted(path):
        return {"state": "stopped", "encrypted": True}
    with Reader.open_readonly(path) as store:
        space = space_of(store, settings, datetime.now(UTC))
    return {
        "state": "stopped",
        "encrypted": False,
        "space": msgspec.to_builtins(space),
        "backup": newest.isoformat() if (newest := backup_time(path)) else None,
        "problems": [told] if (told := recovered(settings.data_path)) else [],
    }


def _tell_space(space: dict[str, Any], *, encrypted: bool) -> None:
    kinds = ", ".join(
        f"{name} {space[name] / 1e6:.1f}"
        for name in ("raw", "sentences", "vectors", "ledger", "free", "other")
    )
    form = "encrypted" if encrypted else "not encrypted (`hunch encrypt`)"
    click.echo(f"  {space['total'] / 1e6:.1f} MB ({kinds}), {form}")
    if space["forecast"]:
        click.echo(f"  {space['forecast']}")


def _backup(time: str | None) -> str:
    return f"newest backup {length(_ago_s(time))} old" if time else "no backup yet"


def _tell(now: dict[str, Any]) -> None:
    if now["state"] == "stopped":
        click.echo("Hunch is not running.")
        return
    until = f" until {_clock(now['paused_until'])}" if now.get("paused_until") else ""
    beside = "" if now["mode"] == "embedded" else f", {now['mode']}"
    click.echo(f"Hunch is {now['state']}{until}, on port {now['port']}{beside}.")
    if silent := now.get("silent_until"):
        click.echo(f"  It watches silently until {_day(silent)}: see `hunch review`.")
    for source in now["sources"]:
        click.echo(f"  {source['source']:<10} {source['mode']:<7} {_seen(source)}")
    for name, count in now["counts"].items():
        click.echo(f"  {count:>8} {name}")
    thrift = msgspec.convert(now["thrift"], Thrift)
    for line in filter(None, (told(thrift), wasted(thrift.unused))):
        click.echo(f"  {line}")


def _seen(source: Mapping[str, Any]) -> str:
    """Whether a source sees now, or why and for how long not."""
    if source["mode"] == "off":
        return ""
    if source["seen"] is None:
        last = source["last"]
        told = f", last {length(_ago_s(last))} ago" if last else "; nothing yet"
        return f"told by other programs{told}"
    if source["seen"]:
        return "seen"
    return f"not seen for {length(_ago_s(source['since']))}: {NOW[source['cause']]}"


def _clock(time: str) -> str:
    """A moment in the user's own time; with its date where that is not today."""
    moment, today = datetime.fromisoformat(time).astimezone(), datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M}"


def _day(time: str) -> str:
    """A moment of the next days in the user's own time."""
    return f"{datetime.fromisoformat(time).astimezone():%A, %d %B, %H:%M}"


def _ago_s(time: str) -> float:
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds())


@click.command()
@click.argument("duration", type=Minutes(), required=False)
@data_dir_option
def pause(duration: float | None, data_dir: str | None) -> None:
    """Stop recording and proposing, for a while or until `hunch resume`.

    Example: hunch pause 30m
    """
    now = call(settings_for(data_dir), "POST", "pause", {"minutes": duration})
    until = now.get("paused_until")
    click.echo(f"Paused until {_clock(until)}." if until else "Paused until `hunch resume`.")


@click.command()
@data_dir_option
def resume(data_dir: str | None) -> None:
    """Record again.

    Example: hunch resume
    """
    call(settings_for(data_dir), "POST", "resume")
    click.echo("Recording.")
