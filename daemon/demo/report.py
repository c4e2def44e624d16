"""What came of a demo, read back from the store and the export."""

from collections.abc import Sequence
from pathlib import Path

import click

from daemon.export import export
from daemon.store import Store, capture, proposals, story


def report(folder: Path, pictures: Sequence[Path], problems: Sequence[str] = ()) -> None:
    """Print what was captured, told, proposed, accepted and done, where it all lies, and what went wrong."""
    with Store.open_readonly(folder / "data" / "hunch.db") as store:
        _title("Captured")
        for kind, count in store.read(capture.counts_by_type).items():
            click.echo(f"  {count:5d} {kind}")
        _title("Sentences")
        for line in store.read(story.log):
            click.echo(f"  {line.time.astimezone():%H:%M:%S} [{line.source}] {line.event}")
        _title("Proposals")
        every = store.read(proposals.proposals)[::-1]
        rows = [row for row in every if row.reason not in proposals.WITHHELD]
        for row in rows:
            sure = f"{row.probability:.0%}" if row.probability is not None else "?"
            click.echo(
                f"  #{row.id} {row.task}\n     {row.why} ({row.source}, {sure} likely accepted)"
            )
        if not rows:
            click.echo("  none")
        _title("Accepted and done")
        for row in rows:
            click.echo(f"  #{row.id} {row.state}{f': {row.result}' if row.result else ''}")
        done = store.read(lambda conn: export(conn, folder / "trace.json", "proactivebench"))
    _title("Files")
    for path in (*done.files, *sorted((folder / "notes").glob("*.md")), *pictures):
        click.echo(f"  {path}")
    if problems:
        _title("What went wrong")
    for problem in problems:
        click.secho(f"  {problem}", fg="red")


def _title(text: str) -> None:
    click.secho(f"\n{text}", bold=True)
