"""Table 2 of the paper: does a reward model judge as people do (section 4.1)?

Two foldings: the paper's random split, which leaks (each test history also
stands in the training rows), and whole traces left out. Silence is judged as
well: accepted when there is no need.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from models.encoder import Encoder
from models.lab.bench.metrics import NAMES, Figures, Outcome, score
from models.lab.bench.table import Folds, Row, Table
from models.lab.training.fit import fit
from models.lab.training.samples import Embedded, apart, trace_numbers, trace_of, whole_traces
from models.lab.training.train_heads import data_hash
from models.observation import Judgement, Observation
from models.trace import (
    CORRECT_DETECTION,
    CORRECT_REJECTION,
    FALSE_ALARM,
    MISSED_NEED,
    Release,
    RewardRow,
    load_release,
)

AGREEMENTS = {
    "agreement_mn": MISSED_NEED,
    "agreement_nr": CORRECT_REJECTION,
    "agreement_cd": CORRECT_DETECTION,
    "agreement_fd": FALSE_ALARM,
}
COLUMNS = (*AGREEMENTS, *NAMES)

# Table 2 of the paper, in percent: agreement MN, NR, CD, FD; recall, precision, accuracy, F1.
PAPER = {
    "GPT-4o": (3.33, 100.0, 100.0, 0.0, 100.0, 50.42, 50.83, 67.04),
    "GPT-4o-mini": (56.67, 56.67, 86.67, 33.33, 71.67, 56.58, 58.33, 63.24),
    "LLaMA-3.1-8B": (80.0, 30.0, 96.67, 13.33, 63.33, 54.29, 55.0, 58.46),
    "LLaMA-3.1-70B": (33.33, 83.33, 100.0, 6.67, 91.67, 53.4, 55.83, 67.48),
    "Ours": (80.0, 86.67, 100.0, 100.0, 93.33, 90.32, 91.67, 91.8),
}
PAPER_COLUMNS = (*AGREEMENTS, "recall", "precision", "accuracy", "f1")
PAPER_ROWS = 120

NOTES = (
    "Percent; AUROC, Brier and ECE as fractions. MN, NR, CD, FD: agreement on needs missed, silences,",
    "detections and false detections. rate: share judged as accepted; quiet: share of wrong ones rejected.",
    "folds paper: the paper's random split. It leaks: the need of each test history stands in the training",
    "rows, so a lookup table of it does as well as a fine-tuned 8B model. folds trace: whole traces left out.",
)

Progress = Callable[[Iterable[int]], Iterable[int]]
Judged = Sequence[tuple[RewardRow, Judgement]]


def bench_reward(
    folder: Path, encoder: Encoder, folds: Sequence[Folds], progress: Progress = iter
) -> Table:
    """Score reward models on a released folder.

    Args:
        folder: The released folder, whole or in part.
        encoder: Makes the vectors.
        folds: ``paper``, ``trace`` or both.
        progress: Goes through the traces as they are left out in turn.

    Raises:
        TraceError: The data cannot be read.
    """
    release = load_release(folder)
    embed, traces = Embedded(encoder), whole_traces(release)
    rows: list[Row] = []
    if "paper" in folds:
        rows += [
            Row(f"paper: {name}", "paper", PAPER_ROWS, _printed(figures))
            for name, figures in PAPER.items()
        ]
        rows += [*_peers(release.test, "paper"), _lookup(release)]
        rows.append(_ours(_judge(release.train, release.test, traces, embed), "paper"))
    if "trace" in folds:
        judged = left_out([*release.train, *release.test], traces, embed, progress)
        rows += [*_peers([row for row, _ in judged], "trace"), _ours(judged, "trace")]
    return Table("reward", _data(folder, release), COLUMNS, rows, NOTES)


def left_out(
    rows: Sequence[RewardRow],
    unlabelled: Sequence[Sequence[Observation]],
    embed: Embedded,
    progress: Progress = iter,
) -> list[tuple[RewardRow, Judgement]]:
    """Each row with the judgement of a model that saw nothing of its trace."""
    traces = trace_numbers(rows)
    judged: list[tuple[RewardRow, Judgement]] = []
    for number in progress(sorted(traces.values())):
        train = [row for row in rows if traces[trace_of(row)] != number]
        test = [row for row in rows if traces[trace_of(row)] == number]
        judged += _judge(train, test, apart(unlabelled, test), embed)
    return judged


def _judge(
    train: Sequence[RewardRow],
    test: Sequence[RewardRow],
    unlabelled: Sequence[Sequence[Observation]],
    embed: Embedded,
) -> list[tuple[RewardRow, Judgement]]:
    model = fit(train, unlabelled, embed).reward
    return [(row, model.judge(embed.read(row.obs), row.pred_task)) for row in test]


def _ours(judged: Judged, folds: Folds) -> Row:
    chances = [(row, judgement.accepted, judgement.probability) for row, judgement in judged]
    proposed = [item for item in judged if item[0].pred_task is not None]
    figures = _figures(chances)
    figures["auroc_task"] = score(
        Outcome(item.accepted, row.valid, item.probability) for row, item in proposed
    )["auroc"]
    return Row("hunch", folds, len(judged), figures)


def _peers(rows: Sequence[RewardRow], folds: Folds) -> list[Row]:
    return [
        Row(name, folds, len(rows), _figures([(row, said, float(said)) for row in rows]))
        for name, said in (("always accept", True), ("never accept", False))
    ]


def _lookup(release: Release) -> Row:
    """Accept any task where the training rows know of a need, and silence where they know of none."""
    known = {_key(row): row.help_needed for row in release.train}
    said = [
        (row, known.get(_key(row), False) == (row.pred_task is not None)) for row in release.test
    ]
    judged = [(row, word, float(word)) for row, word in said]
    return Row("lookup table of N_t", "paper", len(judged), _figures(judged))


def _figures(judged: Sequence[tuple[RewardRow, bool, float]]) -> Figures:
    agreements: Figures = {}
    for name, category in AGREEMENTS.items():
        agreed = [said == row.valid for row, said, _ in judged if row.category == category]
        agreements[name] = sum(agreed) / len(agreed) if agreed else None
    return agreements | score(Outcome(said, row.valid, chance) for row, said, chance in judged)


def _printed(figures: Sequence[float]) -> Figures:
    return {name: value / 100 for name, value in zip(PAPER_COLUMNS, figures, strict=True)}


def _key(row: RewardRow) -> tuple[str, ...]:
    return tuple(item.event for item in row.obs)


def _data(folder: Path, release: Release) -> str:
    rows = [*release.train, *release.test]
    return (
        f"{folder.resolve().name}: {len(release.train)} training and {len(release.test)} test rows of"
        f" {len(trace_numbers(rows))} traces, sha256 {data_hash(release)[:12]}"
    )
