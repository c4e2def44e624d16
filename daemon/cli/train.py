"""`hunch train`: make the weights again."""

from pathlib import Path
from typing import Any

import click
import msgspec

from daemon.cli import adapters, examples
from daemon.cli.judges import named_packages
from daemon.cli.progress import LEAVING_OUT, followed
from daemon.errors import HunchError


@click.group()
def train() -> None:
    """Make the models' weights.

    Example: hunch train reward ../shared/proactivebench models/weights
    """


@train.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--model",
    type=click.Choice(["heads", "cross-encoder"]),
    default="heads",
    show_default=True,
    help="Heads on frozen vectors, as shipped, or MiniLM fine-tuned on moment and task.",
)
@click.option(
    "--recipe",
    type=click.Choice(["trace", "paper"]),
    default="trace",
    show_default=True,
    help="Of the cross-encoder: for people it has not seen, or for the paper's split.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="Of what is drawn by chance.",
)
def reward(data: Path, out: Path, model: str, recipe: str, seed: int) -> None:
    """Train need and acceptance on DATA, a ProactiveBench folder; write the weights into OUT.

    The sentences are read by the encoder in OUT, or by the shipped one when OUT has none. A cross-encoder
    needs `pip install hunch-assistant[export]` and minutes to an hour; a killed training is gone on with.

    Example: hunch train reward ../shared/proactivebench models/weights
    """
    from models.manifest import WeightsError
    from models.trace import TraceError

    try:
        with named_packages():
            figures = (
                _heads(data, out, seed) if model == "heads" else _cross(data, out, recipe, seed)
            )
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except WeightsError as error:
        raise HunchError("Weights", str(error)) from error
    except OSError as error:
        raise HunchError("Weights", f"{out} cannot be written: {error}.") from error
    click.echo(msgspec.json.format(msgspec.json.encode(figures)))


def _heads(data: Path, out: Path, seed: int) -> dict[str, Any]:
    from models.encoder import MODEL, Encoder
    from models.lab.training.train_heads import train_heads
    from models.manifest import WEIGHTS

    encoder = Encoder.load(out if (out / MODEL).exists() else WEIGHTS)
    return train_heads(data, out, encoder=encoder, seed=seed, progress=followed(LEAVING_OUT))


def _cross(data: Path, out: Path, recipe: str, seed: int) -> dict[str, Any]:
    from models.lab.training.export_cross import make_cross
    from models.lab.training.train_heads import data_hash
    from models.manifest import Entry
    from models.trace import load_release

    release = load_release(data)
    command = f"hunch train reward {data.name} {out.name} --model cross-encoder --recipe {recipe}"
    return make_cross(
        [*release.train, *release.test],
        recipe,
        out,
        Entry("", f"{command} --seed {seed}", seed, data_hash(release)),
        progress=followed("training"),
    )


@train.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def encoder(out: Path) -> None:
    """Export MiniLM as int8 ONNX into OUT; needs `pip install hunch-assistant[export]`.

    Example: hunch train encoder models/weights
    """
    from models.lab.training.export_encoder import export_encoder
    from models.manifest import WeightsError

    try:
        figures = export_encoder(out)
    except ImportError as error:
        raise HunchError(
            "Export", f"{error.name} is missing: pip install 'hunch-assistant[export]'."
        ) from error
    except WeightsError as error:
        raise HunchError("Weights", str(error)) from error
    except OSError as error:
        raise HunchError("Weights", f"{out} cannot be written: {error}.") from error
    click.echo(msgspec.json.format(msgspec.json.encode(figures)))


train.add_command(adapters.segmenter)
train.add_command(adapters.agent)
train.add_command(examples.examples)
