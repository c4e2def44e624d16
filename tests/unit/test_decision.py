"""When to speak follows from the costs alone."""

import pytest

from models.decision import COSTS, SUREST, accept_threshold, near_threshold, need_threshold


def test_costs_order_the_thresholds() -> None:
    quiet, balanced, eager = (COSTS[name] for name in ("quiet", "balanced", "eager"))
    assert need_threshold(quiet) == pytest.approx(2 / 3)
    assert need_threshold(balanced) == pytest.approx(1 / 2)
    assert need_threshold(eager) == pytest.approx(1 / 3)
    for rule in (need_threshold, near_threshold):
        assert rule(quiet) > rule(balanced) > rule(eager) > 0


@pytest.mark.parametrize("name", COSTS)
def test_the_rule_weighs_both_errors(name: str) -> None:
    costs = next(costs for key, costs in COSTS.items() if key == name)
    for need in (0.1, 0.5, 0.9):
        accept = accept_threshold(costs, need)
        assert (1 - accept) * costs.false_alarm == pytest.approx(accept * need * costs.missed)
    assert accept_threshold(costs, 0.9) < accept_threshold(costs, 0.1)
    assert near_threshold(costs) <= need_threshold(costs)
    assert accept_threshold(costs, near_threshold(costs)) == pytest.approx(SUREST)
