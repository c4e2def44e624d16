"""`hunch log`, `search` and `sessions`: what was seen, as sentences."""

import heapq
import itertools
from collections.abc import Iterable, Iterator

import click
import msgspec

from daemon.cli.options import data_dir_option, json_option, limit_option, settings_for
from daemon.errors import NotFound
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
    with _open(data_dir) as store:
        known = store.read(story.sessions) if session_ids else []
        if missing := set(session_ids) - {row.id for row in known}:
            raise NotFound("Log", f"There is no session {min(missing)}: see `hunch sessions`.")
        told = store.read(lambda conn: _print(_lines(conn, session_ids, limit), as_json))
    if not told and not as_json:
        click.echo(NOTHING_YET, err=True)


@click.command()
@click.argument("words", nargs=-1, required=True)
@limit_option(50, "At most so many, the newest.")
@json_option
@data_dir_option
def search(words: tuple[str, ...], limit: int, as_json: bool, data_dir: str | None) -> None:
    """Find sentences that hold all of the words, or parts of words, in any case; quotes make a phrase.

    Example: hunch search ruby "upper case"
    """
    with _open(data_dir) as store:
        rows = store.read(lambda conn: story.search(conn, words, limit + 1))
    _print(rows[-limit:], as_json)
    if not rows and not as_json:
        click.echo(NOT_FOUND, err=True)
    if len(rows) > limit:
        click.echo(f"There are older ones: hunch search --limit {limit * 10} …", err=True)


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


def _lines(
    conn: story.Connection, session_ids: tuple[int, ...], limit: int
) -> Iterator[story.LogRow]:
    """The newest sentences; of all sessions, the times between them as well."""
    first, count = story.newest(conn, session_ids, limit)
    if first is None:
        return
    told = story.log_from(conn, session_ids, first)
    if session_ids:
        yield from told
        return
    row = next(told)
    between = coverage.stops(conn, row.time)
    both = heapq.merge(itertools.chain([row], told), between, key=lambda row: row.time)
    yield from itertools.islice(both, max(0, count + len(between) - limit), None)


def _open(data_dir: str | None) -> Reader:
    return Reader.open_readonly(settings_for(data_dir).data_path / "hunch.db")


def _print(rows: Iterable[story.LogRow], as_json: bool) -> bool:
    """Print each as it comes, so that a whole year needs no more memory than a day; False for none."""
    before = b"["
    for row in rows:
        if as_json:
            click.echo(before + msgspec.json.encode(row), nl=False)
        else:
            click.echo(f"{row.time.astimezone():%m-%d %H:%M:%S}  {row.event}")
        before = b","
    if as_json:
        click.echo(b"[]" if before == b"[" else b"]")
    return before != b"["
