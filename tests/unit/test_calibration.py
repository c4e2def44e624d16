"""Platt's scaling and the distances of a forecast."""

import numpy as np
import pytest

from models.calibration import brier, expected_calibration_error, fit_platt, sigmoid


def test_an_overconfident_score_is_drawn_in() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1, 4000)
    truth = (random.random(4000) < sigmoid(logits - 0.5)).astype(float)
    slope, intercept = fit_platt(4 * logits, truth)
    assert slope == pytest.approx(0.25, abs=0.03)
    assert intercept == pytest.approx(-0.5, abs=0.1)
    raw, calibrated = sigmoid(4 * logits), sigmoid(slope * 4 * logits + intercept)
    assert expected_calibration_error(calibrated, truth) < 0.05
    assert brier(calibrated, truth) < brier(raw, truth)


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
    assert expected_calibration_error(chances, truth) == pytest.approx(0.5 * 0.35 + 0.25 * 0.15)
    assert brier(chances, truth) == pytest.approx((0.15**2 + 0.85**2 + 0.15**2) / 4)
