"""`hunch profile`: what Hunch knows of its user's habits, and what they say of themselves."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.config import Settings
from daemon.lock import running
from daemon.profile import Change, Profile, words
from daemon.profile import change as carry_out
from daemon.profile import profile as read


@click.command()
@click.option("--add", metavar="LINE", help="Say something of yourself, for the language model.")
@click.option("--remove", metavar="NUMBER", help="Take a line of your own out.")
@click.option("--hide", metavar="HABIT", help='Do not tell this habit any more: "program Firefox".')
@click.option("--show", metavar="HABIT", help="Tell it again.")
@json_option
@data_dir_option
def profile(*, as_json: bool, data_dir: str | None, **wanted: str | None) -> None:
    """Tell what you do as a rule, learnt from what was recorded; add lines of your own, hide learnt ones.

    Example: hunch profile --add "I write my thesis in LaTeX."
    """
    changes: list[Any] = [(do, text) for do, text in wanted.items() if text is not None]
    if len(changes) > 1:
        raise click.UsageError("Say one of --add, --remove, --hide and --show.")
    settings = settings_for(data_dir)
    for do, text in changes:
        _change(settings, Change(do, text))
    found = _read(settings)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        click.echo("\n".join(words(found)))


def _read(settings: Settings) -> Profile:
    from daemon.store.reader import Reader

    with Reader.open_readonly(settings.data_path / "hunch.db") as store:
        return store.read(lambda conn: read(conn, datetime.now(UTC)))


def _change(settings: Settings, wanted: Change) -> None:
    """Have it done by the daemon that runs, or do it here."""
    if running(settings.data_path) is not None:
        call(settings, "POST", "profile", msgspec.to_builtins(wanted))
        return
    from daemon.lock import DataDirLock
    from daemon.store import Store

    folder, now = settings.data_path, datetime.now(UTC)
    with DataDirLock(folder), Store.open(folder / "hunch.db") as store:
        store.write_now(lambda conn: carry_out(conn, wanted, now))
