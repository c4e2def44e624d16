"""`hunch bench speed`: what capture, the small models and the language model cost."""

from typing import TYPE_CHECKING

import click
import msgspec

from daemon.cli.engines import engine_option, with_model
from daemon.cli.options import json_option, settings_for
from daemon.errors import HunchError

if TYPE_CHECKING:
    from daemon.bench.rows import Measured
    from models.observation import Observation


@click.command()
@click.option(
    "--section",
    type=click.Choice(["capture", "models", "engines"]),
    default="capture",
    show_default=True,
    help="What is measured.",
)
@engine_option("The language model of the section engines (default: your setting)")
@click.option("--quick", is_flag=True, help="Little of everything: shows that it runs; no figures.")
@json_option
def speed(section: str, engine: str | None, quick: bool, as_json: bool) -> None:
    """Measure capture beside ActivityWatch, the small models beside plain passes, or the language model.

    Example: hunch bench speed --section models --json
    """
    measured = _measured(section, engine, quick=quick)
    from models.lab.bench.table import machine  # numpy: once its threads are set

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


def _measured(section: str, engine: str | None, *, quick: bool) -> "Measured":
    from daemon.bench import engines, models, speed

    def said(name: str) -> None:
        click.echo(f"{name} …", err=True)

    if section == "models":
        return models.models(models.QUICK if quick else models.Scale(), said)
    if section == "engines":
        from daemon.worker import setup_of

        setup = setup_of(with_model(settings_for(None), engine))
        return engines.engines(engines.QUICK if quick else engines.Scale(), said, setup, _real())
    return speed.capture(speed.QUICK if quick else speed.Scale(), said)


def _real() -> "list[list[Observation]]":
    """The real traces beside the clone; none where they are not."""
    from daemon.cli.bench import DATA
    from models.trace import TraceError, load_release

    try:
        traces = load_release(DATA).traces.values() if DATA.is_dir() else []
    except TraceError as error:
        raise HunchError("Data", str(error)) from error
    return [[event.observation for event in trace] for trace in traces]


def _figures(figures: dict[str, float | None]) -> str:
    """The figures of one line, in units that a person reads."""
    return ", ".join(_figure(name, value) for name, value in figures.items())


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    match name:
        case "tokens" | "tokens_max":
            return f"{value:.1f} tokens{' at most' if name == 'tokens_max' else ''}"
        case "share":
            return f"{100 * value:.1f} %"
        case "cpu":
            return f"{100 * value:.2f} % of a core"
        case "ratio":
            return f"hunch {value:.1f} times" if value >= 1 else f"hunch {value:.2g} times"
        case "gb_per_s":
            return f"{value:,.0f} GB/s"
        case "per_s":
            return f"{value:,.0f}/s"
        case "mb" | "rss_mb":
            return f"{value:.1f} MB"
        case _:
            return f"{name.removesuffix('_s').replace('_', ' ')} {1000 * value:.1f} ms"
