"""`hunch train segmenter` and `hunch train agent`: adapters for the language model."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from daemon.cli.engines import SMALL
from daemon.cli.judges import named_packages
from daemon.cli.progress import lines
from daemon.errors import HunchError
from models.engine.base import Job
from models.engine.machine import Cores

if TYPE_CHECKING:
    from models.lab.training.lora.train import Told


def _training(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both commands take."""
    adding = command
    for add in (
        click.argument("out", type=click.Path(file_okay=False, path_type=Path)),
        click.argument("data", type=click.Path(path_type=Path)),
        click.option("--base", metavar="MODEL", default=SMALL, show_default=True,
                     help="A GGUF file, a Hugging Face folder, or `small` for the one that comes with Hunch."),
        click.option("--rank", type=click.IntRange(1, 256), default=8, show_default=True,
                     help="Of LoRA's matrices: 0.6 MB each for SmolLM2-135M."),
        click.option("--rate", type=click.FloatRange(min=0, min_open=True), default=1e-3, show_default=True,
                     help="Of learning; a base of billions of weights takes 1e-4."),
        click.option("--batch", type=click.IntRange(min=1), default=32, show_default=True,
                     help="Examples in a step."),
        click.option("--epochs", type=click.IntRange(min=1), default=3, show_default=True,
                     help="How often each example is read."),
        click.option("--held", type=click.FloatRange(0, 0.9), default=0.1, show_default=True,
                     help="Share of the recordings or notes that is left out and scored."),
        click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
                     help="Of the first weights and of the order of examples."),
        click.option("--minutes", type=click.FloatRange(min=0, min_open=True),
                     help="End after so long, wherever it is; when all is read where none are named."),
        click.option("--threads", type=click.IntRange(min=1),
                     help="On a CPU; as many as are idle where none is named."),
    ):  # fmt: skip
        adding = add(adding)
    return adding


@click.command()
@_training
def segmenter(**given: Any) -> None:
    """Train an adapter on DATA that tells segments as sentences; write `segmenter.gguf` into OUT.

    DATA are examples of `hunch train examples segmenter`, or raw records of `hunch export --format raw`.
    A killed training is gone on with. A folder as --base gets a PEFT folder. Needs hunch-assistant[train].

    Example: hunch train segmenter notes.jsonl adapters
    """
    _train("segmenter", **given)


@click.command()
@_training
def agent(**given: Any) -> None:
    """Train an adapter on DATA that proposes tasks; write `agent.gguf` into OUT.

    DATA are examples of `hunch train examples agent`, rows of `hunch export --format reward` (a file or a
    folder), or a ProactiveBench folder. A killed training is gone on with. A folder as --base gets a PEFT
    folder. Several GPUs: `accelerate launch -m daemon train agent …`. Needs hunch-assistant[train].

    Example: hunch train agent ../shared/proactivebench adapters --rank 16
    """
    _train("agent", **given)


def _train(
    job: Job,
    data: Path,
    out: Path,
    base: str,
    held: float,
    threads: int | None,
    **settings: Any,
) -> None:
    from models.engine.base import EngineError
    from models.manifest import WeightsError
    from models.trace import TraceError

    try:
        with named_packages("train"):
            figures = _made(job, data, out, base, held, threads, settings)
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except (EngineError, WeightsError) as error:
        raise HunchError("Training", str(error)) from error
    except OSError as error:
        raise HunchError("Training", f"{out} cannot be written: {error}.") from error
    if figures is not None:
        click.echo(msgspec.json.format(msgspec.json.encode(figures)))


def _made(
    job: Job,
    data: Path,
    out: Path,
    base: str,
    held: float,
    threads: int | None,
    settings: dict[str, Any],
) -> dict[str, Any] | None:
    import torch

    from models.lab.generate.data import examples_of
    from models.lab.training.lora.make import Asked, make_adapter
    from models.lab.training.lora.train import Settings

    path = _trainable(base)
    torch.set_num_threads(threads or max(1, int(Cores().idle())))
    chosen = Settings(**settings)
    told = " ".join(
        f"--{name.replace('_', '-')} {value}"
        for name, value in settings.items()
        if value is not None
    )
    command = f"hunch train {job} {data.name} {out.name} {told} --held {held:g}"
    found = examples_of(data, job, chosen.seed)
    with _told() as tell:
        return make_adapter(Asked(job, path, out, chosen, held, command), found, tell)


def _trainable(base: str) -> Path:
    """Where the model is that an adapter is trained for.

    Raises:
        HunchError: It is none, or none that can be trained here.
    """
    from models.engine.gguf import check_model
    from models.engine.llama import default_model
    from models.engine.load import SCHEMES

    if base.startswith(SCHEMES):
        raise HunchError(
            "Training",
            "A server's model cannot be trained from here: give its GGUF file or folder by --base.",
        )
    path = default_model() if base == SMALL else Path(base)
    if path is None or not path.exists():
        missing = "There is no small model" if path is None else f"The model {base} is not there"
        raise HunchError("Training", f"{missing}: give a GGUF file or a folder by --base.")
    if path.is_file():
        check_model(path, "give what it goes with by --base")
    return path


@contextlib.contextmanager
def _told() -> "Iterator[Callable[[Told], None]]":
    """Shows how a training goes on: a bar on a terminal, else a line now and then."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("loading", total=None)
        yield lambda told: shown.update(
            task, total=told.steps, completed=told.step, description=_described(told)
        )


def _lines() -> "Callable[[Told], None]":
    tell = lines()
    return lambda told: tell(f"step {told.step} of {told.steps}, {_described(told)}")


def _described(told: "Told") -> str:
    return f"loss {told.loss:.3f}, {told.tokens / max(told.seconds, 1e-9):.0f} tokens/s"
