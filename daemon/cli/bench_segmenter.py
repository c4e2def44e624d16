"""`hunch bench segmenter`: how much of scripted activity is told, and what is invented."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from daemon.cli.engines import SMALL, engine_option, needed_engine
from daemon.cli.judges import counted, named_packages
from daemon.cli.options import json_option

if TYPE_CHECKING:
    from models.lab.bench.segmenter import Day
    from models.lab.bench.segmenter_tellers import Model

RULES, LLM = "rules", "llm"
ADAPTER = "segmenter.gguf"
DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


@click.command()
@engine_option(
    "Who is set beside the rules: `rules` for nobody, `llm` for the small one as it is and trained, or a MODEL",
    RULES, metavar="rules|llm|MODEL",
)  # fmt: skip
@click.option("--adapter", type=click.Path(path_type=Path),
              help="An adapter for sentences, beside the model as it is; for `llm`: ours.")  # fmt: skip
@click.option("--sessions", type=click.IntRange(min=1), default=20, show_default=True,
              help="Scripted sessions; each has every kind of activity once.")  # fmt: skip
@click.option("--day/--no-day", default=True, show_default=True,
              help="Also cut and tell a day of 100,000 raw inputs by rules against the clock.")  # fmt: skip
@json_option
def segmenter(
    engine: str, adapter: Path | None, sessions: int, *, day: bool, as_json: bool
) -> None:
    """Tell scripted activity whose facts are known: what is told, what is invented, where it is cut.

    Example: hunch bench segmenter --engine llm --json
    """
    from models.lab.bench.segmenter import bench_segmenter
    from models.lab.bench.table import as_document, as_text

    with named_packages(), contextlib.ExitStack() as models:
        tellers = _tellers(engine, adapter)
        for teller in tellers:
            models.callback(teller.close)
        table = bench_segmenter(
            tellers,
            sessions,
            _day() if day else None,
            lambda scripts: counted(scripts, "telling a session"),
        )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_document(table))))
    else:
        click.echo(as_text(table))


def _tellers(name: str, adapter: Path | None) -> "list[Model]":
    """Who tells beside the rules: the model as it is, and with an adapter, where there is one.

    Raises:
        EngineError: The model is not there, or the adapter does not fit it.
    """
    if name == RULES:
        return []
    from models.engine.base import EngineError
    from models.lab.bench.segmenter_tellers import Model
    from models.manifest import WEIGHTS

    small = name in (LLM, SMALL)
    model = "" if small else name
    untrained = needed_engine(model, shipped=False)
    if adapter is None and small and (WEIGHTS / ADAPTER).is_file():
        adapter = WEIGHTS / ADAPTER
    if adapter is None:
        return [Model("hunch llm untrained", untrained)]
    trained = needed_engine(model, {"segmenter": str(adapter)})
    if "segmenter" not in trained.adapted:
        raise EngineError(trained.problem or f"{adapter} is no adapter for it.")
    return [Model("hunch llm untrained", untrained), Model("hunch llm", trained)]


def _day() -> "Day":
    """A heavy day."""
    from daemon.bench.day import INPUTS, heavy_day
    from models.lab.bench.segmenter import Day
    from models.segment import BucketEvent

    rows = [BucketEvent(bucket.type, event) for bucket, event in heavy_day(1, DAY)]
    return Day(INPUTS, rows)
