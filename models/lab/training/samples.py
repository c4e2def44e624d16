"""Reward rows as moments and judged tasks: how each is read, its votes, and the trace that it belongs to.

Knows ProactiveBench's rows and releases; fits nothing. What models answered on traces is read for the
traces' sentences alone.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder, Vectors
from models.observation import Observation
from models.reading import Reading, read
from models.trace import Release, Response, RewardRow, TraceError, prefix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Votes = tuple[bool, ...]


class Embedded:
    """Sentences with their vectors, each encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        """The encoder's."""
        return self._encoder.name

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape [len(texts), SIZE]."""
        for text in texts:
            if text not in self._vectors:
                self._vectors[text] = self._encoder.encode([text])[0]
        return np.stack([self._vectors[text] for text in texts])

    def read(self, observations: Sequence[Observation]) -> Reading:
        """The moment after the newest observation, as the daemon reads it."""
        return read(observations, self)


class Moments(NamedTuple):
    """The histories of some rows, each once.

    Attributes:
        readings: As the models read them.
        needed: Whether help was needed (N_t), shape [n].
        traces: The number of each one's recording, shape [n].
        recorded: Whether its trace was recorded from a person, or else told by a model; shape [n].
        tasks: The tasks that were judged there.
        votes: Of each task.
    """

    readings: list[Reading]
    needed: Flags
    traces: Ints
    recorded: Flags
    tasks: list[list[str]]
    votes: list[list[Votes]]


class Tasks(NamedTuple):
    """All judged tasks of some moments, in order.

    Attributes:
        moments: The place of each one's moment, shape [n].
        texts: One sentence each.
        shares: Of votes for it, shape [n].
        accepted: The majority's word, shape [n].
        traces: Shape [n].
    """

    moments: Ints
    texts: list[str]
    shares: Floats
    accepted: Flags
    traces: Ints


def moments_of(rows: Sequence[RewardRow], embed: Embedded) -> Moments:
    """The moments that the rows are about.

    Raises:
        TraceError: There is none.
    """
    groups = list(prefix(rows).values())
    _some(groups)
    numbers = recordings(rows)
    judged = [[(row.pred_task, ballot(row)) for row in group if row.pred_task] for group in groups]
    return Moments(
        [embed.read(group[0].obs) for group in groups],
        np.array([group[0].help_needed for group in groups]),
        np.array([numbers[group[0].obs[0]] for group in groups]),
        np.array([not group[0].obs[0].time.startswith("Day") for group in groups]),
        [[task for task, _ in found] for found in judged],
        [[given for _, given in found] for found in judged],
    )


def tasks_of(moments: Moments) -> Tasks:
    """The tasks that were judged at these moments.

    Raises:
        TraceError: There is none.
    """
    found = [
        (place, task, sum(given) / len(given))
        for place, tasks in enumerate(moments.tasks)
        for task, given in zip(tasks, moments.votes[place], strict=True)
    ]
    _some(found)
    places = np.array([place for place, _, _ in found])
    shares = np.array([share for _, _, share in found])
    return Tasks(
        places, [task for _, task, _ in found], shares, shares > 0.5, moments.traces[places]
    )


def trace_of(row: RewardRow) -> str:
    """Which trace a row belongs to: its first observation (the release's README)."""
    return row.obs[0].event


def votes(row: RewardRow) -> float:
    """The share of annotators who accept the task; the majority's word where no vote is kept."""
    return sum(ballot(row)) / len(ballot(row))


def ballot(row: RewardRow) -> Votes:
    """Each annotator's vote, or else the majority's word alone."""
    return tuple(row.annotation) or (row.valid,)


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


def longest_rows(rows: Iterable[RewardRow]) -> dict[Observation, RewardRow]:
    """Of the rows that begin alike the one with the longest history, by their first observation."""
    found: dict[Observation, RewardRow] = {}
    for row in rows:
        first = row.obs[0]
        if first not in found or len(row.obs) > len(found[first].obs):
            found[first] = row
    return found


def recordings(rows: Iterable[RewardRow]) -> dict[Observation, int]:
    """The number of the recording that a row belongs to, by its first observation: cut rows are of the whole's."""
    longest = sorted(longest_rows(rows).items(), key=lambda item: (item[0].event, item[0].time))
    groups = joined([{item.event for item in row.obs} for _, row in longest])
    return {first: group for (first, _), group in zip(longest, groups, strict=True)}


def joined(texts: Sequence[set[str]]) -> list[int]:
    """For each text the first of all texts that are, by way of others, of one recording with it."""
    group = list(range(len(texts)))
    for later, text in enumerate(texts):
        for earlier in range(later):
            if text and texts[earlier] and same_trace(text, texts[earlier]):
                low, high = sorted((group[earlier], group[later]))
                group = [low if each == high else each for each in group]
    return group


def same_trace(one: set[str], other: set[str]) -> bool:
    """Whether two sets of sentences are of one trace: half of the smaller stands in the other."""
    return 2 * len(one & other) >= min(len(one), len(other))


def _some(found: Sequence[object]) -> None:
    if not found:
        raise TraceError(
            "Nothing is left to learn from: the data need judged tasks from two traces at least."
        )
