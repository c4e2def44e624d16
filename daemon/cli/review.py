"""`hunch review` and `hunch missed`: what you say of moments, with the daemon or without one."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import TypeVar

import click
import msgspec

from daemon import review as reviewing
from daemon.cli.client import call
from daemon.cli.options import data_dir_option, json_option, limit_option, settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.lock import running
from daemon.review import Grade
from daemon.store.reader import Reader
from daemon.store.review import Item, Kind, Silence

T = TypeVar("T")

GRADES: dict[str, Grade] = {"y": "yes", "n": "no", "m": "other"}
KEYS: dict[Kind, str] = {"proposal": "ynmsq", "silence": "ynsq"}
SILENCES: dict[Silence, str] = {
    "need": "help was hardly wanted, as far as it knew",
    "no task": "nobody knew a task",
    "no skill": "no skill can carry out what it thought of",
    "unlikely": "you would hardly have accepted what it thought of",
    "unfinished": "nobody said whether you would accept what it thought of",
}
OFFERED = "Would you have accepted? y: yes, n: no, m: help, but not this, s: later, q: quit > "
SILENT = "Was help needed there? y: yes, n: no, s: later, q: quit > "


@click.command()
@limit_option(20, "At most so many moments.")
@json_option
@data_dir_option
def review(limit: int, as_json: bool, data_dir: str | None) -> None:
    """Grade what Hunch would have proposed, and some moments at which it stayed silent.

    Each answer teaches it, and nothing is carried out. What you skip is asked another time. With
    --json the moments are printed and nothing is asked.

    Example: hunch review --limit 10
    """
    settings = settings_for(data_dir)
    with Reader.open_readonly(settings.data_path / "hunch.db") as store:
        items = store.read(lambda conn: reviewing.items(conn, limit))
    if as_json:
        click.echo(msgspec.json.encode(items))
        return
    if not items:
        click.echo("There is nothing to review yet.")
        return
    graded = _go_through(settings, items)
    click.echo(f"{graded} of {len(items)} graded. Thank you." if graded else "Nothing was graded.")


@click.command()
@click.option("--undo", is_flag=True, help="Take the newest such mark back.")
@data_dir_option
def missed(undo: bool, data_dir: str | None) -> None:
    """Tell Hunch that help was needed just now and none came; it learns from it.

    Example: hunch missed
    """
    settings = settings_for(data_dir)
    if running(settings.data_path) is not None:
        path, body = ("missed/undo", None) if undo else ("missed", {"via": "cli"})
        click.echo(call(settings, "POST", path, body)["message"])
    elif undo:
        click.echo(_here(settings, reviewing.missed_undo))
    else:
        click.echo(_here(settings, lambda conn: reviewing.missed(conn, "cli", datetime.now(UTC))))


def _go_through(settings: Settings, items: list[Item]) -> int:
    """Ask about each; returns how many were graded."""
    graded = 0
    for number, item in enumerate(items, start=1):
        _show(item, f"{number} of {len(items)}")
        said = _asked(OFFERED if item.kind == "proposal" else SILENT, KEYS[item.kind])
        if said == "q":
            break
        if said in GRADES:
            _keep(settings, item, GRADES[said])
            graded += 1
    return graded


def _show(item: Item, place: str) -> None:
    click.secho(f"\n{item.time.astimezone():%A %H:%M} ({place})", bold=True)
    for sentence in item.sentences:
        click.echo(f"  {sentence.time.astimezone():%H:%M}  {sentence.event}")
    if item.silence is not None:
        click.echo(f"Hunch stayed silent: {SILENCES[item.silence]} (need {item.need:.0%}).")
    else:
        click.echo(f"Hunch would have offered: {item.task}")
        if item.why:
            click.echo(f"  {item.why}")


def _asked(question: str, keys: str) -> str:
    """One of these letters; the end of the input quits."""
    while True:
        click.echo(question, nl=False)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            click.echo()
        said = line.strip().lower()[:1]
        if not line:
            return "q"
        if said and said in keys:
            return said
        click.echo(f"Say {', '.join(keys[:-1])} or {keys[-1]}.")


def _keep(settings: Settings, item: Item, said: Grade) -> None:
    if running(settings.data_path) is not None:
        call(settings, "POST", "review", {"kind": item.kind, "id": item.id, "grade": said})
        return
    now = datetime.now(UTC)
    _here(settings, lambda conn: reviewing.grade(conn, item.kind, item.id, said, now))


def _here(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Write without a daemon."""
    import asyncio

    from daemon.lock import DataDirLock
    from daemon.store import Store

    folder = settings.data_path
    if not (folder / "hunch.db").exists():
        raise HunchError("Nothing yet", f"Nothing is recorded in {folder} yet: `hunch run`.")
    with DataDirLock(folder), Store.open(folder / "hunch.db") as store:
        return asyncio.run(store.write(work))
