"""Data that are scored, and what may be fitted when some of their traces are left out.

A recording may stand in several files: as a trace, as the histories of reward rows, as what the
models were shown, whole or in part, and under another name. All that share their sentences are one
group, and are left out together, whatever they are called.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from models.lab.training.samples import joined, longest_rows, whole_traces
from models.observation import Observation
from models.trace import Release, RewardRow, TraceError, load_release, read_trace, traces_of

Key = tuple[str, ...]

TOO_FEW = "Too few recordings with judged tasks to leave one out: three are needed."
TRACES_ALONE = "No reward rows: help is needed where the traces say so (task_status)."
FEWEST = 3  # recordings with judged tasks: one is scored, one fitted on, one calibrated on


class Corpus:
    """A release by recordings.

    Attributes:
        release: As it was read.
        rows: All reward rows.
        doubles: What a reader must know of traces that are one recording.
        fittable: Whether a recording can be left out, and enough is left to learn from.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.rows = [*release.train, *release.test]
        longest = longest_rows(self.rows)
        self._whole = whole_traces(release)
        names = [*sorted(release.traces), *(first.event for first in longest)]
        names[len(release.traces) : len(release.traces)] = [
            trace[0].event if trace else "" for trace in self._whole[len(release.traces) :]
        ]
        texts = [
            _sentences(trace) for trace in [*self._whole, *(row.obs for row in longest.values())]
        ]
        groups = joined(texts)
        label = [names[group] for group in groups]
        self._of_whole = label[: len(self._whole)]
        self._of_trace = dict(zip(sorted(release.traces), label, strict=False))
        self._of_first = dict(zip(longest, label[len(self._whole) :], strict=True))
        self.doubles = _doubles(self._of_trace)
        judged = {self.of_row(row) for row in self.rows if row.pred_task is not None}
        # The release always tries, and fails with a sentence: its table without its headline misleads.
        self.fittable = release.released or len(judged) >= FEWEST

    def require_split(self) -> None:
        """Refuse where the paper's split is all that was asked for, and a release has none.

        Raises:
            TraceError: It has none.
        """
        if self.release.released and not self.release.test:
            raise TraceError(
                "reward_data/test_data.jsonl holds no row, so there is no paper's split: use --folds trace."
            )

    def of_trace(self, name: str) -> str:
        """The group of a scored trace."""
        return self._of_trace[name]

    def of_row(self, row: RewardRow) -> str:
        """The group of a reward row."""
        return self._of_first[row.obs[0]]

    def judged(self) -> list[str]:
        """The groups that have reward rows, in order."""
        return sorted({self.of_row(row) for row in self.rows})

    def rows_of(self, group: str) -> list[RewardRow]:
        """The reward rows of a recording."""
        return [row for row in self.rows if self.of_row(row) == group]

    def rows_without(self, groups: Collection[str]) -> list[RewardRow]:
        """The reward rows of other recordings."""
        return [row for row in self.rows if self.of_row(row) not in groups]

    def unlabelled_without(self, groups: Iterable[str]) -> list[list[Observation]]:
        """Whole traces of other recordings, judged or not."""
        out = set(groups)
        return [
            trace
            for trace, group in zip(self._whole, self._of_whole, strict=True)
            if trace and group not in out
        ]


def load_scored(path: Path) -> Release:
    """What a model's tasks can be scored on: what `load_release` reads, or traces without any reward row.

    Args:
        path: A folder of traces (`*.json`, or in `test_data`) or one of them; or what `load_release` takes.

    Raises:
        TraceError: There is neither a trace nor reward rows, or a file is not of its format.
    """
    if path.is_file() and path.suffix == ".json":
        return Release({path.stem: read_trace(path)}, [], [], [], [TRACES_ALONE], released=False)
    inside = path / "test_data"
    if path.is_dir() and not (path / "reward_data").is_dir() and not any(path.glob("*.jsonl")):
        traces = traces_of((inside if inside.is_dir() else path).glob("*.json"))
        if traces:
            return Release(traces, [], [], [], [TRACES_ALONE], released=False)
    return load_release(path)


def key(observations: Sequence[Observation]) -> Key:
    """A history by its sentences."""
    return tuple(item.event for item in observations)


def _sentences(observations: Sequence[Observation]) -> set[str]:
    return {item.event for item in observations}


def _doubles(groups: dict[str, str]) -> list[str]:
    by_group: dict[str, list[str]] = {}
    for trace, group in groups.items():
        by_group.setdefault(group, []).append(trace)
    return [
        f"{' and '.join(traces)} are one recording, and are left out together."
        for traces in by_group.values()
        if len(traces) > 1
    ]
