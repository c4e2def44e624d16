"""A line of the speed table: who, how many, and the figures by name."""

from typing import NamedTuple

import msgspec

Figures = dict[str, float | None]


class SpeedRow(msgspec.Struct, frozen=True):
    """One line.

    Attributes:
        name: ``hunch``, or a peer by its name.
        what: What was measured: ``heartbeats in the process``.
        n: How often.
        figures: ``per_s``, ``p50_s``, ``p95_s``, ``p99_s``, ``ratio`` (to the peer above it or named
            in the goal), ``rss_mb``, ``cpu`` (share of one core), ``mb``, ``cpu_p50_s`` (of the
            processor), ``tokens`` (on average), ``tokens_max``, ``share``, ``gb_per_s``;
            None where it is missing.
        goal: What issue and README promise, in words; empty where nothing is.
    """

    name: str
    what: str
    n: int
    figures: Figures
    goal: str = ""


class Measured(NamedTuple):
    """The lines of a section, and what a reader must know of them."""

    rows: list[SpeedRow]
    notes: list[str]


def percentile(values: list[float], share: float) -> float:
    """The value below which so large a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
