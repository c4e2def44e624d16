"""`hunch forget`: deletes what was seen, in a running daemon or without one."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import msgspec

from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.lock import running
from daemon.selection import Selection

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONG_S = 3600.0  # a large database is written anew, and read
ELSEWHERE = (
    "What you exported, notes that a task wrote, backups, and what an ActivityWatch that runs beside "
    "Hunch keeps, are yours to delete; so is your shell's own history."
)


class Length(click.ParamType[timedelta]):
    """A length of time such as 1h, 30m, 90s or 2d."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read it."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", str(value))
        if match is None or float(match[1]) == 0 or float(match[1]) > 1e6:
            self.fail(f"{value!r} is not a length of time: say 1h, 30m or 2d.", param, ctx)
        return timedelta(seconds=float(match[1]) * _UNITS_S[match[2]])


class Moment(click.ParamType[datetime]):
    """A date or a moment, local time where it names no zone."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it."""
        try:
            return datetime.fromisoformat(str(value)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date: say 2026-01-31 or 2026-01-31T12:00.", param, ctx)


@click.command()
@click.option("--last", type=Length(), help="What was seen in the last 1h, 30m, 2d.")
@click.option("--before", type=Moment(), help="What was seen before a date.")
@click.option("--app", help="What was done in an application, by a part of its name.")
@click.option("--string", "text", help="What holds a text; - reads it from standard input.")
@click.option("--all", "everything", is_flag=True, help="Everything that was seen.")
@click.option("--yes", is_flag=True, help="Do not ask, for scripts.")
@json_option
@data_dir_option
def forget(
    last: timedelta | None,
    before: datetime | None,
    app: str | None,
    text: str | None,
    everything: bool,
    yes: bool,
    as_json: bool,
    data_dir: str | None,
) -> None:
    """Delete what was seen, with all that was made from it, and prove it by reading the files.

    Example: hunch forget --last 1h
    """
    if sum((last is not None, before is not None, app is not None, text is not None, everything)) != 1:  # fmt: skip
        raise click.UsageError("Say one of --last, --before, --app, --string and --all.")
    settings = settings_for(data_dir)
    if text == "-":
        text = sys.stdin.readline().rstrip("\n")
    since = datetime.now(UTC) - last if last is not None else None
    selection = Selection(since, before, app, text)
    if not everything:
        selection.checked()
    if not yes and not _agreed(_ask(settings, selection, count_only=True)["gone"]):
        raise HunchError("Forget", "Nothing was deleted.")
    done = _ask(settings, selection, count_only=False)
    if as_json:
        click.echo(msgspec.json.encode(done))
    else:
        _tell(done)
    if done["left_in"] or done["problem"]:
        sys.exit(1)


def _agreed(gone: dict[str, int]) -> bool:
    if not sys.stdin.isatty():
        raise HunchError("Forget", "Nothing was deleted: without a terminal to ask on, say --yes.")
    return click.confirm(f"This deletes {_words(gone)}, for ever. Go on?", default=False)


def _ask(settings: Settings, selection: Selection, *, count_only: bool) -> dict[str, Any]:
    """Have it done by the daemon that runs, or do it here."""
    if running(settings.data_path) is not None:
        body = {**msgspec.to_builtins(selection), "everything": selection.is_all}
        body["count_only"] = count_only
        return dict(call(settings, "POST", "forget", body, LONG_S))
    from daemon.forget import carry_out, count
    from daemon.lock import DataDirLock
    from daemon.store import Store

    folder, now = settings.data_path, datetime.now(UTC)
    if not (folder / "hunch.db").exists():
        raise HunchError("Nothing yet", f"Nothing is recorded in {folder}.")
    with DataDirLock(folder), Store.open(folder / "hunch.db") as store:
        done = store.alone_now(
            lambda conn: (
                count(conn, selection, now)
                if count_only
                else carry_out(conn, folder, selection, now)
            )
        )
    return dict(msgspec.to_builtins(done))


def _tell(done: dict[str, Any]) -> None:
    click.echo(f"Deleted: {_words(done['gone'])}.")
    if done["problem"]:
        click.secho(done["problem"], fg="yellow", err=True)
    elif done["left_in"]:
        places = ", ".join(done["left_in"])
        click.secho(f"Something of it still stands in {places}.", fg="red", err=True)
    else:
        read = f"{done['files']} files ({done['bytes'] / 1e6:.1f} MB)"
        click.echo(f"Nothing of it is left in {read}.")
    click.echo(ELSEWHERE)


def _words(gone: dict[str, int]) -> str:
    told = [
        f"{count:,} {kind.removesuffix('s') if count == 1 else kind}"
        for kind, count in gone.items()
        if count
    ]
    return ", ".join(told) or "nothing"
