"""Answers and time: silence ends, grades count at their moment, and a clock that was wrong does no harm."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from daemon.learning import Learning, forget
from tests.lessons import ACCEPT, MORNING, NEED, User, clock_of_greenwich, user

__all__ = ["clock_of_greenwich", "user"]  # fixtures of both files

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock_of_greenwich")]


async def test_silence_ends_by_itself(user: User) -> None:
    """Who rejected everything gives no more answers: time alone forgets."""
    for number in range(40):
        await user.is_asked("search", "reject", app=f"program {number % 3}")
    silenced = user.forecast("search", "program 1")[1]
    assert silenced.probability < 0.3 and silenced.threshold > 0.99
    user.now += timedelta(days=60)
    later = user.forecast("search", "program 1")
    assert silenced.probability + 0.1 < later[1].probability < ACCEPT
    assert later[0].probability < NEED
    user.now += timedelta(days=300)
    assert user.accepts("search", "program 1") == pytest.approx(ACCEPT, abs=0.02)
    assert user.needs("program 1") == pytest.approx(NEED, abs=0.02)


async def test_grades_count_at_their_moment_and_do_not_raise_the_budget(user: User) -> None:
    await user.is_asked("search", "accept")
    before, asked = user.threshold(), user.now
    for _ in range(10):
        await user.is_asked("search", "reject", via="review")
    late, given = (
        "UPDATE answers SET time_us = time_us + ? WHERE via = 'review'",
        timedelta(days=100),
    )
    await user.store.write(lambda conn: conn.execute(late, (given // timedelta(microseconds=1),)))
    assert user.threshold() == pytest.approx(before, abs=1e-4)
    user.now += timedelta(days=101)
    faded = user.accepts("search")
    assert [row.time < asked + timedelta(hours=1) for row in user.learning.lessons] == [True] * 11
    await user.is_asked("search", "reject")
    assert user.accepts("search") < faded - 0.03


async def test_answers_stamped_in_the_future_hold_nothing_up(user: User) -> None:
    user.now += timedelta(days=1000)
    for _ in range(20):
        await user.is_asked("search", "reject")
    assert user.threshold() > 0.99
    user.now = MORNING  # the clock is set right
    await user.is_asked("search", "accept")
    assert user.threshold() > 0.99
    for _ in range(2):
        user.now += timedelta(days=28)
        user.learning = Learning(user.store.read, user.settings, lambda: user.now)
    assert user.threshold() < 0.75
    for _ in range(10):  # and they stay as old as the first answer after them
        await user.is_asked("search", "accept")
    assert user.threshold() == pytest.approx(1 / (1 + user.needs()))


async def test_a_reset_stamped_in_the_future_is_one_of_now(user: User) -> None:
    await user.is_asked("search", "reject")
    forget(user.settings.data_path, user.now + timedelta(days=1000))
    assert user.accepts("search") == ACCEPT
    user.now += timedelta(minutes=1)
    await user.is_asked("search", "reject")
    assert user.accepts("search") < ACCEPT
    user.learning = Learning(user.store.read, user.settings, lambda: user.now)
    assert user.accepts("search") < ACCEPT


async def test_clocks_that_repeat_an_hour_or_step_back_do_no_harm(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    user.now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30, and an hour later 2:30 again
    for _ in range(3):
        await user.is_asked("search", "reject")
        user.now += timedelta(hours=1)
    user.now -= timedelta(days=400)
    await user.is_asked("search", "accept")
    once = user.accepts("search")
    user.learning = Learning(user.store.read, user.settings, lambda: user.now)
    assert user.accepts("search") == once
    names = [item.name for item in user.learning.learnt().accept.weights()]
    assert "time:night" in names
