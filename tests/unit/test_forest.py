"""Trees in numpy say what scikit-learn's say."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from models.forest import Forest
from models.lab.training.grow import grow, written


@pytest.mark.parametrize("trees", [1, 20])
def test_trees_say_what_scikit_learn_says(trees: int) -> None:
    random = np.random.default_rng(trees)
    # Few distinct values and many ties: where a threshold's rounding would show.
    features = np.round(random.normal(size=(400, 9)), 1).astype(np.float32)
    targets = features[:, 0] * features[:, 1] + random.normal(0, 0.1, 400)
    model = ExtraTreesRegressor(trees, min_samples_leaf=3, random_state=1).fit(features, targets)
    forest = Forest.of(written(model).arrays())
    said = np.array([forest(row.astype(float)) for row in features])
    assert np.abs(said - model.predict(features)).max() < 1e-6


def test_a_forest_is_grown_again_from_its_seed() -> None:
    random = np.random.default_rng(0)
    features, targets = random.normal(size=(60, 4)), random.normal(size=60)
    one, same, other = (grow(features, targets, seed, 5) for seed in (1, 1, 2))
    assert one.number.tobytes() == same.number.tobytes() != other.number.tobytes()


def test_a_tree_of_one_leaf_says_its_mean() -> None:
    forest = grow(np.zeros((8, 2)), np.arange(8.0), 0, 3)
    assert forest(np.zeros(2)) == pytest.approx(3.5)
