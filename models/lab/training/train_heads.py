"""Trains the two heads, need and acceptance, on ProactiveBench's reward rows.

A head is a ridge regression on vote shares, calibrated by Platt. Calibration and
threshold are chosen on held-out traces inside the rows given; whoever scores must
leave the scored traces out of them, as `hunch bench` does. No chance is in it: the
same rows give the same heads. Tried on the same folds and no better: all columns
standardised (need: AUROC 0.58 for 0.72), vote shares as need's target.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.calibration import brier, expected_calibration_error, fit_platt, sigmoid
from models.encoder import Encoder, Vectors
from models.gate import NAME as NEED
from models.head import HEADS, Head, to_bytes
from models.lab.bench.metrics import auroc
from models.lab.training.samples import (
    Embedded,
    Flags,
    Floats,
    Samples,
    accept_samples,
    need_samples,
    trace_numbers,
)
from models.manifest import Entry, write_weights
from models.reward import NAME as ACCEPT
from models.trace import Release, RewardRow, load_release

STRENGTH = 10.0  # of the ridge; 3 to 30 differ by 0.02 AUROC, less than eleven traces can choose by
PLAIN_WEIGHT = 0.75  # length of all plain numbers together beside a sentence vector's 1

Progress = Callable[[Iterable[int]], Iterable[int]]


def fit_head(samples: Samples) -> Head:
    """Fit a head; calibration and threshold come from held-out traces among `samples`."""
    scores = _held_out_scores(samples)
    slope, intercept = fit_platt(scores, samples.targets)
    threshold = best_threshold(sigmoid(slope * scores + intercept), samples.truth)
    weight, mean, scale = _fit(samples)
    return Head(weight, mean, scale, 0.0, slope, intercept, threshold)


def best_threshold(chances: Floats, truth: Flags) -> float:
    """The probability from which hits and right silences together are most (Youden 1950).

    It does not lean on how often the training traces needed help, as the best F1 does, which
    speaks at two events of three.
    """

    def youden(threshold: float) -> float:
        said = chances >= threshold
        hits, alarms = float((said & truth).sum()), float((said & ~truth).sum())
        return hits / max(int(truth.sum()), 1) - alarms / max(int((~truth).sum()), 1)

    return float(max(np.quantile(chances, np.linspace(0.05, 0.95, 91)), key=youden))


def held_out_chances(samples: Samples, progress: Progress = iter) -> Floats:
    """The probability of each row by a head that was fitted without its trace."""
    chances = np.zeros(len(samples.targets))
    for group in progress(sorted(set(samples.groups.tolist()))):
        test = samples.groups == group
        head = fit_head(samples.take(~test))
        chances[test] = [head.probability(row) for row in samples.features[test]]
    return chances


def fit_both(
    rows: Sequence[RewardRow], embed: Embedded
) -> tuple[dict[str, Head], dict[str, Samples]]:
    """The heads by name, fitted on these rows, and the samples that they were fitted on."""
    traces = trace_numbers(rows)
    samples = {
        NEED: need_samples(rows, embed, traces),
        ACCEPT: accept_samples(rows, embed, traces),
    }
    return {name: fit_head(part) for name, part in samples.items()}, samples


def train_heads(
    data: Path, out: Path, *, encoder: Encoder, progress: Progress = iter
) -> dict[str, Any]:
    """Train both heads on all rows of a released folder and write them into `out`.

    Args:
        data: The released folder, whole or in part.
        out: Folder of the weights.
        encoder: Makes the vectors; the heads fit this one alone.
        progress: Goes through the traces as they are left out in turn.

    Returns:
        The figures with whole traces left out, as they stand in the manifest.

    Raises:
        TraceError: The data cannot be read.
        WeightsError: The manifest in `out` is damaged.
    """
    release = load_release(data)
    heads, samples = fit_both([*release.train, *release.test], Embedded(encoder))
    figures: dict[str, Any] = {"folds": "whole traces left out", "encoder": encoder.name}
    for name, part in samples.items():
        chances = held_out_chances(part, progress)
        figures[name] = _figures(chances, part) | {"threshold": round(heads[name].threshold, 4)}
    command = f"hunch train reward {data.name} {out.name}"
    entry = Entry("", command, 0, data_hash(release), figures)
    write_weights(out, HEADS, to_bytes(heads), entry)
    return figures


def data_hash(release: Release) -> str:
    """SHA-256 of the reward rows, in order."""
    return hashlib.sha256(msgspec.json.encode([release.train, release.test])).hexdigest()


def _figures(chances: Floats, samples: Samples) -> dict[str, float]:
    truth = samples.truth.astype(float)
    return {
        "auroc": round(auroc(chances, samples.truth) or 0.0, 4),
        "brier": round(brier(chances, truth), 4),
        "ece": round(expected_calibration_error(chances, truth), 4),
        "n": len(truth),
        "traces": len(set(samples.groups.tolist())),
    }


def _held_out_scores(samples: Samples) -> Floats:
    """The score of every sample by a fit that never saw its trace."""
    scores = np.zeros(len(samples.targets))
    for group in np.unique(samples.groups):
        test = samples.groups == group
        # A single trace has nothing to hold out: its own fit then stands in.
        weight, mean, scale = _fit(samples if test.all() else samples.take(~test))
        scores[test] = ((samples.features[test] - mean) / scale) @ weight
    return scores


def _fit(samples: Samples) -> tuple[Vectors, Vectors, Vectors]:
    """Ridge regression in its dual form (n < d), without a bias: Platt's intercept is it.

    Returns:
        Weight, mean and scale of the features, each of shape [d].
    """
    features, plain = samples.features, samples.vector_columns
    mean = features.mean(axis=0)
    scale = np.ones(features.shape[1], np.float32)
    spread = features[:, plain:].std(axis=0) + 1e-3
    scale[plain:] = spread * np.sqrt(len(spread)) / PLAIN_WEIGHT
    inputs = ((features - mean) / scale).astype(np.float64)
    targets = samples.targets - samples.targets.mean()
    dual = np.linalg.solve(inputs @ inputs.T + STRENGTH * np.eye(len(targets)), targets)
    return (inputs.T @ dual).astype(np.float32), mean.astype(np.float32), scale
