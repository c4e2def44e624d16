"""`hunch bench personal`: how well Hunch learns a person, on votes, scripted tastes and real histories."""

from pathlib import Path

import click
import msgspec

from daemon.cli.options import json_option
from daemon.cli.progress import followed
from daemon.errors import HunchError

DATA = Path("../shared/proactivebench")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help=f"A ProactiveBench folder (default: {DATA}, if it is there).",
)
@click.option(
    "--coderec",
    type=click.Path(path_type=Path),
    help="A folder with telemetry.jsonl.gz (default: in the data, or `coderec` beside them).",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Streams of each taste.",
)
@click.option(
    "--plot", type=click.Path(file_okay=False, path_type=Path), is_flag=False,
    flag_value=Path("plots"), metavar="[DIR]", help="Also write pictures as PNG and SVG (into plots).",
)  # fmt: skip
@json_option
def personal(
    data: Path | None, coderec: Path | None, seeds: int, plot: Path | None, *, as_json: bool
) -> None:
    """Replay users: annotators' votes, scripted tastes, real accept and reject histories.

    Example: hunch bench personal --data ../shared/proactivebench --json
    """
    try:
        from models.encoder import Encoder
        from models.lab.bench.personal import bench_personal
        from models.lab.bench.personal_plots import plot as draw
        from models.lab.bench.table import as_document, as_text
        from models.lab.training.samples import Embedded
        from models.manifest import WeightsError
        from models.trace import TraceError
    except ImportError as error:
        raise HunchError(
            "Lab", f"{error.name} is missing: pip install 'hunch-assistant[lab]'."
        ) from error

    if data is None and DATA.is_dir():
        data = DATA
    if data is None and coderec is None:
        raise click.UsageError(f"Missing option '--data': there is no {DATA} here.")
    try:
        found = bench_personal(
            data, coderec, Embedded(Encoder.load()), followed("replaying"), seeds
        )
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except WeightsError as error:
        raise HunchError("Weights", str(error)) from error
    if plot is not None:
        try:
            files = draw(found, plot)
        except OSError as error:
            raise HunchError("Plots", f"{plot} cannot be written in ({error.strerror}).") from error
        for file in files:
            click.echo(file, err=True)
    if not as_json:
        click.echo("\n\n".join(as_text(table) for table in found.tables))
        return
    documents = [as_document(table) for table in found.tables]
    whole = documents[0] | {
        "table": "personal",
        "data": "; ".join(dict.fromkeys(document["data"] for document in documents)),
        "rows": [row for document in documents for row in document["rows"]],
    }
    click.echo(msgspec.json.format(msgspec.json.encode(whole)))
