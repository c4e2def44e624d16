"""`hunch egress`: what was handed to a model outside the daemon's process."""

import click
import msgspec

from daemon.cli.options import data_dir_option, json_option, limit_option, settings_for
from daemon.egress import BEFORE_ALL, WORKER
from daemon.errors import NotFound
from daemon.store import egress as rows
from daemon.store.reader import Reader


@click.command()
@click.argument("number", type=int, required=False)
@limit_option(20, "At most so many, the newest.")
@json_option
@data_dir_option
def egress(number: int | None, limit: int, as_json: bool, data_dir: str | None) -> None:
    """Tell what was handed to a model: when, to whom, what for; with NUMBER, the words.

    Example: hunch egress --limit 5
    """
    with Reader.open_readonly(settings_for(data_dir).data_path / "hunch.db") as store:
        if number is not None:
            _one(store, number, as_json=as_json)
            return
        found = store.read(lambda conn: rows.newest(conn, limit))
        totals = store.read(rows.totals)
    if as_json:
        click.echo(msgspec.json.encode({"totals": totals, "rows": found}))
        return
    for row in found:
        begin = (
            "until" if row.first == BEFORE_ALL else f"{row.first.astimezone():%m-%d %H:%M:%S} to"
        )
        seen = f"{begin} {row.last.astimezone():%H:%M:%S}"
        click.echo(
            f"{row.id:>6}  {row.time.astimezone():%m-%d %H:%M:%S}  {row.purpose:<8} "
            f"{row.bytes:>7} bytes to the {row.destination}, seen {seen}"
        )
    for total in totals:
        click.echo(f"In all {total.count} times, {total.bytes} bytes, to the {total.destination}.")
    if all(total.destination == WORKER for total in totals):
        click.echo("Nothing left this machine: the model worker is a process of Hunch on it.")


def _one(store: Reader, number: int, *, as_json: bool) -> None:
    row = store.read(lambda conn: rows.one(conn, number))
    if row is None:
        raise NotFound("Egress", f"There is no row {number}: see `hunch egress`.")
    told = (
        store.read(lambda conn: rows.told_between(conn, row.first, row.last))
        if row.text is None
        else [row.text]
    )
    if as_json:
        click.echo(msgspec.json.encode({"row": row, "told": told}))
        return
    for text in told:
        click.echo(text)
