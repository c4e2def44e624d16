"""`hunch log`, `search` and `sessions`: what was seen, as sentences."""

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence

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
@click.option(
    "--activities", "whole", is_flag=True,
    help="Whole pieces of work, through all their programs, instead of sentences.",
)  # fmt: skip
@limit_option(50, "At most so many, the newest.")
@json_option
@data_dir_option
def log(
    session_ids: tuple[int, ...], limit: int, *, whole: bool, as_json: bool, data_dir: str | None
) -> None:
    """Tell what was done, a sentence or a piece of work a line, oldest first.

    Example: hunch log --limit 10
    """
    with _open(data_dir) as store:
        known = store.read(story.sessions) if session_ids else []
        if missing := set(session_ids) - {row.id for row in known}:
            raise NotFound("Log", f"There is no session {min(missing)}: see `hunch sessions`.")
        if whole:
            chosen = [row for row in known if row.id in session_ids]
            told = _print_activities(store, chosen, limit, as_json=as_json)
        else:
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


def _print_activities(
    store: Reader, chosen: Sequence[story.SessionRow], limit: int, *, as_json: bool
) -> bool:
    """Print the newest activities, of all sessions where none is chosen; False for none."""
    from daemon.past import Past  # reads facts, which sentences alone need not
    from daemon.skills.day_page import brief, span

    past = Past(store.read)
    found = past.of_sessions(chosen)[-limit:] if chosen else past.activities(limit)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return bool(found)
    for item in found:
        where = ", ".join(item.apps) or "another window"
        title = " ".join(item.title.split())
        click.echo(
            f"{item.start.astimezone():%m-%d} {span(item)}  {title}  ({brief(item.active_s)}: {where})"
        )
    return bool(found)


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
