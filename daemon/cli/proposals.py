"""`hunch proposals`, `accept`, `reject` and `undo`: the popup's buttons on the command line."""

import click
import msgspec

from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, limit_option, settings_for
from daemon.errors import HunchError
from daemon.store import proposals as rows
from daemon.store.reader import Reader


@click.command()
@limit_option(20, "At most so many, newest first.")
@json_option
@data_dir_option
def proposals(limit: int, as_json: bool, data_dir: str | None) -> None:
    """List what was proposed and how it ended; what was withdrawn or not offered at all, with the reason.

    Example: hunch proposals --limit 5
    """
    settings = settings_for(data_dir)
    with Reader.open_readonly(settings.data_path / "hunch.db") as store:
        found = store.read(lambda conn: rows.proposals(conn, limit=limit))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    if not found:
        click.echo("Nothing was proposed yet.", err=True)
    for row in found:
        created = f"{row.created.astimezone():%Y-%m-%d %H:%M}"
        why = f" ({row.reason})" if row.reason is not None else ""
        click.echo(f"{row.id:>5}  {created}  {row.state:<9}  {row.task}{why}")


@click.command()
@click.argument("number", metavar="ID", type=int)
@data_dir_option
def accept(number: int, data_dir: str | None) -> None:
    """Accept a proposal: Hunch carries it out.

    Example: hunch accept 3
    """
    _answer(number, "accept", data_dir)


@click.command()
@click.argument("number", metavar="ID", type=int)
@data_dir_option
def reject(number: int, data_dir: str | None) -> None:
    """Reject a proposal.

    Example: hunch reject 3
    """
    _answer(number, "reject", data_dir)


@click.command()
@click.argument("number", metavar="ID", type=int)
@data_dir_option
def undo(number: int, data_dir: str | None) -> None:
    """Take back what an accepted proposal did.

    Example: hunch undo 3
    """
    click.echo(call(settings_for(data_dir), "POST", f"proposals/{number}/undo")["message"])


def _answer(number: int, answer: str, data_dir: str | None) -> None:
    row = call(
        settings_for(data_dir),
        "POST",
        f"proposals/{number}/answer",
        {"answer": answer, "via": "cli"},
    )
    if row.get("ok") is False:
        raise HunchError("Task", row.get("result") or "The task could not be carried out.")
    click.echo(row.get("result") or f"Proposal {number} is {row['state']}.")
