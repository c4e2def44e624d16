"""`hunch replay`: what another model, or another threshold, would have said of a session."""

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.store.reader import Reader
from models.decision import COSTS
from models.segment import Segment

if TYPE_CHECKING:
    from daemon.replay import Recording
    from daemon.replay_told import Told

BASE = "none"


@click.command()
@click.argument("session")
@click.option(
    "--engine", metavar="MODEL",
    help="As the setting `model`: a GGUF file, a folder, a server, `none` (default: your setting).",
)  # fmt: skip
@click.option(
    "--against", metavar="MODEL",
    help="Compare with this model instead of the record (default for a file: `none`).",
)  # fmt: skip
@click.option(
    "--threshold", type=click.FloatRange(0, 1), metavar="P",
    help="Propose from this P(need) and P(accept) on, instead of by your own rule.",
)  # fmt: skip
@click.option(
    "--eagerness", type=click.Choice(list(COSTS)), help="Propose by this rule (default: your setting)."
)  # fmt: skip
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of a model that draws by chance."
)
@click.option("--all", "everything", is_flag=True, help="Print what is the same as well.")
@json_option
@data_dir_option
def replay(
    session: str,
    engine: str | None,
    against: str | None,
    threshold: float | None,
    eagerness: str | None,
    seed: int,
    everything: bool,
    as_json: bool,
    data_dir: str | None,
) -> None:
    """Tell SESSION again with another model or threshold, and what differs from what was recorded.

    SESSION is a number of `hunch sessions`, or a file of `hunch export --format raw`. Nothing is
    changed and nobody is asked: the replay is in memory. The same replay gives the same text.

    Example: hunch replay 3 --engine none --threshold 0.5
    """
    from daemon.replay_diff import compare, counts, lines

    settings = settings_for(data_dir, model=engine, eagerness=eagerness)
    with _recorded(session, settings) as (recording, record):
        if against is None and record is None:
            against = BASE
        if against is not None:
            other = settings_for(data_dir, model=against)
            record, _ = asyncio.run(_played(recording, other, None, seed))
        replayed, name = asyncio.run(_played(recording, settings, threshold, seed))
    steps = compare(record or [], replayed)
    if as_json:
        document: dict[str, Any] = {
            "session": session, "against": against or "record", "engine": name,
            "threshold": threshold, "eagerness": settings.eagerness, "seed": seed,
            "counts": counts(steps), "steps": steps,
        }  # fmt: skip
        click.echo(msgspec.json.encode(document))
        return
    before = against or ", ".join(sorted({step.recorded.source for step in steps})) or "nobody"
    click.echo(f"- {before}\n+ {name}")
    for line in lines(steps, everything=everything):
        click.echo(line)


@contextlib.contextmanager
def _recorded(session: str, settings: Settings) -> "Iterator[tuple[Recording, list[Told] | None]]":
    """What is gone through, and what was told of it; None of a file, which has no sentences.

    Raises:
        HunchError: It is not there, or no file of raw records.
    """
    from daemon.replay import Recording, of_session
    from daemon.replay_told import told

    if not session.isdecimal():
        yield Recording(_segments(Path(session))), None
        return
    number = int(session)
    with Reader.open_readonly(settings.data_path / "hunch.db") as store:
        yield of_session(store, number), store.read(lambda conn: told(conn, number))


def _segments(path: Path) -> list[Segment]:
    from models.records import record_to_segment
    from models.trace import TraceError, read_records

    if not path.is_file():
        raise HunchError(
            "Replay", f"{path} is neither a session's number (`hunch sessions`) nor a file."
        )
    try:
        return [record_to_segment(record) for record in read_records(path)]
    except TraceError as error:
        raise HunchError("Records", str(error)) from error


async def _played(
    recording: "Recording", settings: Settings, threshold: float | None, seed: int
) -> "tuple[list[Told], str]":
    """A passage, and the model's name."""
    from daemon.replay import PATIENCE, replay
    from daemon.worker import ModelWorker
    from models.worker import Setup

    setup = Setup(settings.model, offline=settings.offline, exact=True, seed=seed)
    worker = ModelWorker(setup, patience=PATIENCE)
    try:
        told = await replay(recording, settings, worker, threshold=threshold, progress=_followed)
        status = await worker.status()
    finally:
        await worker.close()
    return told, status["model"] or BASE


def _followed(segments: Sequence[Segment]) -> Iterable[Segment]:
    """Go through segments with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return segments
    from rich.console import Console
    from rich.progress import track

    return track(segments, "telling again", console=Console(stderr=True), transient=True)
