"""`hunch segment`: raw records to sentences, offline."""

from pathlib import Path

import click

from daemon.cli.engines import engine_for, engine_option, with_model
from daemon.cli.options import settings_for
from daemon.errors import HunchError
from daemon.worker import setup_of


@click.command()
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rules", is_flag=True, help="Tell by rules alone, without the language model.")
@engine_option("Tell by this language model (default: your setting)")
def segment(records: Path, rules: bool, engine: str | None) -> None:
    """Tell the raw records of RECORDS.json, one sentence each, as an observation list.

    Example: hunch segment records.json --rules
    """
    from models.narrator import Narrator
    from models.observation import Observation
    from models.records import record_to_segment
    from models.trace import TraceError, encode, read_records

    try:
        segments = [record_to_segment(record) for record in read_records(records)]
    except TraceError as error:
        raise HunchError("Records", str(error)) from error
    wanted = setup_of(with_model(settings_for(None), engine))
    by_model = not rules and (engine is not None or wanted.by_model)
    narrator = Narrator(engine_for(wanted.model, wanted.adapters) if by_model else None)
    told = []
    for item, before in zip(segments, [None, *segments], strict=False):
        sentence, _ = narrator.describe(item, before)
        told.append(Observation(f"{item.start.timestamp():.3f}", sentence))
    if narrator.problem:
        click.secho(f"Told by rules: {narrator.problem}", fg="yellow", err=True)
    click.echo(encode(told), nl=False)
