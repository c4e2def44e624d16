"""Grows extra trees with scikit-learn and writes them down as `models.forest` reads them, exactly."""

from typing import Any

import numpy as np

from models.forest import LEAF, Forest
from models.lab.training.samples import Floats

TREES = 150
SMALLEST_LEAF = 5
COLUMNS = 0.3  # of them tried at a node


def grow(features: Floats, targets: Floats, seed: int, trees: int = TREES) -> Forest:
    """Grow a forest; the same seed grows the same one.

    Args:
        features: Shape [n, d].
        targets: Shape [n].
        seed: Of what is drawn at a node.
        trees: How many.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    model = ExtraTreesRegressor(
        trees, min_samples_leaf=SMALLEST_LEAF, max_features=COLUMNS, random_state=seed, n_jobs=1
    )
    return written(model.fit(features.astype(np.float32), targets))


def written(model: Any) -> Forest:
    """scikit-learn's trees as arrays; it numbers nodes depth first, left child next to its parent."""
    trees = [estimator.tree_ for estimator in model.estimators_]
    counts = [tree.node_count for tree in trees]
    inner = [tree.children_left != LEAF for tree in trees]
    numbers = [
        np.where(is_inner, _below(tree.threshold), tree.value[:, 0, 0].astype(np.float32))
        for tree, is_inner in zip(trees, inner, strict=True)
    ]
    features = [
        np.where(is_inner, tree.feature, LEAF) for tree, is_inner in zip(trees, inner, strict=True)
    ]
    return Forest(
        np.concatenate(features).astype(np.int16),
        np.concatenate(numbers).astype(np.float32),
        np.concatenate([tree.children_right for tree in trees]).astype(np.int16),
        (np.cumsum(counts) - counts).astype(np.int32),
        max(int(tree.max_depth) for tree in trees),
    )


def _below(thresholds: Floats) -> Floats:
    """The largest single below each threshold: x <= t is then the same for every single x."""
    single = thresholds.astype(np.float32)
    lower = np.nextafter(single, np.float32(-np.inf))
    return np.asarray(np.where(single > thresholds, lower, single))
