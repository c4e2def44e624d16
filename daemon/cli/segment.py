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
    from daemon.thrift import wasted
    from models.messages import Unused
    from models.narrator import Narrator
    from models.observation import Observation
    from models.records import record_to_segment
    from models.trace import TraceError, encode, read_records

    try:
        segments = [record_to_segment(record) for record in read_records(records)]
    except TraceError as error:
        said = f"{str(error).rstrip('.')}; give raw records of `hunch export --format raw`."
        raise HunchError("Records", said) from error
    wanted = setup_of(with_model(settings_for(None), engine))
    by_model = not rules and (engine is not None or wanted.by_model)
    model = engine_for(wanted.model, wanted.adapters) if by_model else None
    narrator = Narrator(model)
    told = []
    for item, before in zip(segments, [None, *segments], strict=False):
        sentence, _ = narrator.describe(item, before)
        told.append(Observation(f"{item.start.timestamp():.3f}", sentence))
    unused = Unused(model.unparsed if model else 0, narrator.refused)
    notes = (
        f"Told by rules: {narrator.problem}" if narrator.problem else None,
        model.problem if model else None,
        wasted(unused, "Told by rules instead"),
    )
    for note in filter(None, notes):
        click.secho(note, fg="yellow", err=True)
    click.echo(encode(told), nl=False)
