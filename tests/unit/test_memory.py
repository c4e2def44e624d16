"""What stands in the memory and in the bank: only what it should, and only there."""

import numpy as np
import pytest

from models.encoder import SIZE, Vectors
from models.lab.training.fit import remember
from models.lab.training.samples import Moments
from models.memory import Memory
from models.observation import Observation
from models.reading import Reading
from models.typical import Bank


def unit(seed: int, count: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, SIZE)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def moment(seed: int, count: int = 3) -> Reading:
    history = [Observation(str(place), f"Event {place}.") for place in range(count)]
    return Reading(history, unit(seed, count), unit(1000 + seed)[0])


def memory(*needed: bool) -> Memory:
    readings = [moment(seed) for seed in range(len(needed))]
    nothing = np.zeros(len(needed), int)
    flags = np.array(needed)
    return remember(Moments(readings, flags, nothing, flags, [[]] * len(flags), [[]] * len(flags)))


def test_a_known_moment_is_judged_as_before_and_a_new_one_not_at_all() -> None:
    known = memory(True, False)
    assert known.need(moment(0)) == pytest.approx(0.95, abs=0.01)
    assert known.need(moment(1)) == pytest.approx(0.05, abs=0.01)
    assert known.need(moment(2)) is None


def test_one_observation_more_is_another_moment() -> None:
    before = moment(0)
    after = Reading([*before.history, before.history[-1]], before.vectors, before.joined)
    assert memory(True).need(after) is None


def test_half_precision_is_the_same_moment() -> None:
    seen = moment(0)
    kept = seen._replace(vectors=seen.vectors.astype(np.float16).astype(np.float32))
    assert memory(True).need(kept) == pytest.approx(0.95, abs=0.01)


def test_the_usual_is_told_from_the_unusual() -> None:
    usual = unit(1)[0]
    near = [usual + 0.5 * unit(3 + seed, 6) for seed in range(2)]
    near = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in near]
    bank = Bank.of(near)
    assert (bank.typicality(usual) > bank.typicality(unit(77)[0])).all()


def test_a_moment_of_the_bank_meets_other_traces_alone() -> None:
    first, second = unit(1, 8), unit(2, 8)
    both, other = Bank.of([first, second]), Bank.of([second])
    assert both.typicality(first[3]) == pytest.approx(other.typicality(first[3]), abs=1e-3)
    kept = first[3].astype(np.float16).astype(np.float32)
    assert both.typicality(kept) == pytest.approx(other.typicality(first[3]), abs=1e-3)
    assert np.isfinite(other.typicality(second[0])).all()  # nobody else is left


def test_what_training_never_met_counts_as_its_edge() -> None:
    bank = Bank.of([unit(1, 8), unit(2, 8)])
    met = np.stack([bank.typicality(row) for row in unit(3, 20)])
    bounded = bank.bounded(met)
    assert (bounded.typicality(-unit(1)[0]) >= np.quantile(met, 0.05, axis=0)).all()
    assert (bounded.typicality(unit(2, 8)[0]) <= np.quantile(met, 0.95, axis=0)).all()
