"""The annotators' votes, one person at a time: who they are is not told, so a person is a place in a trace's votes."""

from collections.abc import Sequence

from models.lab.bench.personal_replay import Asked
from models.lab.bench.personal_tastes import kind_of
from models.lab.training.samples import trace_of
from models.observation import Judgement
from models.personal import OFFSET
from models.trace import RewardRow


def votes(judged: Sequence[tuple[RewardRow, Judgement]]) -> list[Asked]:
    """Each person's votes on proposed tasks in the order of their trace."""
    people: dict[str, list[tuple[int, RewardRow, float, bool]]] = {}
    for row, judgement in judged:
        for place, vote in enumerate(row.annotation):
            person = f"{trace_of(row)} #{place}"
            item = (len(row.obs), row, judgement.probability, vote)
            people.setdefault(person, []).append(item)
    return [
        Asked(person, moment, chance, _terms(row), vote)
        for person, items in people.items()
        for moment, row, chance, vote in sorted(items, key=lambda item: item[0])
    ]


def _terms(row: RewardRow) -> dict[str, float]:
    """The offset and the sort of help; the trace's program and hour are not those of who judged it."""
    return dict.fromkeys((OFFSET, f"skill:{kind_of(row.pred_task or '')}"), 1.0)
