"""`hunch export`: sessions in the formats of ProactiveBench."""

from pathlib import Path

import click

from daemon.cli.options import data_dir_option, settings_for
from daemon.store.reader import Reader

FORMATS = ("proactivebench", "reward", "raw", "jsonl")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True,
    help="Test-set traces, reward rows, raw records, or everything a line.",
)  # fmt: skip
@click.option(
    "--session", "session_ids", type=int, multiple=True, help="Only this one; can be repeated."
)
@data_dir_option
def export(out: Path, form: str, session_ids: tuple[int, ...], data_dir: str | None) -> None:
    """Write sessions to OUT: a file, or a folder when there are several traces.

    Example: hunch export trace.json --format proactivebench --session 3
    """
    from daemon.export import FORMATS as KNOWN
    from daemon.export import export as write

    chosen = next(known for known in KNOWN if known == form)
    with Reader.open_readonly(settings_for(data_dir).data_path / "hunch.db") as store:
        done = store.read(lambda conn: write(conn, out, chosen, session_ids))
    for path in done.files:
        click.echo(path)
    if not done.files:
        click.echo("Nothing is recorded yet.", err=True)
