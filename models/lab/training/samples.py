"""Reward rows as numbers: features, soft targets, and the trace that each row belongs to.

Knows ProactiveBench's rows and the features of gate and reward model; fits nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.encoder import SIZE, Encoder, Vectors
from models.features import accept_features, need_features
from models.observation import Observation
from models.trace import RewardRow, TraceError

T = TypeVar("T")

CONTEXT = 16  # newest observations, as in the daemon

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Samples(NamedTuple):
    """What a head is fitted on.

    Attributes:
        features: Shape [n, d].
        vector_columns: How many of the first columns are parts of sentence vectors; plain numbers follow.
        targets: Shares of votes, shape [n].
        truth: The majority's word, shape [n].
        groups: The trace of each row, shape [n].
    """

    features: Vectors
    vector_columns: int
    targets: Floats
    truth: Flags
    groups: NDArray[np.int64]

    def take(self, rows: Flags) -> Self:
        """Some of the rows."""
        return self._replace(
            features=self.features[rows],
            targets=self.targets[rows],
            truth=self.truth[rows],
            groups=self.groups[rows],
        )


class Embedded:
    """Sentences with their vectors, each encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape [len(texts), SIZE]."""
        for text in texts:
            if text not in self._vectors:
                self._vectors[text] = self._encoder.encode([text])[0]
        return np.stack([self._vectors[text] for text in texts])

    def history(self, observations: Sequence[Observation]) -> tuple[list[Observation], Vectors]:
        """The newest observations that the models read, and their vectors."""
        newest = list(observations[-CONTEXT:])
        return newest, self([item.event for item in newest])


def trace_of(row: RewardRow) -> str:
    """Which trace a row belongs to: its first observation (the release's README)."""
    return row.obs[0].event


def trace_numbers(rows: Iterable[RewardRow]) -> dict[str, int]:
    """A number for each trace, in the order of their first observations."""
    return {name: place for place, name in enumerate(sorted({trace_of(row) for row in rows}))}


def votes(row: RewardRow) -> float:
    """The share of annotators who accept the task; the majority's word where no vote is kept."""
    return sum(row.annotation) / len(row.annotation) if row.annotation else float(row.valid)


def _some(rows: list[T]) -> list[T]:
    if not rows:
        raise TraceError(
            "Nothing is left to learn from: the data need judged tasks from two traces at least."
        )
    return rows


def need_samples(rows: Sequence[RewardRow], embed: Embedded, traces: dict[str, int]) -> Samples:
    """One sample a history: all rows of one share N_t."""
    seen: dict[tuple[str, ...], RewardRow] = {}
    for row in rows:
        seen.setdefault(tuple(item.event for item in row.obs), row)
    chosen = _some(list(seen.values()))
    return Samples(
        np.stack([need_features(*embed.history(row.obs)) for row in chosen]),
        SIZE,
        np.array([float(row.help_needed) for row in chosen]),
        np.array([row.help_needed for row in chosen]),
        np.array([traces[trace_of(row)] for row in chosen]),
    )


def accept_samples(rows: Sequence[RewardRow], embed: Embedded, traces: dict[str, int]) -> Samples:
    """One sample a proposed task; the target is the share of votes for it."""
    chosen = _some([(row, row.pred_task) for row in rows if row.pred_task is not None])
    return Samples(
        np.stack(
            [
                accept_features(*embed.history(row.obs), task, embed([task])[0])
                for row, task in chosen
            ]
        ),
        4 * SIZE,
        np.array([votes(row) for row, _ in chosen]),
        np.array([row.valid for row, _ in chosen]),
        np.array([traces[trace_of(row)] for row, _ in chosen]),
    )
