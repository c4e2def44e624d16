"""The lines of table 3: who spoke when, and what came of it; each has the figures of all parts of the table."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from models.decision import COSTS, Costs, Eagerness, need_threshold
from models.lab.bench import peers, policies
from models.lab.bench.fits import Contender, LeftOut, shipped
from models.lab.bench.intervals import Scored, leave_pair_out, with_intervals
from models.lab.bench.metrics import Figures, Outcome
from models.lab.bench.moments import Forecast, Moment, candidates, said_by
from models.lab.bench.progress import Progress
from models.lab.bench.table import Folds, Row
from models.lab.corpus import Corpus, key
from models.lab.training.samples import Embedded
from models.trace import prefix

MOST, JUDGED = (
    "most_",
    "judged_",
)  # before the figures of the other question, and of the paper's scoring
AS_SHIPPED = "hunch, as shipped"
EAGERNESS: tuple[tuple[Eagerness, str], ...] = (
    ("balanced", ""), ("quiet", ", quiet"), ("eager", ", eager"),
)  # fmt: skip


class Run(NamedTuple):
    """What was forecast with one seed.

    Attributes:
        models: Fitted without whatever is scored.
        said: Forecasts for all moments.
    """

    models: LeftOut
    said: Sequence[Forecast]


def as_shipped(moments: Sequence[Moment], left_out: LeftOut) -> list[Row]:
    """The models as they are, on data that they were not fitted on."""
    said = said_by(shipped(left_out.embed), moments, left_out)
    row = _spoken(AS_SHIPPED, "none", [said], COSTS["balanced"])
    return [row, _learning(AS_SHIPPED, "none", [said])]


def ours(runs: Sequence[Run], name: str, pairs: Progress | None) -> list[Row]:
    """The rows that the table is about; with `pairs`, also fitted without each pair of recordings."""
    said = [run.said for run in runs]
    rows = [
        _spoken(f"{name}{word}", "trace", said, COSTS[eagerness]) for eagerness, word in EAGERNESS
    ]
    if pairs is not None:
        rows[0].figures.update(_lpo(runs[0], pairs))
    return [*rows, _learning(name, "trace", said)]


def _spoken(name: str, folds: Folds, runs: Sequence[Sequence[Forecast]], costs: Costs) -> Row:
    """A row in each of the table's parts."""
    figures = with_intervals([policies.timing(said, costs, needed) for said in runs])
    most = [_most(said) for said in runs]
    if most[0]:
        figures |= _under(MOST, [policies.timing(said, costs, _most_accepted) for said in most])
    figures |= _under(JUDGED, [policies.gate_and_choice(said, costs) for said in runs])
    return Row(name, folds, len(runs[0]), figures)


def _learning(name: str, folds: Folds, runs: Sequence[Sequence[Forecast]]) -> Row:
    told = [policies.learning(said, COSTS["balanced"]) for said in runs]
    return Row(f"{name}, learning the trace's user", folds, len(runs[0]), with_intervals(told))


def mixed(runs: Sequence[Run], name: str) -> list[Row]:
    """Chance or the truth in the place of our gate or our choice."""

    def gate(item: Forecast) -> bool:
        return item.need >= need_threshold(COSTS["balanced"])

    def always(item: Forecast) -> bool:
        return True

    def at_need(item: Forecast) -> bool:
        return item.moment.needed

    rules = {
        "always, our choice": (always, policies.by_reward),
        "always, perfect choice": (always, policies.by_people),
        "our gate, random choice": (gate, policies.at_random),
        "our gate, our choice": (gate, policies.by_reward),
        "our gate, perfect choice": (gate, policies.by_people),
        "perfect gate, random choice": (at_need, policies.at_random),
        "perfect gate, our choice": (at_need, policies.by_reward),
    }
    return [
        Row(
            words.replace("our", f"{name}'s"),
            "trace",
            len(runs[0].said),
            _under(JUDGED, [policies.judged(run.said, speaks, chooses) for run in runs]),
        )
        for words, (speaks, chooses) in rules.items()
    ]


def constant(moments: Sequence[Moment]) -> list[Row]:
    """Who always or never proposes."""
    rows = []
    for name, said in (("always propose", True), ("never propose", False)):
        chance = float(said)
        blind = [Forecast(item, chance, ()) for item in moments]
        figures = with_intervals([[_fixed(item, item.needed, said) for item in moments]])
        most = [_fixed(item, bool(item.most), said) for item in moments if item.most is not None]
        figures |= _under(MOST, [most]) if most else {}
        judged = policies.judged(blind, lambda item: item.need > 0, policies.at_random)
        figures |= _under(JUDGED, [judged])
        rows.append(Row(name, "none", len(moments), figures))
    return rows


def models(corpus: Corpus, moments: Sequence[Moment], left_out: LeftOut | None) -> list[Row]:
    """The other models' released answers."""
    by_model: dict[str, list[peers.Answer]] = {}
    for answer in peers.answers(corpus.release, moments):
        by_model.setdefault(answer.model, []).append(answer)
    rows = []
    for name, found in by_model.items():
        figures = with_intervals([[peers.timed(item, item.moment.needed) for item in found]])
        most = [item for item in found if item.moment.most is not None]
        if most:
            outcomes = [peers.timed(item, bool(item.moment.most)) for item in most]
            figures |= _under(MOST, [outcomes])
        if left_out is not None:
            judged = [outcome for item in found for outcome in peers.judged(item, left_out)]
            figures |= _under(JUDGED, [judged])
        rows.append(Row(name, "none", len(found), figures))
    return rows


def memorised(
    corpus: Corpus, moments: Sequence[Moment], embed: Embedded, contender: Contender
) -> Row:
    """Our gate on the paper's split: what it was fitted on, it knows."""
    left_out = LeftOut(corpus, embed, contender)
    models = left_out.on_paper({item.group for item in moments})
    said = said_by(models, moments, left_out)
    figures = with_intervals([policies.timing(said, COSTS["balanced"], needed)])
    return Row(contender.name, "paper", len(moments), figures)


def taught(corpus: Corpus, run: Run, name: str) -> Row:
    """Our gate, taught the other question: whether most annotators accept some task."""
    most = {
        history: any(item.accepted for item in candidates(rows))
        for history, rows in prefix(corpus.rows).items()
    }
    outcomes = []
    for group in sorted({item.moment.group for item in run.said}):
        rows = corpus.rows_without([group])
        other = [msgspec.structs.replace(row, help_needed=most[key(row.obs)]) for row in rows]
        gate = run.models.gate_on(other, [group])
        for item in _most(run.said):
            if item.moment.group == group:
                reading = run.models.embed.read(item.moment.history)
                outcomes.append(item._replace(need=gate.need(reading).probability))
    told = policies.timing(outcomes, COSTS["balanced"], _most_accepted)
    return Row(f"{name}, taught this question", "trace", len(told), _under(MOST, [told]))


def _lpo(run: Run, progress: Progress) -> Figures:
    moments = [item.moment for item in run.said]

    def scores(pair: tuple[str, str]) -> list[Scored]:
        gate, read = run.models.gate_without(pair), run.models.embed.read
        return [
            Scored(item.group, gate.need(read(item.history)).probability, item.needed)
            for item in moments
            if item.group in pair
        ]

    return leave_pair_out(scores, sorted({item.group for item in moments}), progress)


def _under(before: str, runs: Sequence[Sequence[Outcome]]) -> Figures:
    return {f"{before}{name}": figure for name, figure in with_intervals(runs).items()}


def _fixed(moment: Moment, truth: bool, said: bool) -> Outcome:
    return Outcome(said, truth, float(said), moment.group)


def needed(moment: Moment) -> bool:
    """Whether help was needed, by the label asked for."""
    return moment.needed


def _most_accepted(moment: Moment) -> bool:
    return bool(moment.most)


def _most(said: Sequence[Forecast]) -> list[Forecast]:
    return [item for item in said if item.moment.most is not None]
