"""Probabilities that mean what they say: Platt's scaling.

Source: Platt 1999 ("Probabilistic outputs for support vector machines").
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 50
CONVERGED = 1e-8


def sigmoid(logits: Floats) -> Floats:
    """Log-odds to probabilities."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def fit_platt(logits: Floats, targets: Floats) -> tuple[float, float]:
    """Slope and intercept so that sigmoid(slope * logit + intercept) is calibrated.

    Args:
        logits: Held-out log-odds, shape [n].
        targets: 0, 1, or shares of votes between, shape [n].
    """
    positive, count = float(targets.sum()), len(targets)
    # Platt's prior keeps a separable fold from an infinite slope.
    low, high = 1 / (count - positive + 2), (positive + 1) / (positive + 2)
    goal = low + targets * (high - low)
    center, spread = float(logits.mean()), float(logits.std()) + 1e-9
    design = np.stack([(logits - center) / spread, np.ones_like(logits)], axis=1)
    weights = np.zeros(2)
    for _ in range(STEPS):  # Newton's method on two parameters, halved where it would overshoot
        chance = sigmoid(design @ weights)
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, design.T @ (goal - chance))
        while _loss(design @ (weights + step), goal) > _loss(design @ weights, goal) + 1e-9:
            step = step / 2
        weights = weights + step
        if float(np.abs(step).max()) < CONVERGED:
            break
    slope = float(weights[0]) / spread
    return slope, float(weights[1]) - slope * center


def _loss(logits: Floats, goal: Floats) -> float:
    """Cross entropy."""
    return float(np.sum(np.logaddexp(0, logits) - goal * logits))
