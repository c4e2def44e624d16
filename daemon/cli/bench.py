"""`hunch bench`: the tables that say how good the models are, beside the paper's."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from daemon.cli.bench_agent import EngineOptions, engine_options
from daemon.cli.bench_agent import measure as by_engine
from daemon.cli.bench_answers import answers
from daemon.cli.bench_personal import personal
from daemon.cli.bench_segmenter import segmenter
from daemon.cli.bench_speed import speed
from daemon.cli.judges import (
    CROSS,
    HEADS,
    LLM,
    JudgeOptions,
    contender,
    judge_options,
    named_packages,
)
from daemon.cli.options import json_option
from daemon.cli.progress import ASKING, LEAVING_OUT, followed
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.encoder import Encoder
    from models.lab.bench.progress import Progress
    from models.lab.bench.table import Folds, Table

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDS: "dict[str, tuple[Folds, ...]]" = {
    "both": ("paper", "trace"), "paper": ("paper",), "trace": ("trace",),
}  # fmt: skip
DATA = Path("../shared/proactivebench")


@click.group()
def bench() -> None:
    """Measure the models and print tables beside the paper's.

    Example: hunch bench reward --data ../shared/proactivebench
    """


bench.add_command(personal)
bench.add_command(answers)
bench.add_command(speed)
bench.add_command(segmenter)


def data_option(command: Command) -> Command:
    """Add ``--data``."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        help=f"A ProactiveBench folder, or one with your own exports (default: {DATA}, if it is there).",
    )(command)


def _common(command: Command) -> Command:
    """Add what both tables take: the data, the folds, seeds, plots, the form."""
    for add in (
        json_option,
        click.option("--plot", type=click.Path(file_okay=False, path_type=Path), is_flag=False,
                     flag_value=Path("plots"), metavar="[DIR]",
                     help="Also write calibration, precision, recall and F1 as PNG and SVG (into plots)."),
        click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True,
                     help="How often to fit what is drawn by chance; the spread is told."),
        click.option("--thorough", is_flag=True,
                     help="Also leave out each pair of traces where that takes minutes."),
        click.option("--folds", type=click.Choice(list(FOLDS)), default="both", show_default=True,
                     help="The paper's split, whole traces left out, or both."),
        data_option,
    ):  # fmt: skip
        command = add(command)
    return command


@bench.command()
@_common
@judge_options
def reward(
    data: Path | None,
    folds: str,
    plot: Path | None,
    judge: JudgeOptions,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    """Judge tasks as people did: the paper's table 2.

    Example: hunch bench reward --data ../shared/proactivebench --folds trace --json
    """
    from models.lab.bench.progress import quietly
    from models.lab.bench.reward import bench_reward

    # A training shows its own steps.
    shown: dict[str, Progress] = {
        HEADS: followed(LEAVING_OUT),
        CROSS: quietly,
        LLM: followed(ASKING),
    }

    def measure(encoder: "Encoder") -> "Table":
        with named_packages(), tempfile.TemporaryDirectory() as scratch:
            return bench_reward(
                chosen(data),
                encoder,
                FOLDS[folds],
                contender=contender(judge, Path(scratch)),
                progress=shown[judge.name],
                **more,
            )

    _show(measure, plot, as_json=as_json)


@bench.command()
@_common
@click.option(
    "--label",
    type=click.Choice(["help_needed", "task_status"]),
    default="help_needed",
    show_default=True,
    help="Need as annotators saw it, or as the traces say it.",
)
@engine_options
def agent(
    data: Path | None,
    folds: str,
    plot: Path | None,
    asked: EngineOptions,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    """Speak when help is wanted: the paper's table 3; with --engine the tasks of a language model: table 4.

    Example: hunch bench agent --data ../shared/proactivebench --engine small --pred 3 --with-reward
    """
    from models.lab.bench.agent import bench_agent

    if asked.is_asked and plot is not None:
        raise click.UsageError(
            "--plot is of table 3: leave out --engine, --pred and --with-reward."
        )

    def measure(encoder: "Encoder") -> "Table":
        with named_packages():
            if asked.is_asked:
                return by_engine(encoder, chosen(data), asked, more["label"])
            return bench_agent(
                chosen(data), encoder, FOLDS[folds], progress=followed(LEAVING_OUT), **more
            )

    _show(measure, plot, as_json=as_json)


@bench.command("activities")
@click.option(
    "--days", type=click.IntRange(min=1), default=40, show_default=True, help="Scripted days."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the scripts.")
@json_option
def cut_into_activities(days: int, seed: int, *, as_json: bool) -> None:
    """Find where one piece of work ends and another begins, on scripted days.

    Example: hunch bench activities --json
    """
    from models.lab.bench.activities import bench_activities

    _show(lambda encoder: bench_activities(encoder, days, seed), None, as_json=as_json)


def chosen(data: Path | None) -> Path:
    """The folder that was asked for, or the one beside the clone.

    Raises:
        UsageError: Neither.
    """
    if data is None and not DATA.is_dir():
        raise click.UsageError(f"Missing option '--data': there is no {DATA} here.")
    return data or DATA


def _show(measure: "Callable[[Encoder], Table]", plot: Path | None, *, as_json: bool) -> None:
    """Measure, then write the plots, then the table: nothing is half-written when something is wrong."""
    from models.encoder import Encoder
    from models.lab.bench.table import as_document, as_text
    from models.manifest import WeightsError
    from models.trace import TraceError

    try:
        table = measure(Encoder.load())
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    except WeightsError as error:
        raise HunchError("Weights", str(error)) from error
    if plot is not None:
        _plot(table, plot)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_document(table))))
    else:
        click.echo(as_text(table))


def _plot(table: "Table", folder: Path) -> None:
    try:
        from models.lab.bench.plots import write_plots
    except ImportError as error:
        raise HunchError(
            "Plots", f"{error.name} is missing: pip install 'hunch-assistant[lab]'."
        ) from error
    if not table.curves:
        raise HunchError("Plots", "They need held-out forecasts: use --folds trace or both.")
    try:
        for path in write_plots(table.curves, folder):
            click.echo(path, err=True)
    except OSError as error:
        raise HunchError("Plots", f"{folder} cannot be written: {error}.") from error
