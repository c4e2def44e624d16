"""Does Hunch learn its user? Votes one person at a time, scripted tastes, and real people's histories.

The head that learns is `models.personal`, with the daemon's own settings, which were chosen on these
tastes and people; the models beneath it never saw the trace, or the person, that they are scored on.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from models.lab.bench.fits import LeftOut
from models.lab.bench.metrics import Figures, told
from models.lab.bench.personal_histories import file_in, find, histories
from models.lab.bench.personal_priors import PRIORS, Histories, Prior
from models.lab.bench.personal_replay import Asked, Forecast, figures, own_auroc, replay
from models.lab.bench.personal_tastes import (
    SEEDS,
    TASTES,
    Judged,
    all_answered,
    app_of,
    kind_of,
    live,
)
from models.lab.bench.personal_votes import votes
from models.lab.bench.progress import Progress, quietly
from models.lab.bench.reward import Judged as JudgedRow
from models.lab.bench.reward import left_out
from models.lab.bench.table import Row, Section, Table
from models.lab.corpus import Corpus
from models.lab.training.samples import Embedded
from models.trace import TraceError, load_release

COLUMNS = ("auroc", "auroc_person", "brier", "ece", "log_loss", "log_loss_first")
TASTE_COLUMNS = (
    "rejected_without", "rejected", "fewer", "auroc_without", "auroc", "proposal_rate", "rejected_share",
)  # fmt: skip
BOUNDED = ("auroc", "auroc_person", "brier", "log_loss")
NAMES = {
    "auroc_person_gain": "AUROC inside a person gains",
    "persons_up": "share of persons with a gain",
    "log_loss_gain": "log loss falls by",
    "log_loss_first_gain": "over the first ten answers by",
}
PERSON_COLUMNS = tuple(f"{prior}{kind}" for prior in PRIORS for kind in ("_without", ""))
PERSON_NOTES = (
    "AUROC of acceptance inside each person under the blank, weak and strong prior, without learning (-) and with it",
    "(+), ranked without the offset; - with fewer than three of either answer.",
)
SHUFFLES = 5
NOTES = (
    "AUROC pools all answers (a constant fitted to the others has less than 0.5 there: who is left out raises it);",
    "own: the mean of each person's, ranked without the offset, which moves with every answer. loss: log loss in",
    "nats, first: of each person's first ten answers. Intervals over persons. A shuffled control keeps how much",
    "each person accepts, which the offset rightly learns; own must not rise.",
)
TASTE_NOTES = (
    "was, is: rejected proposals as a share of the 150 after 50 answers, without learning and with it, at equal",
    "accepted ones (what it takes to get 60 % of what the user takes). fewer: what is saved, 95 % over seeds.",
    "live: only what is shown is answered, by the daemon's rule and budget; n: streams in which it did not fall",
    "silent before; rate: what is shown, rej: what of that is rejected, both from the first proposal on. A noisy",
    "user refuses most for reasons that are not the taste's; a user without a taste shows the harm.",
)


class Replayed(NamedTuple):
    """The tables, and what a plot needs.

    Attributes:
        tables: In the order of the page.
        replays: Forecasts by row name, with and without learning.
        tastes: Figures by row name.
    """

    tables: list[Table]
    replays: dict[str, tuple[Sequence[Forecast], Sequence[Forecast]]]
    tastes: dict[str, Figures]


def bench_personal(
    data: Path | None,
    coderec: Path | None,
    embed: Embedded,
    progress: Progress = quietly,
    seeds: int = SEEDS,
) -> Replayed:
    """Replay users.

    Args:
        data: A released ProactiveBench folder; None leaves votes and tastes out.
        coderec: A folder of real histories; the one beside `data` by default.
        embed: Makes the vectors.
        progress: Goes through what takes long.
        seeds: Streams drawn of each scripted taste.

    Raises:
        TraceError: Neither is there, or a file is not of its format.
    """
    found = Replayed([], {}, {})
    folder = coderec or (data if data is not None and find(data) else None)
    shown = histories(folder) if folder else []  # before what takes minutes
    if data is not None and file_in(data) is None:
        corpus = Corpus(load_release(data))
        judged = left_out(corpus, LeftOut(corpus, embed), progress)
        judged = [item for item in judged if item.row.pred_task is not None]
        if stream := votes(judged):
            _votes(found, stream, data.resolve().name)
        if judged:
            _tastes(found, [_task(item) for item in judged], data.resolve().name, seeds)
    if folder:
        _histories(found, _name(folder), Histories(shown, embed))
    if not found.tables:
        raise TraceError(
            f"{data} has neither judged tasks, as a released folder has, nor a history of answers."
        )
    return found


def _task(item: JudgedRow) -> Judged:
    row = item.row
    return Judged(item.chance, kind_of(row.pred_task or ""), app_of(row.obs[-1]), row.valid)


def _votes(found: Replayed, stream: Sequence[Asked], name: str) -> None:
    rows = list(_pair(found, "votes", stream))
    people = len({item.person for item in stream})
    data = f"{name}: {len(stream)} votes of {people} people (a place in a trace's votes is a person), traces left out"
    sections = (
        Section(
            "Annotators, one at a time", bounded=BOUNDED, over="95 % over persons", names=NAMES
        ),
    )
    found.tables.append(Table("personal votes", data, COLUMNS, rows, NOTES, sections))


def _pair(found: Replayed, name: str, stream: Sequence[Asked]) -> Iterable[Row]:
    """A replay without learning and with it."""
    without, learning = replay(stream, learns=False), replay(stream)
    found.replays[name] = (without, learning)
    yield Row(f"without learning: {name}", "trace", len(stream), figures(without))
    yield Row(f"hunch: {name}", "trace", len(stream), figures(learning, without))


def _tastes(found: Replayed, judged: Sequence[Judged], name: str, seeds: int) -> None:
    rows = []
    for taste in TASTES:
        found.tastes[taste.name] = all_answered(judged, taste, seeds)
        rows.append(Row(f"hunch: {taste.name}", "trace", seeds, found.tastes[taste.name]))
    for taste in TASTES[:1]:
        control = all_answered(judged, taste, seeds, "shuffled")
        rows.append(Row(f"shuffled: {taste.name}", "trace", seeds, control))
    for taste in TASTES:
        answered, runs = live(judged, taste, seeds)
        rows.append(Row(f"hunch live: {taste.name}", "trace", runs, answered))
    data = f"{name}: {len(judged)} judged tasks as a stream, traces left out, {seeds} seeds"
    sections = (Section("Scripted tastes", bounded=("fewer",), over="95 % over seeds"),)
    found.tables.append(Table("personal tastes", data, TASTE_COLUMNS, rows, TASTE_NOTES, sections))


def _histories(found: Replayed, name: str, known: Histories) -> None:
    shown = known.shown
    rows: list[Row] = []
    for prior in PRIORS:
        rows += _pair(found, f"{prior} prior", list(known.stream(prior)))
    rows += [_control(known, prior) for prior in PRIORS]
    people = len({item.user for item in shown})
    accepted = sum(item.said for item in shown) / len(shown)
    data = (
        f"{name}: {len(shown)} answers of {people} people, {100 * accepted:.0f} %"
        " accepted, each person left out of the prior"
    )
    sections = (Section("Real histories", bounded=BOUNDED, over="95 % over persons", names=NAMES),)
    found.tables.append(Table("personal histories", data, COLUMNS, rows, NOTES, sections))
    persons = list(_persons(found))
    found.tables.append(Table("personal persons", data, PERSON_COLUMNS, persons, PERSON_NOTES))


def _persons(found: Replayed) -> Iterable[Row]:
    """Each person's own AUROC, without learning and with it, under each prior."""
    whole: dict[str, tuple[int, Figures]] = {}
    for prior in PRIORS:
        without, learning = found.replays[f"{prior} prior"]
        for key, forecasts in ((f"{prior}_without", without), (prior, learning)):
            for person, rows in groupby(forecasts, key=lambda row: row.asked.person):
                answers = list(rows)
                own = whole.setdefault(person, (len(answers), {}))[1]
                own[key] = told(own_auroc(answers))
    for person, (count, figures_of) in whole.items():
        yield Row(f"hunch: person {person}", "trace", count, figures_of)


def _name(folder: Path) -> str:
    file = find(folder)
    return (file.parent if file else folder).resolve().name


def _control(known: Histories, prior: Prior) -> Row:
    """Answers in another order inside each person: what learning must not find in them."""
    found: list[Figures] = []
    count = 0
    for seed in range(SHUFFLES):
        stream = list(known.stream(prior, known.shuffled(seed)))
        found.append(figures(replay(stream), replay(stream, learns=False)))
        count = len(stream)
    keys = (*COLUMNS, "auroc_person_gain", "log_loss_gain")
    means: Figures = {}
    for key in keys:
        values = [item[key] for item in found]
        means[key] = sum(value or 0.0 for value in values) / len(values)
    return Row(f"shuffled: {prior} prior", "trace", count, means)
