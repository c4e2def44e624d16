"""Intervals over traces, spread over seeds, and AUROC without the folding's bias."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.lab.bench.intervals import Scored, leave_pair_out, with_intervals
from models.lab.bench.metrics import NAMES, Outcome, Tally, score, told

NEEDS = {"a": [1, 0, 0, 0], "b": [1, 1, 0, 0], "c": [1, 1, 1, 0], "d": [0, 0, 1, 0]}

outcomes = some.lists(
    some.tuples(
        some.sampled_from([True, False, None]),
        some.booleans(),
        some.floats(0, 1),
        some.sampled_from("abc"),
    ).map(lambda fields: Outcome(*fields)),
    max_size=30,
)


@given(outcomes, some.tuples(*[some.integers(0, 3)] * 3))
def test_a_resample_is_scored_as_its_traces_would_be(
    rows: list[Outcome], times: tuple[int, int, int]
) -> None:
    tally = Tally.of(rows)
    drawn = dict(zip("abc", times, strict=True))
    weights = np.array([[float(drawn[name]) for name in tally.traces]])
    found = {name: told(values[0]) for name, values in tally.figures(weights).items()}
    again = score([row for row in rows for _ in range(drawn[row.trace])])
    for name in NAMES:
        assert found[name] == pytest.approx(again[name]), name


def test_a_random_choice_is_told_by_its_expectation() -> None:
    halves = [Outcome(True, True, None, "a", 0.5), Outcome(True, False, None, "a", 0.5)]
    assert score([*halves, Outcome(False, False, None, "a")])["accuracy"] == pytest.approx(0.75)


def test_intervals_hold_the_figure_and_seeds_their_spread() -> None:
    rows = [
        Outcome(place % 2 == 0, bool(need), 0.5 + 0.1 * place * (1 if need else -1), trace)
        for trace, needs in NEEDS.items()
        for place, need in enumerate(needs)
    ]
    worse = [row._replace(said=not row.said) for row in rows]
    one, two = with_intervals([rows]), with_intervals([rows, worse])
    for name in ("auroc", "accuracy", "f1", "brier"):
        low, value, high = (one[f"{name}{end}"] for end in ("_low", "", "_high"))
        assert low is not None and value is not None and high is not None
        assert low <= value <= high
    assert "accuracy_sd" not in one
    assert two["accuracy_sd"] == pytest.approx(
        np.std([one["accuracy"] or 0, score(worse)["accuracy"] or 0], ddof=1)
    )
    assert two["auroc_sd"] == 0
    assert "auroc_low" not in with_intervals([[row for row in rows if row.trace == "a"]])


def test_a_forecast_of_the_training_rate_knows_nothing() -> None:
    """Pooled over folds it seems worse than chance; with both traces of a pair left out it does not."""

    def rate(*out: str) -> float:
        return float(np.mean([need for name in NEEDS if name not in out for need in NEEDS[name]]))

    pooled = score(
        Outcome(None, bool(need), rate(name)) for name, needs in NEEDS.items() for need in needs
    )
    assert (pooled["auroc"] or 1) < 0.3

    def scores(pair: tuple[str, str]) -> list[Scored]:
        return [Scored(name, rate(*pair), bool(need)) for name in pair for need in NEEDS[name]]

    found = leave_pair_out(scores, sorted(NEEDS))
    assert (found["auroc_lpo"], found["auroc_lpo_low"], found["auroc_lpo_high"]) == (0.5, 0.5, 0.5)
    assert leave_pair_out(scores, ["a", "b"]) == {}
