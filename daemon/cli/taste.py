"""`hunch taste`: what Hunch has learnt of its user, and how to make it forget."""

from datetime import UTC, datetime

import click
import msgspec

from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.learning import Learning, forget, remember
from daemon.store.reader import Reader
from daemon.taste import taste as learnt
from daemon.taste import words

FORGOTTEN = (
    "Nothing that you answered or marked until now counts any more. The answers themselves stay: "
    "`hunch proposals` lists them, `hunch forget` deletes them. To take it back: "
    "`hunch taste --remember`."
)
REMEMBERED = "All that you answered or marked counts again, as far as it is still there."


@click.command()
@click.option(
    "--forget", "forgets", is_flag=True,
    help="Let no answer and no mark until now count any more; they are not deleted.",
)  # fmt: skip
@click.option(
    "--remember", "remembers", is_flag=True, help="Let all of them count again: undoes --forget."
)
@json_option
@data_dir_option
def taste(*, forgets: bool, remembers: bool, as_json: bool, data_dir: str | None) -> None:
    """Tell what your answers have taught: what you take, when, and how sure Hunch must be to speak.

    Example: hunch taste
    """
    if forgets and remembers:
        raise click.UsageError("Say --forget or --remember, not both.")
    settings, now = settings_for(data_dir), datetime.now(UTC)
    with Reader.open_readonly(settings.data_path / "hunch.db") as store:
        if forgets:
            forget(settings.data_path, now)
        elif remembers:
            remember(settings.data_path)
        found = learnt(Learning(store.read, settings), settings, now)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        said = FORGOTTEN if forgets else REMEMBERED if remembers else "\n".join(words(found))
        click.echo(said)
