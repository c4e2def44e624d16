"""`hunch replay`: what another model, or another threshold, would have said of a session."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from daemon.cli.engines import NONE, engine_option, with_model
from daemon.cli.options import data_dir_option, json_option, settings_for
from daemon.cli.progress import followed
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.store.reader import Reader
from models.decision import COSTS
from models.engine.address import KEY
from models.segment import Segment

if TYPE_CHECKING:
    from daemon.egress import Ledger
    from daemon.replay import Recording
    from daemon.replay_told import Told


@click.command()
@click.argument("session")
@engine_option("Replay with this language model, or with `none` (default: your setting)")
@engine_option(
    "Compare with this one instead of the record, or with `none` (default for a file)",
    name="--against",
)
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

    SESSION is a number of `hunch sessions`, or a file of `hunch export --format raw`. Nothing of it is
    changed and nobody is asked: the replay is in memory, and `hunch egress` tells what a model was
    handed of a session. The same replay gives the same text. It goes by the settings of today.

    Example: hunch replay 3 --engine none --threshold 0.5
    """
    from daemon.replay_diff import compare, counts, lines

    settings = with_model(settings_for(data_dir, eagerness=eagerness), engine)
    with _recorded(session, settings) as (recording, record, ledger):
        if against is None and record is None:
            against = NONE
        if against is not None:
            other = with_model(settings_for(data_dir), against)
            record, _ = asyncio.run(_played(recording, other, None, seed, ledger))
        replayed, name = asyncio.run(_played(recording, settings, threshold, seed, ledger))
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
def _recorded(
    session: str, settings: Settings
) -> "Iterator[tuple[Recording, list[Told] | None, Ledger | None]]":
    """What is gone through, what was told of it, and where it is put down what goes to a model.

    A file has neither: it holds no sentences, and is the user's own to hand to whom they like.

    Raises:
        HunchError: It is not there, or no file of raw records.
    """
    from daemon.egress import Ledger
    from daemon.replay import Recording, of_session
    from daemon.replay_told import told
    from daemon.store.beside import Beside

    if not session.isdecimal():
        yield Recording(_segments(Path(session))), None, None
        return
    number, path = int(session), settings.data_path / "hunch.db"
    with Reader.open_readonly(path) as store:
        recording = of_session(store, number)
        with Beside(path) as beside:
            ledger = Ledger(beside, lambda: datetime.now(UTC))
            yield recording, store.read(lambda conn: told(conn, number)), ledger


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
    recording: "Recording",
    settings: Settings,
    threshold: float | None,
    seed: int,
    ledger: "Ledger | None",
) -> "tuple[list[Told], str]":
    """A passage, and the model's name."""
    from daemon.replay import PATIENCE, replay
    from daemon.worker import ModelWorker, setup_of

    setup = msgspec.structs.replace(setup_of(settings), exact=True, seed=seed)
    key = os.environ.get(KEY, "")
    worker = ModelWorker(setup, ledger, PATIENCE, key)
    try:
        told = await replay(
            recording, settings, worker, threshold=threshold, progress=followed("telling again")
        )
        status = await worker.status()
    finally:
        await worker.close()
    return told, status["model"] or NONE
