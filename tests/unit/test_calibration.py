"""Platt's scaling and the distances of a forecast."""

import numpy as np
import pytest

from models.calibration import fit_platt, sigmoid
from models.lab.bench.metrics import Floats, Outcome, score


def off(chances: Floats, truth: Floats) -> tuple[float, float]:
    """Expected calibration error and Brier score, as the tables give them."""
    pairs = zip(chances.tolist(), truth.tolist(), strict=True)
    figures = score(Outcome(chance >= 0.5, bool(right), chance) for chance, right in pairs)
    assert figures["ece"] is not None
    assert figures["brier"] is not None
    return figures["ece"], figures["brier"]


def test_an_overconfident_score_is_drawn_in() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1, 4000)
    truth = (random.random(4000) < sigmoid(logits - 0.5)).astype(float)
    slope, intercept = fit_platt(4 * logits, truth)
    assert slope == pytest.approx(0.25, abs=0.03)
    assert intercept == pytest.approx(-0.5, abs=0.1)
    raw, calibrated = sigmoid(4 * logits), sigmoid(slope * 4 * logits + intercept)
    assert off(calibrated, truth)[0] < 0.05
    assert off(calibrated, truth)[1] < off(raw, truth)[1]


@pytest.mark.parametrize(
    "targets", [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]]
)
def test_folds_without_a_doubt_stay_finite(targets: list[float]) -> None:
    logits = np.array([-2.0, -1.0, 1.0, 2.0])
    chances = sigmoid(np.array(fit_platt(logits, np.array(targets)))[0] * logits)
    assert np.isfinite(chances).all()


def test_calibration_error_by_hand() -> None:
    chances, truth = np.array([0.15, 0.15, 0.85, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    # bins: two at 0.15 of which half came (0.35 off), one at 0.85 (0.15 off), one at 1 (exact)
    error, brier = off(chances, truth)
    assert error == pytest.approx(0.5 * 0.35 + 0.25 * 0.15)
    assert brier == pytest.approx((0.15**2 + 0.85**2 + 0.15**2) / 4)
