"""Table 3 of the paper: who speaks when help is wanted (section 4.2)?

Scored by timing alone, for two questions of need, and as the paper scores (`policies`). Our models
are fitted without the scored recording; the other models' answers are the released ones.
"""

from collections.abc import Sequence
from pathlib import Path

from models.decision import COSTS
from models.encoder import Encoder
from models.lab.bench import agent_rows as lines
from models.lab.bench import policies, printed
from models.lab.bench.agent_rows import JUDGED, MOST
from models.lab.bench.annotators import need_cases
from models.lab.bench.fits import HEADS, Contender, LeftOut
from models.lab.bench.intervals import BOUNDED
from models.lab.bench.metrics import NAMES
from models.lab.bench.moments import Label, Moment, forecasts, moments_of
from models.lab.bench.progress import Progress, quietly
from models.lab.bench.table import Folds, Section, Table
from models.lab.corpus import TOO_FEW, Corpus
from models.lab.training.samples import Embedded
from models.lab.training.train_heads import data_hash
from models.trace import TraceError, load_release

WITHIN = {"auroc_within": "AUROC within a trace"}
LPO = {
    "auroc_lpo": "AUROC, both traces of each pair left out",
    **WITHIN,
}

NOTES = (
    "Percent; AUROC, Brier and ECE as fractions. rate: share of events with a proposal; quiet: share of events"
    " without a need at which it was silent; false: 1 - precision. folds trace: the models never saw the scored"
    " recording, in no file. folds paper: fitted on the paper's training rows, which hold the need of nearly every"
    " scored event: memorisation. A pooled AUROC is biased down by the folding, to 0.26 for a forecast of the"
    " training rate; that with both traces of each pair left out is not (Airola et al. 2011). In the other question"
    " it falls far below chance (hunch, taught this question: few traces, most moments a yes): there the AUROC"
    " within a trace is the one to read.",
    "hunch speaks where P(need) reaches C_FA / (C_FA + C_miss): 0.50, quiet 0.67, eager 0.33; no threshold was"
    " chosen on data, but what the models read was chosen by people who had seen these traces: expect a little less"
    " elsewhere. As the paper scores, it holds the best annotated task by P(accept) against the joint rule"
    " (models/decision.py), and people's votes say what was right. hunch, learning the trace's user: one number"
    " moves the log-odds, learnt from all earlier events of the trace, each of them labelled (`hunch review` asks about"
    " some), by the daemon's own head (models/personal.py).",
    "The paper's rows were judged by its own reward model on all 233 events and are not comparable line by line. A"
    " model's 'null' is silence, an invalid answer an error of its own. None of the models' tasks was annotated: our"
    " reward model judges them, fitted without the trace; each counts as accepted with the probability given. It is"
    " calibrated on annotated tasks, which these are not, and it thinks better of them than people thought of"
    " those: their rows compare with each other, and not with ours.",
)


def bench_agent(
    folder: Path,
    encoder: Encoder,
    folds: Sequence[Folds],
    label: Label = "help_needed",
    *,
    seeds: int = 1,
    thorough: bool = False,
    contender: Contender = HEADS,
    progress: Progress = quietly,
) -> Table:
    """Score who speaks when on the real traces of a folder.

    Args:
        folder: The released folder, whole or in part, or a user's own exports.
        encoder: Makes the vectors.
        folds: ``paper``, ``trace`` or both.
        label: Need as the annotators' majority says (events that they saw), or the traces' own word.
        seeds: How often to fit what is drawn by chance.
        thorough: Also fit without each pair of traces where that is slow.
        contender: Whose models.
        progress: Goes through the traces as they are left out in turn.

    Raises:
        TraceError: The data cannot be read, or hold no labelled event.
    """
    corpus = Corpus(load_release(folder))
    if "trace" not in folds:
        corpus.require_split()
    moments = moments_of(corpus, label)
    if not moments:
        raise TraceError(
            f"{folder} has no event with the label {label}: it takes traces, and reward rows on them."
        )
    embed = Embedded(encoder)
    rows = [*printed.agent_rows(), *lines.constant(moments), need_cases(moments)]
    curves = {}
    if not corpus.release.released:
        rows += lines.as_shipped(moments, LeftOut(corpus, embed, contender))
    if "trace" in folds and corpus.fittable:
        lefts = [LeftOut(corpus, embed, contender, seed) for seed in range(seeds)]
        runs = [lines.Run(left, forecasts(moments, left, progress)) for left in lefts]
        rows += [*lines.models(corpus, moments, lefts[0]), *lines.mixed(runs, contender.name)]
        cheap = thorough or lefts[0].cheap
        rows += lines.ours(runs, contender.name, progress if cheap else None)
        rows += [lines.taught(corpus, runs[0], contender.name)] if cheap else []
        curves["need"] = policies.timing(runs[0].said, COSTS["balanced"], lines.needed)
    else:
        rows += lines.models(corpus, moments, None)
    if "paper" in folds and corpus.release.test:
        rows.append(lines.memorised(corpus, moments, embed, contender))
    notes = (*corpus.doubles, *_missing(corpus), *NOTES)
    data = _data(folder, corpus, moments, label)
    return Table("agent", data, NAMES, rows, notes, _sections(label), curves)


def _missing(corpus: Corpus) -> list[str]:
    release = corpus.release
    told = list(release.missing)
    if not corpus.fittable:
        told.append(TOO_FEW)
    if empty := sorted(name for name, trace in release.traces.items() if not trace):
        told.append(f"Without an event, and left out: {', '.join(empty)}.")
    return told


def _data(folder: Path, corpus: Corpus, moments: Sequence[Moment], label: Label) -> str:
    traces = corpus.release.traces
    needed = sum(item.needed for item in moments)
    judged = [item for item in moments if item.most is not None]
    most = sum(bool(item.most) for item in judged)
    return (
        f"{folder.resolve().name}: {len(moments)} of {sum(map(len, traces.values()))} events of"
        f" {len(traces)} traces; {label} at {needed} of {len(moments)}; most annotators accepted some task"
        f" at {most} of {len(judged)}; sha256 {data_hash(corpus.release)[:12]}"
    )


def _sections(label: Label) -> tuple[Section, ...]:
    one = (
        "all annotators accepted one task" if label == "help_needed" else "ours learnt help_needed"
    )
    return (
        Section(
            f"Timing alone: speaking is right where {label} ({one})",
            bounded=BOUNDED, names=LPO, printed=False,
        ),
        Section(
            "Timing alone, the other question: most annotators accepted some task", MOST, names=WITHIN
        ),
        Section(
            "As the paper scores: a proposal is right where its task is accepted, silence where not"
            f" {label}", JUDGED, bounded=("accuracy", "false_alarm", "f1"),
        ),
    )  # fmt: skip
