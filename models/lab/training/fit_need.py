"""Fits the gate: a ridge regression, calibrated by Platt on recorded traces that were held out.

Its target is the label and 0.3 of the event's appeal (`targets`). Tried on the same folds and no
better: vote shares as target (AUROC 0.71 for 0.78), trees and support vectors beside it, a fine-tuned
cross-encoder (0.68), a trace's random effect. Recorded traces calibrate, for told ones need help oftener.
"""

from collections.abc import Sequence

import numpy as np

from models.calibration import fit_platt
from models.encoder import SIZE, Vectors
from models.gate import Gate, need_features
from models.head import Head, Platt
from models.lab.training.ridge import Block, fit_ridge
from models.lab.training.samples import Embedded, Flags, Floats, Ints, Moments, same_trace
from models.lab.training.targets import standardised
from models.layout import MOMENT
from models.observation import Observation
from models.reading import joined
from models.typical import COLUMNS, Bank

APPEAL = 0.3  # of the event's effect beside the label
BLOCKS = (
    Block(SIZE, 1.0),
    Block(SIZE, 0.7),
    Block(len(MOMENT), 0.75, plain=True),
    Block(COLUMNS, 1.0, plain=True),
)


def fit_gate(moments: Moments, appeal: Floats, bank: Bank, name: str) -> Gate:
    """Fit it; `appeal` is of the events, shape [n]."""
    met = np.stack([bank.typicality(reading.joined) for reading in moments.readings])
    bank = bank.bounded(met)
    features = np.stack([need_features(reading, bank) for reading in moments.readings])
    targets = moments.needed + APPEAL * standardised(appeal)
    scores = held_out(features, targets, moments.traces)
    chosen = _calibrating(moments)
    slope, intercept = fit_platt(scores[chosen], moments.needed[chosen].astype(float))
    return Gate(fit_ridge(features, targets, BLOCKS), Platt(slope, intercept), bank, name)


def held_out(features: Floats, targets: Floats, traces: Ints) -> Floats:
    """The score of every moment by a fit that never saw its trace, shape [n]."""
    scores = np.zeros(len(targets))
    for trace in np.unique(traces):
        scored = traces == trace
        # A single trace has nothing to hold out: its own fit then stands in.
        train = np.ones_like(scored) if scored.all() else ~scored
        head: Head = fit_ridge(features[train], targets[train], BLOCKS)
        scores[scored] = head.scores(features[scored])
    return scores


def bank_of(traces: Sequence[Sequence[Observation]], embed: Embedded) -> Bank:
    """The moments of some traces; what is told twice, whole or in part, is one trace."""
    known: list[tuple[set[str], dict[tuple[str, ...], Vectors]]] = []
    for trace in traces:
        events = [item.event for item in trace]
        pairs = {tuple(events[max(0, end - 2) : end]) for end in range(1, len(events) + 1)}
        found = {pair: joined(embed(pair)) for pair in sorted(pairs)}
        sentences = set(events)
        same = next((own for seen, own in known if same_trace(seen, sentences)), None)
        if same is None:
            known.append((sentences, found))
        else:
            same.update(found)
    return Bank.of([np.stack(list(vectors.values())) for _, vectors in known])


def _calibrating(moments: Moments) -> Flags:
    """The moments that calibrate: recorded ones, where they know both answers."""
    own = moments.needed[moments.recorded]
    usable = len(own) > 0 and 0 < int(own.sum()) < len(own)
    return moments.recorded if usable else np.ones_like(moments.recorded)
