"""Table 2 of the paper: does a reward model judge as people do (section 4.1)?

Two foldings: the paper's random split, which leaks (each test history also
stands in the training rows), and whole recordings left out. Silence is judged as
well: accepted when there is no need.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from models.encoder import Encoder
from models.lab.bench import printed
from models.lab.bench.annotators import accept_cases
from models.lab.bench.fits import HEADS, Contender, LeftOut, Models, shipped
from models.lab.bench.intervals import BOUNDED, Scored, leave_pair_out, with_intervals
from models.lab.bench.metrics import NAMES, Figures, Outcome
from models.lab.bench.progress import Progress, quietly
from models.lab.bench.table import Folds, Row, Section, Table
from models.lab.corpus import TOO_FEW, Corpus, key
from models.lab.training.samples import Embedded
from models.lab.training.train_heads import data_hash
from models.llm_judge import NoVerdict
from models.trace import (
    CORRECT_DETECTION,
    CORRECT_REJECTION,
    FALSE_ALARM,
    MISSED_NEED,
    RewardRow,
    TraceError,
    load_release,
)

AGREEMENTS = {
    "agreement_mn": MISSED_NEED,
    "agreement_nr": CORRECT_REJECTION,
    "agreement_cd": CORRECT_DETECTION,
    "agreement_fd": FALSE_ALARM,
}
COLUMNS = (*AGREEMENTS, *NAMES)
FORECASTS = ("auroc", "brier", "ece")
RANKED = ("auroc", "brier")  # resampled, an ECE is biased up: its interval would mislead
TOLD = {
    "auroc_task": "acceptance of tasks alone: AUROC",
    "auroc_unanimous": "where all annotators agree: AUROC",
    "auroc_unanimous_three": "where three agree: AUROC",
    "auroc_lpo_task": "both traces of each pair left out: AUROC",
    "auroc_within_task": "within a trace: AUROC",
    "brier_task": "Brier",
    "ece_task": "ECE",
}

NOTES = (
    "Percent; AUROC, Brier and ECE as fractions. MN, NR, CD, FD: agreement on needs missed, silences, detections and"
    " false detections. rate: share judged as accepted; quiet: share of wrong ones rejected. Accepted is what is"
    " likelier accepted than not. n counts rows; of one annotator, votes on which the other two agree.",
    "folds paper: the paper's random split. It leaks: the need of each test history stands in the training rows, so a"
    " lookup table of it does as well as a fine-tuned 8B model: memorisation, which tells nothing of a new user."
    " folds trace: whole recordings left out, in whatever file they stand: the headline.",
)


class Judged(NamedTuple):
    """A row and what was said of it.

    Attributes:
        row: The row.
        group: The recording that it belongs to.
        said: Whether it was judged as accepted; None for an answer that is none.
        chance: P(accept); 0 for an answer that is none.
    """

    row: RewardRow
    group: str
    said: bool | None
    chance: float


def bench_reward(
    folder: Path,
    encoder: Encoder,
    folds: Sequence[Folds],
    *,
    seeds: int = 1,
    thorough: bool = False,
    contender: Contender = HEADS,
    progress: Progress = quietly,
) -> Table:
    """Score reward models on a folder.

    Args:
        folder: The released folder, whole or in part, or a user's own exports.
        encoder: Makes the vectors.
        folds: ``paper``, ``trace`` or both.
        seeds: How often to fit what is drawn by chance.
        thorough: Also fit without each pair of traces.
        contender: Whose models.
        progress: Goes through the traces as they are left out in turn.

    Raises:
        TraceError: The data cannot be read, or hold no judged task.
    """
    corpus = Corpus(load_release(folder))
    if "trace" not in folds:
        corpus.require_split()
    if not any(row.pred_task for row in corpus.rows):
        raise TraceError(f"{folder} holds no judged task: reward rows with a pred_task are needed.")
    embed = Embedded(encoder)
    lefts = [LeftOut(corpus, embed, contender, seed) for seed in range(seeds)]
    rows: list[Row] = []
    curves = {}
    if "paper" in folds and corpus.release.test:
        rows += [*printed.reward_rows(), *_peers(corpus, corpus.release.test, "paper")]
        rows.append(_lookup(corpus))
        rows.append(
            _ours(
                contender.name,
                "paper",
                [_paper(corpus, left, contender, progress) for left in lefts],
            )
        )
    if not corpus.release.released:
        models = shipped(embed)
        said = [_judge(models, embed, row, corpus.of_row(row)) for row in corpus.rows]
        rows += [*_peers(corpus, corpus.rows, "none"), _ours("hunch, as shipped", "none", [said])]
    if "trace" in folds and contender.learns and corpus.fittable:
        runs = [left_out(corpus, left, progress) for left in lefts]
        rows += _peers(corpus, corpus.rows, "trace")
        rows.append(accept_cases(corpus.rows, [corpus.of_row(row) for row in corpus.rows]))
        ours = _ours(contender.name, "trace", runs)
        if thorough:
            ours.figures.update(_lpo(corpus, lefts[0], progress))
        rows.append(ours)
        curves["acceptance"] = [_outcome(item) for item in runs[0] if item.row.pred_task]
    few = [] if corpus.fittable else [TOO_FEW]
    notes = (
        *corpus.doubles,
        *corpus.release.missing,
        *few,
        *NOTES,
        *filter(None, [contender.note]),
    )
    return Table("reward", _data(folder, corpus), COLUMNS, rows, notes, SECTIONS, curves)


SECTIONS = (
    Section(
        "The paper's random split, which leaks: memorisation",
        folds=("paper",),
        names={"invalid": "share of answers that are no judgement, errors of their own:"},
    ),
    Section(
        "Whole recordings left out: the headline",
        folds=("trace", "none"),
        bounded=BOUNDED,
        names=TOLD,
    ),
)


def left_out(corpus: Corpus, left: LeftOut, progress: Progress = quietly) -> list[Judged]:
    """Each row with the judgement of a model that saw nothing of its recording."""
    judged: list[Judged] = []
    for group in progress(corpus.judged()):
        models = left.without([group])
        judged += [_judge(models, left.embed, row, group) for row in corpus.rows_of(group)]
    return judged


def _paper(corpus: Corpus, left: LeftOut, contender: Contender, progress: Progress) -> list[Judged]:
    """The paper's test rows, by models fitted on its training rows."""
    rows = corpus.release.test
    models = left.on_paper({corpus.of_row(row) for row in rows})
    count = min(contender.limit or len(rows), len(rows))
    chosen = [rows[place * len(rows) // count] for place in range(count)]
    asked = chosen if contender.learns else progress(chosen)  # a language model takes seconds a row
    return [_judge(models, left.embed, row, corpus.of_row(row)) for row in asked]


def _judge(models: Models, embed: Embedded, row: RewardRow, group: str) -> Judged:
    try:
        judgement = models.reward.judge(embed.read(row.obs), row.pred_task)
    except NoVerdict:
        return Judged(row, group, None, 0.0)
    return Judged(row, group, judgement.accepted, judgement.probability)


def _ours(name: str, folds: Folds, runs: Sequence[Sequence[Judged]]) -> Row:
    figures = _figures(runs)
    for part, chosen in PARTS.items():
        outcomes = [[_outcome(item) for item in run if chosen(item.row)] for run in runs]
        found = with_intervals(outcomes, RANKED)
        for figure in (*FORECASTS, "auroc_within"):
            for end in ("", "_low", "_high", "_sd"):
                if f"{figure}{end}" in found:
                    figures[f"{figure}_{part}{end}"] = found[f"{figure}{end}"]
    return Row(name, folds, len(runs[0]), figures)


def _peers(corpus: Corpus, rows: Sequence[RewardRow], folds: Folds) -> list[Row]:
    return [
        Row(name, folds, len(rows), _figures([_constant(corpus, rows, said)]))
        for name, said in (("always accept", True), ("never accept", False))
    ]


def _constant(corpus: Corpus, rows: Sequence[RewardRow], said: bool) -> list[Judged]:
    return [Judged(row, corpus.of_row(row), said, float(said)) for row in rows]


def _lookup(corpus: Corpus) -> Row:
    """Accept any task where the training rows know of a need, and silence where they know of none."""
    known = {key(row.obs): row.help_needed for row in corpus.release.train}
    judged = []
    for row in corpus.release.test:
        said = known.get(key(row.obs), False) == (row.pred_task is not None)
        judged.append(Judged(row, corpus.of_row(row), said, float(said)))
    return Row("lookup table of N_t", "paper", len(judged), _figures([judged]))


def _figures(runs: Sequence[Sequence[Judged]]) -> Figures:
    agreements: Figures = {}
    for name, category in AGREEMENTS.items():
        agreed = [
            item.said == item.row.valid
            for run in runs
            for item in run
            if item.row.category == category
        ]
        agreements[name] = sum(agreed) / len(agreed) if agreed else None
    invalid = [item.said is None for run in runs for item in run]
    if any(invalid):
        agreements["invalid"] = sum(invalid) / len(invalid)
    return agreements | with_intervals([[_outcome(item) for item in run] for run in runs])


def _lpo(corpus: Corpus, left: LeftOut, progress: Progress) -> Figures:
    tasks = [row for row in corpus.rows if row.pred_task]
    groups = sorted({corpus.of_row(row) for row in tasks})

    def scores(pair: tuple[str, str]) -> list[Scored]:
        models = left.without(pair)
        judged = [
            _judge(models, left.embed, row, corpus.of_row(row))
            for row in tasks
            if corpus.of_row(row) in pair
        ]
        return [Scored(item.group, item.chance, item.row.valid) for item in judged]

    found = leave_pair_out(scores, groups, progress)
    return {name.replace("auroc_lpo", "auroc_lpo_task"): value for name, value in found.items()}


def _outcome(item: Judged) -> Outcome:
    chance = None if item.said is None else item.chance
    return Outcome(item.said, item.row.valid, chance, item.group)


def _is_task(row: RewardRow) -> bool:
    return row.pred_task is not None


def _is_unanimous(row: RewardRow) -> bool:
    return row.pred_task is not None and len(row.annotation) > 1 and len(set(row.annotation)) == 1


def _is_unanimous_three(row: RewardRow) -> bool:
    return _is_unanimous(row) and len(row.annotation) >= 3


PARTS: dict[str, Callable[[RewardRow], bool]] = {
    "task": _is_task,
    "unanimous": _is_unanimous,
    "unanimous_three": _is_unanimous_three,
}


def _data(folder: Path, corpus: Corpus) -> str:
    release = corpus.release
    tasks = [row for row in corpus.rows if _is_task(row)]
    accepted = sum(row.valid for row in tasks)
    return (
        f"{folder.resolve().name}: {len(release.train)} training and {len(release.test)} test rows of"
        f" {len(corpus.judged())} recordings; {len(tasks)} tasks, {accepted}"
        f" accepted by most, {sum(map(_is_unanimous, tasks))} with all annotators of one mind (three of them:"
        f" {sum(map(_is_unanimous_three, tasks))});"
        f" sha256 {data_hash(release)[:12]}"
    )
