"""Learning a person: what an answer moves, what it leaves alone, and the budget's promise."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.budget import CREDIT, LIMIT, STEP, Budget, raised
from models.personal import HALF_LIFE, NEEDY, OFFSET, Personal, accept_terms, need_terms, shifted

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def term(*names: str) -> dict[str, float]:
    return dict.fromkeys((OFFSET, *names), 1.0)


@given(st.floats(0, 1), st.sampled_from(["skill:a", "app:b"]))
def test_before_the_first_answer_nothing_is_moved(shipped: float, name: str) -> None:
    assert Personal().probability(shipped, term(name)) == shipped


def test_an_answer_moves_its_own_kind_most_and_an_ignored_one_less() -> None:
    person, careful = Personal(), Personal()
    for _ in range(5):
        person.learn(0.5, term("skill:search"), False)
        careful.learn(0.5, term("skill:search"), False, weight=0.25)
    assert person.probability(0.5, term("skill:search")) < 0.35
    assert person.probability(0.5, term("skill:other")) < 0.5
    assert (
        person.nats(term("skill:search"))
        < person.nats(term("skill:other"))
        < person.nats({"skill:other": 1.0})
        == 0
    )
    assert person.nats(term("skill:search")) < careful.nats(term("skill:search")) < 0
    [first, second] = person.weights()
    assert {first.name, second.name} == {OFFSET, "skill:search"} and first.count == 5
    assert first.deviation < 0.5


def test_ranking_leaves_the_offset_out() -> None:
    person = Personal()
    person.learn(0.5, term("skill:a"), False)
    assert person.score(0.5, term()) == 0 > person.score(0.5, term("skill:a"))


def test_a_taste_that_turned_is_learnt_anew() -> None:
    person = Personal()
    for said in [False] * 60 + [True] * 40:
        person.learn(0.5, term("skill:a"), said)
    assert person.probability(0.5, term("skill:a")) > 0.5


def test_what_was_learnt_fades_by_time_too() -> None:
    person, other = Personal(), Personal()
    for _ in range(20):
        person.learn(0.5, term("skill:a"), False, time=NOON)
        other.learn(0.5, term("skill:a"), False)
    then = person.nats(term("skill:a"), NOON)
    assert then == other.nats(term("skill:a"))  # no time, no fading
    assert person.nats(term("skill:a"), NOON - HALF_LIFE) == then
    assert person.nats(term("skill:a"), NOON + HALF_LIFE) == pytest.approx(then / 2)
    (now, later) = (
        max(item.deviation for item in person.weights(time)) for time in (NOON, NOON + HALF_LIFE)
    )
    assert now < later < 0.5
    person.learn(0.5, term("skill:a"), True, time=NOON + HALF_LIFE)
    assert person.nats(term("skill:a")) > then / 2  # and is as ready to learn as that says


def test_sure_forecasts_and_many_answers_keep_it_sane() -> None:
    chance, person = random.Random(0), Personal()
    for number in range(3000):
        shipped = chance.choice([0.0, 1.0, 1e-9, 0.5])
        person.learn(shipped, term(f"app:{number % 30}"), chance.random() < 0.5)
    assert all(0 < item.deviation <= 0.5 and abs(item.nats) < 5 for item in person.weights())


def test_an_hour_that_repeats_and_no_window_are_no_trouble() -> None:
    names = need_terms(None, NOON.replace(fold=1))
    assert set(names) >= {NEEDY} and len(names) == 2
    accept = accept_terms("day_summary", "agent:smol", "code", NOON)
    assert {"skill:day_summary", "worded:agent", "app:Visual Studio Code"} <= set(accept)


User = Callable[[random.Random, float], bool]
USERS: dict[str, User] = {
    "calibrated": lambda chance, p: chance.random() > p,
    "rejects nine of ten": lambda chance, p: chance.random() > 0.1,
    "takes what is surest": lambda chance, p: p < 0.85,
    "contrary": lambda chance, p: chance.random() < p,
}


def answered(user: User, budget: float, n: int, seed: int) -> tuple[list[bool], Budget]:
    """Whether each shown proposal was rejected, of `n` candidates on one day."""
    chance, rule = random.Random(seed), Budget(budget)
    rejected = []
    for _ in range(n):
        p = chance.betavariate(2, 2)
        if p >= rule.threshold(0.5, NOON):
            rejected.append(user(chance, p))
            rule.learn(rejected[-1], NOON)
    return rejected, rule


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(USERS)), st.floats(0.05, 1.0), st.integers(0, 10_000))
def test_whoever_answers_the_rejected_share_keeps_to_the_budget(
    name: str, budget: float, seed: int
) -> None:
    rejected, _ = answered(USERS[name], budget, 2000, seed)
    excess = [sum(rejected[:n]) - budget * n for n in range(len(rejected) + 1)]
    assert max(excess) <= (LIMIT + CREDIT) / STEP + 1


@pytest.mark.parametrize("budget", [0.2, 0.35])
def test_exchangeable_answers_end_at_the_budget_and_not_below(budget: float) -> None:
    shares = []
    for seed in range(5):
        rejected, _ = answered(USERS["calibrated"], budget, 4000, seed)
        shares.append(sum(rejected) / len(rejected))
    shipped = 1 - 0.6875  # of beta(2, 2) above one half
    assert abs(sum(shares) / len(shares) - min(budget, shipped)) < 0.03


def test_a_budget_that_is_not_reached_or_off_changes_nothing() -> None:
    assert answered(USERS["calibrated"], 1.0, 500, 0)[1].threshold(0.5, NOON) == 0.5
    assert answered(USERS["contrary"], 1.0, 500, 0)[1].threshold(0.5, NOON) == 0.5
    assert answered(lambda chance, p: False, 0.1, 500, 0)[1].threshold(0.5, NOON) == 0.5


def test_after_a_drift_it_recovers_both_ways() -> None:
    """A month of likes, a month of dislikes, two months of likes; six candidates an hour."""
    chance, rule, now = random.Random(1), Budget(0.3), NOON
    months: list[list[bool]] = [[], [], [], []]
    for month, shown in enumerate(months):
        for _ in range(30 * 40):
            now += timedelta(minutes=36)
            p = chance.betavariate(2, 2)
            if p >= rule.threshold(0.5, now):
                wrong = chance.random() < (0.95 if month == 1 else 0.1)
                shown.append(wrong)
                rule.learn(wrong, now)
    assert sum(months[0]) / len(months[0]) < 0.2
    assert sum(months[1]) < 0.3 * len(months[1]) + (LIMIT + CREDIT) / STEP + 30  # a try or so a day
    assert len(months[1]) < 0.15 * len(months[0])
    assert len(months[3]) > 0.9 * len(months[0])


def test_a_clock_that_is_set_back_forgives_nothing() -> None:
    rule = Budget(0.5)
    for _ in range(3):
        rule.learn(True, NOON)
    before = rule.at(NOON)
    assert rule.at(NOON - timedelta(days=365)) == before > 0
    rule.learn(True, NOON - timedelta(days=365))
    assert rule.at(NOON) > before
    assert rule.at(NOON + timedelta(days=7)) == pytest.approx(rule.nats / 2)


def test_words_of_probability() -> None:
    assert shifted(0.3, 0.0) == 0.3 < shifted(0.3, 0.1)
    assert raised(0.5, LIMIT) == 1.0 and raised(0.5, -1) == 0.5
