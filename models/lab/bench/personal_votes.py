"""The annotators' votes, one person at a time: who they are is not told, so a person is a place in a trace's votes."""

from collections.abc import Sequence

from models.lab.bench.personal_replay import Asked
from models.lab.bench.personal_tastes import kind_of
from models.lab.bench.reward import Judged
from models.lab.training.samples import trace_of
from models.personal import OFFSET
from models.trace import RewardRow


def votes(judged: Sequence[Judged]) -> list[Asked]:
    """Each person's votes on proposed tasks in the order of their trace."""
    people: dict[str, list[Judged]] = {}
    for item in judged:
        for place in range(len(item.row.annotation)):
            people.setdefault(f"{trace_of(item.row)} #{place}", []).append(item)
    return [
        Asked(person, len(item.row.obs), item.chance, _terms(item.row), item.row.annotation[place])
        for person, items in people.items()
        for place in [int(person.rpartition("#")[2])]
        for item in sorted(items, key=lambda item: len(item.row.obs))
    ]


def _terms(row: RewardRow) -> dict[str, float]:
    """The offset and the sort of help; the trace's program and hour are not those of who judged it."""
    return dict.fromkeys((OFFSET, f"skill:{kind_of(row.pred_task or '')}"), 1.0)
