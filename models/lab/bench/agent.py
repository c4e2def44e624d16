"""Table 3 of the paper, by timing: who speaks when help is wanted (section 4.2)?

A proposal counts as accepted when the label says that help was needed at that
event; what was proposed is not judged here. Our gate is fitted without the
scored trace. The models' answers are the released ones.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from models.encoder import Encoder
from models.lab.bench.metrics import NAMES, Figures, Outcome, score
from models.lab.bench.table import Folds, Row, Table
from models.lab.training.fit import fit
from models.lab.training.samples import Embedded, apart, trace_of, whole_traces
from models.lab.training.train_heads import data_hash
from models.observation import Observation
from models.trace import Release, Response, RewardRow, load_release

Label = Literal["help_needed", "task_status"]
Progress = Callable[[Iterable[str]], Iterable[str]]

# Table 3 of the paper, in percent: recall, precision, accuracy, false alarm, F1.
PAPER = {
    "Claude-3-Sonnet": (27.47, 37.31, 52.42, 62.69, 31.65),
    "Claude-3.5-Sonnet": (97.89, 45.37, 49.78, 54.63, 62.0),
    "GPT-4o-mini": (100.0, 35.28, 36.12, 64.73, 52.15),
    "GPT-4o": (98.11, 48.15, 49.78, 51.85, 64.6),
    "LLaMA-3.1-8B": (98.86, 38.16, 39.06, 61.84, 55.06),
    "LLaMA-3.1-8B-Proactive": (99.06, 49.76, 52.86, 50.24, 66.25),
    "Qwen2-7B": (98.02, 44.0, 43.61, 56.0, 60.74),
    "Qwen2-7B-Proactive": (100.0, 49.78, 50.66, 50.22, 66.47),
}
PAPER_COLUMNS = ("recall", "precision", "accuracy", "false_alarm", "f1")
PAPER_EVENTS = 233

NOTES = (
    "Percent; AUROC, Brier and ECE as fractions. Timing alone: speaking counts as right where the label says",
    "that help was needed. rate: share of events with a proposal; quiet: share of events without a need at",
    "which it was silent. The paper's rows are judged by its own reward model on all 233 events, and are not",
    "comparable line by line; the models' rows are their released answers ('null' is silence, an invalid",
    "answer is an error, neither proposal nor silence). folds trace: our gate never saw the scored trace.",
    "folds paper: it was trained on the paper's training rows, which hold nearly every scored event:",
    "memorisation.",
)


class Moment(NamedTuple):
    """An event of a trace, its history up to it, and whether help was needed."""

    trace: str
    place: int
    history: Sequence[Observation]
    needed: bool


def bench_agent(
    folder: Path,
    encoder: Encoder,
    folds: Sequence[Folds],
    label: Label = "help_needed",
    progress: Progress = iter,
) -> Table:
    """Score who speaks when on the real traces of a released folder.

    Args:
        folder: The released folder, whole or in part.
        encoder: Makes the vectors.
        folds: ``paper``, ``trace`` or both.
        label: Need as the annotators' majority says (events that they saw), or the traces' own word.
        progress: Goes through the traces as they are left out in turn.

    Raises:
        TraceError: The data cannot be read.
    """
    release = load_release(folder)
    moments = moments_of(release, label)
    rows = [
        Row(f"paper: {name}", "none", PAPER_EVENTS, _printed(figures))
        for name, figures in PAPER.items()
    ]
    rows += _models(release, moments)
    for name, said in (("always propose", True), ("never propose", False)):
        rows.append(
            _row(name, "none", [Outcome(said, item.needed, float(said)) for item in moments])
        )
    embed = Embedded(encoder)
    if "paper" in folds:
        known = _speak(release.train, moments, whole_traces(release), embed)
        rows.append(_row("hunch", "paper", known))
    if "trace" in folds:
        rows.append(_row("hunch", "trace", _left_out(release, moments, embed, progress)))
    return Table("agent", _data(folder, release, moments, label), NAMES, rows, NOTES)


def moments_of(release: Release, label: Label) -> list[Moment]:
    """The events of all real traces that have this label."""
    annotated = {_key(row.obs): row.help_needed for row in [*release.train, *release.test]}
    moments = []
    for name, trace in sorted(release.traces.items()):
        observations = [event.observation for event in trace]
        for index, event in enumerate(trace):
            history = observations[: index + 1]
            needed = event.task_status if label == "task_status" else annotated.get(_key(history))
            if needed is not None:
                moments.append(Moment(name, index, history, needed))
    return moments


def _left_out(
    release: Release, moments: Sequence[Moment], embed: Embedded, progress: Progress
) -> list[Outcome]:
    rows = [*release.train, *release.test]
    traces = whole_traces(release)
    outcomes: list[Outcome] = []
    for name in progress(sorted({item.trace for item in moments})):
        scored = [item for item in moments if item.trace == name]
        first = scored[0].history[0].event
        own = [row for row in rows if trace_of(row) == first]
        train = [row for row in rows if trace_of(row) != first]
        outcomes += _speak(train, scored, apart(traces, own), embed)
    return outcomes


def _speak(
    train: Sequence[RewardRow],
    moments: Sequence[Moment],
    unlabelled: Sequence[Sequence[Observation]],
    embed: Embedded,
) -> list[Outcome]:
    """What a gate fitted on these rows says at each moment."""
    gate = fit(train, unlabelled, embed).gate
    needs = [(gate.need(embed.read(item.history)), item.needed) for item in moments]
    return [Outcome(need.wanted, truth, need.probability) for need, truth in needs]


def _models(release: Release, moments: Sequence[Moment]) -> list[Row]:
    labelled = {(item.trace, item.place): item.needed for item in moments}
    by_run: dict[tuple[str, str], list[Response]] = {}
    for answer in release.responses:
        if answer.trace in release.traces:
            by_run.setdefault((answer.model, answer.trace), []).append(answer)
    outcomes: dict[str, list[Outcome]] = {}
    for (model, trace), answers in by_run.items():
        late = shift(answers, [event.observation for event in release.traces[trace]])
        for answer in answers:
            needed = labelled.get((trace, answer.index + late))
            if needed is not None:
                said = answer.task is not None if answer.is_valid else None
                outcomes.setdefault(model, []).append(Outcome(said, needed))
    return [_row(name, "none", found) for name, found in sorted(outcomes.items())]


def shift(answers: Sequence[Response], trace: Sequence[Observation]) -> int:
    """How many events of the trace come before the answers' index 0.

    Some released runs leave out a trace's first event; their indices start after it.
    """
    spare = max(len(trace) - 1 - max(answer.index for answer in answers), 0)

    def agreeing(late: int) -> int:
        pairs = ((answer, answer.index + late) for answer in answers)
        return sum(
            place < len(trace) and answer.observation.event == trace[place].event
            for answer, place in pairs
        )

    return max(range(spare + 1), key=agreeing)


def _row(name: str, folds: Folds, outcomes: Sequence[Outcome]) -> Row:
    return Row(name, folds, len(outcomes), score(outcomes))


def _printed(figures: Sequence[float]) -> Figures:
    return {name: value / 100 for name, value in zip(PAPER_COLUMNS, figures, strict=True)}


def _key(observations: Sequence[Observation]) -> tuple[str, ...]:
    return tuple(item.event for item in observations)


def _data(folder: Path, release: Release, moments: Sequence[Moment], label: Label) -> str:
    return (
        f"{folder.resolve().name}: {len(moments)} of {sum(map(len, release.traces.values()))} events of"
        f" {len(release.traces)} real traces, label {label}, sha256 {data_hash(release)[:12]}"
    )
