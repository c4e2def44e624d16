"""`hunch bench speed`: what capture takes in and what it costs, beside ActivityWatch in the same run."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from daemon.bench.disk import disk
from daemon.bench.heartbeats import in_process, over_http
from daemon.bench.load import load
from daemon.bench.peers import PeersMissingError, interpreter
from daemon.bench.rows import Measured, SpeedRow
from daemon.errors import HunchError

log = logging.getLogger(__name__)


class Scale(NamedTuple):
    """How much is measured.

    Attributes:
        heartbeats: In the process; the peers' stores get a tenth.
        requests: Over HTTP, for each number of clients.
        seconds: Of work at the desktop, and of idleness.
        days: Of the year that is read.
    """

    heartbeats: int = 50_000
    requests: int = 1_500
    seconds: float = 30.0
    days: int = 365


QUICK = Scale(2_000, 100, 3.0, 3)


def capture(scale: Scale, said: Callable[[str], None]) -> Measured:
    """Measure the section `capture`.

    Args:
        scale: How much.
        said: Told what is measured next.
    """
    notes = []
    try:
        python: Path | None = interpreter()
    except PeersMissingError as error:
        python = None
        notes.append(f"The peers are missing: {error}.")
    rows: list[SpeedRow] = []
    with tempfile.TemporaryDirectory(prefix="hunch-bench-") as folder:
        for name, part in _parts(Path(folder), python, scale):
            said(name)
            try:
                rows += part
            except HunchError as error:  # no virtual desktop here, say
                notes.append(f"{name}: {error.message}")
    if any(value is None for row in rows for value in row.figures.values()):
        notes.append("A dash is a peer that could not be run here.")
    return Measured(rows, notes)


def _parts(
    folder: Path, python: Path | None, scale: Scale
) -> Iterator[tuple[str, Iterator[SpeedRow]]]:
    yield "heartbeats in the process", in_process(folder, python, scale.heartbeats)
    yield "heartbeats over HTTP", over_http(folder, python, scale.requests)
    yield "work and idleness at a desktop", load(folder, scale.seconds)
    yield "a day and a year on disk", disk(folder / "year", scale.days)
