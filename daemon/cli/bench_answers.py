"""`hunch bench answers`: what a language model says of five histories."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from daemon.cli.engines import SMALL, engine_option, needed_engine, prompt_for_agent
from daemon.cli.options import json_option
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.lab.bench.answers import Answered


@click.command()
@engine_option("The language model that is asked", SMALL)
@click.option(
    "--prompt", type=click.Path(dir_okay=False, path_type=Path),
    help="A prompt of your own; {observations} stands where they go.",
)  # fmt: skip
@click.option(
    "--untrained", is_flag=True, help="The small model without the adapter that comes with Hunch."
)
@json_option
def answers(engine: str, prompt: Path | None, untrained: bool, as_json: bool) -> None:
    """Print what MODEL would propose after each of five histories, to be read beside another model's answers.

    Example: hunch bench answers --engine small
    """
    from models.engine.base import EngineError
    from models.judges import Judges
    from models.lab.bench.answers import answers as asked
    from models.lab.bench.table import machine
    from models.manifest import WEIGHTS, WeightsError

    own = prompt_for_agent(prompt)  # our adapter was made for our prompt
    model = needed_engine(engine, {"agent": "none"} if own else None, shipped=not untrained)
    try:
        found = list(asked(model, Judges.load(WEIGHTS), own))
    except (EngineError, WeightsError) as error:
        raise HunchError("Model", str(error)) from error
    finally:
        model.close()
    if as_json:
        rows = [{"folds": "none", "n": 1, **msgspec.to_builtins(row)} for row in found]
        document = {"table": "answers", "data": "five made-up histories", "machine": machine()}
        click.echo(msgspec.json.format(msgspec.json.encode(document | {"rows": rows})))
        return
    click.echo(f"{model.name}, {', '.join(sorted(model.adapted)) or 'no'} adapter")
    for row in found:
        click.echo(_line(row))


def _line(row: "Answered") -> str:
    """A row of a Markdown table, so that it can stand in docs/models.md."""
    said = "silence" if row.task is None else f"“{row.task}” ({row.accept or 0:.2f})"
    if not row.purpose and row.task is None:
        said = "no answer in the form"
    return f"| {row.name}: {row.last} | {row.need:.2f} | {said} | {row.cpu_s:.1f} s |"
