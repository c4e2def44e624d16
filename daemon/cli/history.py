"""`hunch log`, `search` and `sessions`: what was seen, as sentences."""

import click
import msgspec

from daemon.cli.options import data_dir_option, json_option, limit_option, settings_for
from daemon.store import coverage, story
from daemon.store.reader import Reader

NOTHING_YET = "No sentence yet: one is told when a stretch of work ends, after a pause in it."
NOT_FOUND = "No sentence holds all of these words."


@click.command()
@click.option(
    "--session", "session_ids", type=int, multiple=True, help="Only this session; can be repeated."
)
@limit_option(50, "At most so many, the newest.")
@json_option
@data_dir_option
def log(session_ids: tuple[int, ...], limit: int, as_json: bool, data_dir: str | None) -> None:
    """Tell what was done, a sentence a line, oldest first.

    Example: hunch log --limit 10
    """
    _print(data_dir, lambda conn: _lines(conn, session_ids, limit), NOTHING_YET, as_json)


@click.command()
@click.argument("words", nargs=-1, required=True)
@json_option
@data_dir_option
def search(words: tuple[str, ...], as_json: bool, data_dir: str | None) -> None:
    """Find sentences that hold all of the words.

    Example: hunch search ruby capitalize
    """
    _print(data_dir, lambda conn: story.search(conn, " ".join(words)), NOT_FOUND, as_json)


@click.command()
@json_option
@data_dir_option
def sessions(as_json: bool, data_dir: str | None) -> None:
    """List the recordings.

    Example: hunch sessions --json
    """
    with _open(data_dir) as store:
        found = store.read(story.sessions)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for row in found:
        end = f"{row.ended.astimezone():%H:%M}" if row.ended else "now"
        click.echo(f"{row.id:>5}  {row.started.astimezone():%Y-%m-%d %H:%M} to {end}")


def _lines(conn: story.Connection, session_ids: tuple[int, ...], limit: int) -> list[story.LogRow]:
    """The newest sentences; of all sessions, the times between them as well."""
    rows = story.log(conn, session_ids or None, limit)
    if session_ids or not rows:
        return rows
    between = coverage.stops(conn, rows[0].time)
    return sorted([*rows, *between], key=lambda row: row.time)[-limit:]


def _open(data_dir: str | None) -> Reader:
    return Reader.open_readonly(settings_for(data_dir).data_path / "hunch.db")


def _print(
    data_dir: str | None, query: story.Query[list[story.LogRow]], nothing: str, as_json: bool
) -> None:
    with _open(data_dir) as store:
        rows = store.read(query)
    if as_json:
        click.echo(msgspec.json.encode(rows))
        return
    if not rows:
        click.echo(nothing, err=True)
    for row in rows:
        click.echo(f"{row.time.astimezone():%m-%d %H:%M:%S}  {row.event}")
