"""One annotator against the others: how far people agree, as rows of the tables.

Scored where three voted. What one of them says is held against what the other two agree on; where
they do not agree on a task, it is left out.
"""

from collections.abc import Sequence

from models.lab.bench.intervals import with_intervals
from models.lab.bench.metrics import Outcome
from models.lab.bench.moments import Moment
from models.lab.bench.table import Row
from models.trace import RewardRow

NAME = "one against the others"
VOTES = 3


def need_cases(moments: Sequence[Moment]) -> Row:
    """Need: an annotator accepts some task; the truth is that the two others accept one together."""
    outcomes = []
    for moment in moments:
        votes = [item.votes for item in moment.candidates if len(item.votes) == VOTES]
        for person in range(VOTES if votes else 0):
            others = any(all(_others(each, person)) for each in votes)
            own = [each[person] for each in votes]
            outcomes.append(Outcome(any(own), others, sum(own) / len(own), moment.group))
    return _row(outcomes)


def accept_cases(rows: Sequence[RewardRow], groups: Sequence[str]) -> Row:
    """Acceptance of a task."""
    outcomes = [
        Outcome(row.annotation[person], all(others), float(row.annotation[person]), group)
        for row, group in zip(rows, groups, strict=True)
        if row.pred_task is not None and len(row.annotation) == VOTES
        for person in range(VOTES)
        if len(set(others := _others(row.annotation, person))) == 1
    ]
    return _row(outcomes)


def _others(votes: Sequence[bool], person: int) -> list[bool]:
    return [vote for place, vote in enumerate(votes) if place != person]


def _row(outcomes: Sequence[Outcome]) -> Row:
    figures = with_intervals([outcomes]) | {"brier": None, "ece": None}  # a vote is no forecast
    for name in ("brier_low", "brier_high"):
        figures.pop(name, None)
    return Row(NAME, "none", len(outcomes), figures)
