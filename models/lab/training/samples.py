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
from models.reading import Reading, read
from models.trace import Release, Response, RewardRow, TraceError

T = TypeVar("T")

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

    def read(self, observations: Sequence[Observation]) -> Reading:
        """The moment after the newest observation, as the daemon reads it."""
        return read(observations, self)


def trace_of(row: RewardRow) -> str:
    """Which trace a row belongs to: its first observation (the release's README)."""
    return row.obs[0].event


def trace_numbers(rows: Iterable[RewardRow]) -> dict[str, int]:
    """A number for each trace, in the order of their first observations."""
    return {name: place for place, name in enumerate(sorted({trace_of(row) for row in rows}))}


def whole_traces(release: Release) -> list[list[Observation]]:
    """The observations of all traces of a release, judged or not; answered ones from their longest run."""
    runs: dict[tuple[str, str], list[Response]] = {}
    for answer in release.responses:
        if answer.trace not in release.traces:
            runs.setdefault((answer.trace, answer.model), []).append(answer)
    longest: dict[str, list[Response]] = {}
    for (trace, _), run in sorted(runs.items()):
        if len(run) > len(longest.get(trace, [])):
            longest[trace] = sorted(run, key=lambda answer: answer.index)
    real = [[item.observation for item in trace] for _, trace in sorted(release.traces.items())]
    return [*real, *([answer.observation for answer in run] for run in longest.values())]


def apart(
    traces: Iterable[Sequence[Observation]], scored: Iterable[RewardRow]
) -> list[Sequence[Observation]]:
    """The traces that no scored row is a part of, told by their sentences: a trace has many names."""
    sentences = [{item.event for item in row.obs} for row in longest_rows(scored)]
    return [
        trace
        for trace in traces
        if not any(same_trace({item.event for item in trace}, known) for known in sentences)
    ]


def longest_rows(rows: Iterable[RewardRow]) -> list[RewardRow]:
    """Of each trace the row with the longest history."""
    found: dict[str, RewardRow] = {}
    for row in rows:
        if len(row.obs) > len(found[trace_of(row)].obs if trace_of(row) in found else ()):
            found[trace_of(row)] = row
    return list(found.values())


def same_trace(one: set[str], other: set[str]) -> bool:
    """Whether two sets of sentences are of one trace: half of the smaller stands in the other."""
    return 2 * len(one & other) >= min(len(one), len(other))


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
        np.stack([need_features(*embed.read(row.obs)[:2]) for row in chosen]),
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
                accept_features(*embed.read(row.obs)[:2], task, embed([task])[0])
                for row, task in chosen
            ]
        ),
        4 * SIZE,
        np.array([votes(row) for row, _ in chosen]),
        np.array([row.valid for row, _ in chosen]),
        np.array([traces[trace_of(row)] for row, _ in chosen]),
    )
