"""`hunch train`: make the weights again."""

from pathlib import Path

import click
import msgspec

from daemon.cli.bench import followed
from daemon.errors import HunchError


@click.group()
def train() -> None:
    """Make the models' weights.

    Example: hunch train reward ../shared/proactivebench models/weights
    """


@train.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Of what is drawn by chance.")
def reward(data: Path, out: Path, seed: int) -> None:
    """Train need and acceptance on DATA, a ProactiveBench folder; write the heads into OUT.

    The sentences are read by the encoder in OUT, or by the shipped one when OUT has none.

    Example: hunch train reward ../shared/proactivebench models/weights
    """
    from models.encoder import MODEL, Encoder
    from models.lab.training.train_heads import train_heads
    from models.manifest import WEIGHTS, WeightsError
    from models.trace import TraceError

    try:
        encoder = Encoder.load(out if (out / MODEL).exists() else WEIGHTS)
        figures = train_heads(data, out, encoder=encoder, seed=seed, progress=followed)
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except WeightsError as error:
        raise HunchError("Weights", str(error)) from error
    except OSError as error:
        raise HunchError("Weights", f"{out} cannot be written: {error}.") from error
    click.echo(msgspec.json.format(msgspec.json.encode(figures)))


@train.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def encoder(out: Path) -> None:
    """Export MiniLM as int8 ONNX into OUT; needs `pip install hunch-assistant[export]`.

    Example: hunch train encoder models/weights
    """
    from models.lab.training.export_encoder import export_encoder

    try:
        figures = export_encoder(out)
    except ImportError as error:
        raise HunchError(
            "Export", f"{error.name} is missing: pip install 'hunch-assistant[export]'."
        ) from error
    click.echo(msgspec.json.format(msgspec.json.encode(figures)))
