"""Trains gate and reward model on ProactiveBench's reward rows and writes them as one file of weights.

The figures beside them are of models fitted without the scored trace; the weights are fitted on all
rows. Chance draws the trees' thresholds alone: the same rows and the same seed give the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from models.decision import COSTS, need_threshold
from models.encoder import Encoder
from models.lab.bench.intervals import with_intervals
from models.lab.bench.metrics import Outcome
from models.lab.corpus import Corpus
from models.lab.training.fit import Fitted, fit
from models.lab.training.samples import Embedded, Moments, moments_of, whole_traces
from models.layout import LAYOUT
from models.manifest import Entry, ready, write_weights
from models.trace import Release, RewardRow, load_release
from models.trained import TRAINED, to_bytes

SHOWN = ("auroc", "auroc_low", "auroc_high", "auroc_within", "brier", "ece")
# Few traces, most moments a need: the folding's bias (`intervals`) puts their pooled AUROC below chance.
TOLD_TRACES = "need, told traces"
SHOWN_TOLD = ("auroc_within", "brier", "ece")

Progress = Callable[[Iterable[str]], Iterable[str]]


def train_heads(
    data: Path, out: Path, *, encoder: Encoder, seed: int = 0, progress: Progress = iter
) -> dict[str, Any]:
    """Train both models on all rows of a released folder and write them into `out`.

    Args:
        data: The released folder, whole or in part.
        out: Folder of the weights.
        encoder: Makes the vectors; the weights fit this one alone.
        seed: Of what is drawn by chance.
        progress: Goes through the traces as they are left out in turn.

    Returns:
        The figures with whole traces left out, as they stand in the manifest.

    Raises:
        TraceError: The data cannot be read, or hold less than two traces.
        OSError: Nothing can be written into `out`; told before anything is fitted.
        WeightsError: The manifest in `out` is damaged.
    """
    release = load_release(data)
    ready(out)
    embed = Embedded(encoder)
    figures = {"folds": "whole recordings left out", "encoder": encoder.name}
    figures |= left_out(release, embed, seed, progress)
    gate, reward = fit([*release.train, *release.test], whole_traces(release), embed, seed)
    command = f"hunch train reward {data.name} {out.name} --seed {seed}"
    entry = Entry("", command, seed, data_hash(release), figures)
    write_weights(out, TRAINED, to_bytes(gate.arrays() | reward.arrays(), LAYOUT), entry)
    return figures


def left_out(release: Release, embed: Embedded, seed: int, progress: Progress) -> dict[str, Any]:
    """Figures of need (recorded traces, where there are any) and of acceptance, of unseen recordings."""
    corpus = Corpus(release)
    outcomes: dict[str, list[Outcome]] = {"need": [], TOLD_TRACES: [], "accept": []}
    for group in progress(corpus.judged()):
        others, traces = corpus.rows_without([group]), corpus.unlabelled_without([group])
        fitted = fit(others, traces, embed, seed)
        for name, found in _outcomes(fitted, corpus.rows_of(group), embed, group).items():
            outcomes[name] += found
    return {
        name: _figures(found, SHOWN_TOLD if name == TOLD_TRACES else SHOWN)
        for name, found in outcomes.items()
        if found
    }


def data_hash(release: Release) -> str:
    """SHA-256 of the reward rows, in order."""
    return hashlib.sha256(msgspec.json.encode([release.train, release.test])).hexdigest()


def _outcomes(
    fitted: Fitted, rows: Sequence[RewardRow], embed: Embedded, trace: str
) -> dict[str, list[Outcome]]:
    moments = moments_of(rows, embed)
    needs = "need" if moments.recorded.all() else TOLD_TRACES
    return {needs: _needs(fitted, moments, trace), "accept": _tasks(fitted, rows, embed, trace)}


def _needs(fitted: Fitted, moments: Moments, trace: str) -> list[Outcome]:
    found = [fitted.gate.need(reading) for reading in moments.readings]
    return [
        Outcome(need.wanted, bool(truth), need.probability, trace)
        for need, truth in zip(found, moments.needed, strict=True)
    ]


def _tasks(fitted: Fitted, rows: Sequence[RewardRow], embed: Embedded, trace: str) -> list[Outcome]:
    found = [
        (row, fitted.reward.judge(embed.read(row.obs), row.pred_task))
        for row in rows
        if row.pred_task is not None
    ]
    return [Outcome(said.accepted, row.valid, said.probability, trace) for row, said in found]


def _figures(outcomes: Sequence[Outcome], shown: Sequence[str]) -> dict[str, Any]:
    found = with_intervals([outcomes])
    told = {name: found.get(name) for name in shown}
    return {name: None if value is None else round(value, 4) for name, value in told.items()} | {
        "n": len(outcomes),
        "traces": len({outcome.trace for outcome in outcomes}),
        "threshold": need_threshold(COSTS["balanced"]),
    }
