"""`hunch bench`: the tables that say how good the models are, beside the paper's."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from daemon.cli.bench_personal import personal
from daemon.cli.options import json_option
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.encoder import Encoder
    from models.lab.bench.table import Folds, Table

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])

FOLDS: "dict[str, tuple[Folds, ...]]" = {
    "both": ("paper", "trace"), "paper": ("paper",), "trace": ("trace",),
}  # fmt: skip


@click.group()
def bench() -> None:
    """Measure the models and print tables beside the paper's.

    Example: hunch bench reward ../shared/proactivebench
    """


bench.add_command(personal)


def _common(command: Command) -> Command:
    """Add what both tables take: the data, the folds, the form."""
    for add in (
        json_option,
        click.option("--folds", type=click.Choice(list(FOLDS)), default="both", show_default=True,
                     help="The paper's split, whole traces left out, or both."),
        click.argument("data", type=click.Path(path_type=Path)),
    ):  # fmt: skip
        command = add(command)
    return command


@bench.command()
@_common
def reward(data: Path, folds: str, as_json: bool) -> None:
    """Judge tasks as people did: the paper's table 2 on DATA, a ProactiveBench folder.

    Example: hunch bench reward ../shared/proactivebench --folds trace --json
    """
    from models.lab.bench.reward import bench_reward

    _show(lambda encoder: bench_reward(data, encoder, FOLDS[folds], followed), as_json=as_json)


@bench.command()
@_common
@click.option(
    "--label",
    type=click.Choice(["help_needed", "task_status"]),
    default="help_needed",
    show_default=True,
    help="Need as annotators saw it, or as the traces say it.",
)
def agent(data: Path, folds: str, label: Any, as_json: bool) -> None:
    """Speak when help is wanted: the paper's table 3 on DATA, a ProactiveBench folder.

    Example: hunch bench agent ../shared/proactivebench --json
    """
    from models.lab.bench.agent import bench_agent

    _show(
        lambda encoder: bench_agent(data, encoder, FOLDS[folds], label, followed), as_json=as_json
    )


def followed(traces: Iterable[T]) -> Iterable[T]:
    """Go through traces with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return traces
    from rich.console import Console
    from rich.progress import track

    return track(list(traces), "leaving out a trace", console=Console(stderr=True), transient=True)


def _show(measure: "Callable[[Encoder], Table]", *, as_json: bool) -> None:
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
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_document(table))))
    else:
        click.echo(as_text(table))


@bench.command()
@click.option(
    "--section",
    type=click.Choice(["capture"]),
    default="capture",
    show_default=True,
    help="What is measured.",
)
@click.option("--quick", is_flag=True, help="Little of everything: shows that it runs; no figures.")
@json_option
def speed(section: str, quick: bool, as_json: bool) -> None:
    """Measure capture: what it takes in and what it costs, beside ActivityWatch in the same run.

    Example: hunch bench speed --section capture --json
    """
    from daemon.bench.speed import QUICK, Scale, capture
    from models.lab.bench.table import machine

    measured = capture(QUICK if quick else Scale(), lambda name: click.echo(f"{name} …", err=True))
    if as_json:
        rows = [
            {"name": row.name, "folds": "none", "what": row.what, "n": row.n, **row.figures}
            for row in measured.rows
        ]
        document = {"table": f"speed {section}", "data": "generated", "machine": machine()}
        click.echo(msgspec.json.format(msgspec.json.encode(document | {"rows": rows})))
        return
    click.echo(machine())
    for row in measured.rows:
        click.echo(f"{row.name:<22} {row.what:<46} {_figures(row.figures):<44} {row.goal}")
    for note in measured.notes:
        click.echo(note)


def _figures(figures: dict[str, float | None]) -> str:
    """The figures of one line, in units that a person reads."""
    return ", ".join(_figure(name, value) for name, value in figures.items())


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    match name:
        case "cpu":
            return f"{100 * value:.2f} % of a core"
        case "ratio":
            return f"hunch {value:.1f} times"
        case "per_s":
            return f"{value:,.0f}/s"
        case "mb" | "rss_mb":
            return f"{value:.1f} MB"
        case _:
            return f"{name.removesuffix('_s')} {1000 * value:.1f} ms"
