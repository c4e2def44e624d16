"""Answers and marks in a real store move what is said next, and nothing else does."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from daemon.learning import Learning, forget
from daemon.store import executions, proposals, story
from models.decision import COSTS, near_threshold
from models.observation import Need, Observation, Prediction
from models.personal import shifted
from models.segment import Segment
from tests.lessons import ACCEPT, MORNING, NEED, User, clock_of_greenwich, user

__all__ = ["clock_of_greenwich", "user"]  # fixtures of both files
from tests.offering import answers

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock_of_greenwich")]


async def test_without_answers_the_shipped_models_speak(user: User) -> None:
    need, judgement = user.forecast("search")
    assert (need.probability, need.shipped) == (NEED, NEED)
    assert need.threshold == near_threshold(COSTS["balanced"])
    assert (judgement.probability, judgement.shipped) == (ACCEPT, ACCEPT)
    assert judgement.threshold == pytest.approx(1 / (1 + NEED))


async def test_an_answer_changes_the_next_judgement_at_once(user: User) -> None:
    await user.is_asked("search", "reject")
    started = time.perf_counter()
    assert user.accepts("search") < ACCEPT - 0.05
    assert time.perf_counter() - started < 1
    assert user.accepts("search") < user.accepts("other") < ACCEPT  # the offset, hour and program
    await user.is_asked("other", "accept")
    assert user.accepts("other") > user.accepts("search")
    assert user.forecast("other")[1].shipped == ACCEPT  # learning never learns from itself


async def test_a_scripted_taste_is_learnt_and_forgotten_again(user: User) -> None:
    """Never search; summaries always; in the morning little."""
    for day in range(10):
        user.now = MORNING + timedelta(days=day)
        await user.is_asked("search", "reject")
        await user.is_asked("summary", "accept" if day % 3 == 0 else "reject")
        user.now += timedelta(hours=8)
        await user.is_asked("search", "reject")
        await user.is_asked("summary", "accept")
    evening = user.accepts("summary")
    assert evening > 0.6 > 0.3 > user.accepts("search")
    user.now = MORNING + timedelta(days=11)
    assert user.accepts("summary") < evening - 0.1
    learnt = {item.name: item.nats for item in user.learning.learnt().accept.weights()}
    assert learnt["skill:search"] < -0.5 < 0.5 < learnt["skill:summary"]
    assert learnt["time:morning"] < 0 < learnt["time:afternoon"]
    await user.store.write(lambda conn: conn.execute("DELETE FROM answers"))
    assert user.accepts("search") == user.accepts("summary") == ACCEPT


async def test_forgetting_one_answer_leaves_what_the_others_taught(user: User) -> None:
    await user.is_asked("a", "reject")
    without = user.accepts("b"), user.accepts("a")
    second = await user.is_asked("b", "reject")
    assert user.accepts("b") < without[0]
    await user.store.write(
        lambda conn: conn.execute(
            "DELETE FROM observations WHERE id = (SELECT observation_id FROM predictions JOIN"
            " proposals ON predictions.id = prediction_id WHERE proposals.id = ?)", (second,),
        )
    )  # fmt: skip
    left = user.accepts("b"), user.accepts("a")
    assert left == pytest.approx(without, abs=1e-5)  # a minute has passed


async def test_forgetting_the_oldest_answers_unlearns_them_at_once(user: User) -> None:
    """As `hunch forget --before` and retention do: what is left is a row of newest answers."""
    for _ in range(3):
        await user.is_asked("search", "reject")
    await user.is_asked("other", "accept")
    learnt = user.accepts("search")
    await user.store.write(lambda conn: conn.execute("DELETE FROM answers WHERE answer = 'reject'"))
    left = user.accepts("search")
    user.learning = Learning(user.store.read, user.settings, lambda: user.now)
    assert left == user.accepts("search") > learnt


async def test_an_ignored_one_is_not_rejected_and_a_late_answer_counts_instead(user: User) -> None:
    number = await user.is_asked("search", "ignore")
    ignored = user.accepts("search")
    assert ACCEPT - 0.05 < ignored < ACCEPT
    assert user.threshold() == pytest.approx(1 / (1 + user.needs()))  # the budget knows nothing
    await user.store.write(
        lambda conn: proposals.add_answer(conn, number, "accept", "cli", user.now)
    )
    assert user.accepts("search") > ACCEPT


async def test_however_many_are_ignored_other_help_and_the_need_are_untouched(user: User) -> None:
    before = user.forecast("other", "xterm")
    for _ in range(150):
        await user.is_asked("search", "ignore")
    assert user.forecast("other", "xterm") == before
    assert user.forecast("other", "code") == before
    assert shifted(ACCEPT, -0.5) - 1e-9 <= user.accepts("search") < ACCEPT - 0.05
    for _ in range(3):
        await user.is_asked("search", "accept")
    assert user.accepts("search") > ACCEPT - 0.02


async def test_what_is_taken_back_counts_against(user: User) -> None:
    number = await user.is_asked("search", "accept")
    assert user.accepts("search") > ACCEPT

    def undo(conn: proposals.Connection) -> None:
        done = executions.start_execution(conn, number, user.now)
        executions.end_execution(conn, done, "done", "Done.", [])
        executions.mark_undone(conn, done)

    await user.store.write(undo)
    assert user.accepts("search") < ACCEPT


async def test_marks_move_the_need_of_such_moments_alone(user: User) -> None:
    missed = await user.sees("xterm")
    await user.marks(missed, needed=True)
    assert user.needs("xterm") > user.needs("firefox") > NEED
    assert user.accepts("search", "xterm") == ACCEPT
    await user.marks(missed, needed=False)  # the newest word on a moment counts
    assert user.needs("xterm") < NEED
    await user.store.write(lambda conn: conn.execute("DELETE FROM marks"))
    assert user.needs("xterm") == NEED
    unasked = await user.sees("xterm", Need(0.0, 1.0, ""))  # no model said anything then
    await user.marks(unasked, needed=True)
    assert user.needs("xterm") == NEED


async def test_grades_of_silent_proposals_teach(user: User) -> None:
    number = await user.is_asked("search", "accept", via="review")
    assert user.accepts("search") > ACCEPT and user.needs() == NEED
    row = user.store.read(lambda conn: proposals.proposal(conn, number))
    assert row is not None
    await user.marks(row.observation_id, needed=True)  # as `hunch review` does: it counts once
    assert user.needs() > NEED


async def test_answers_before_a_reset_count_no_more_and_stay(user: User) -> None:
    await user.is_asked("search", "reject")
    assert user.accepts("search") < ACCEPT
    forget(user.settings.data_path, user.now)
    assert user.accepts("search") == ACCEPT
    assert len(user.store.read(answers)) == 1
    user.now += timedelta(minutes=1)
    await user.is_asked("search", "reject")
    assert user.accepts("search") < ACCEPT


async def test_rejections_raise_the_threshold_until_the_budget_is_kept(user: User) -> None:
    before = user.threshold()
    for _ in range(30):
        await user.is_asked("search", "reject")
    assert user.threshold() > 0.99
    unbounded = User(user.store, user.now, rejected_budget=1.0)
    assert unbounded.threshold() == pytest.approx(1 / (1 + unbounded.needs()))
    user.now += timedelta(days=28)
    assert before < user.threshold() < 0.9


async def test_folding_bit_by_bit_is_folding_all_and_thousands_stay_cheap(user: User) -> None:
    """200 programs, most answers ignored: a running daemon and a fresh one know the same."""

    def many(conn: proposals.Connection) -> None:
        session = story.start_session(conn, MORNING)
        for number in range(3000):
            when = MORNING + timedelta(minutes=number)
            segment = Segment(when, 20.0, f"program {number % (20 if number % 3 else 200)}")
            seen = story.add_observation(
                conn, story.add_segment(conn, session, segment), Observation("1", "X."), "rules"
            )
            task = Prediction("Do.", source="skill:a", skill=f"skill {number % 5}")
            made = proposals.add_prediction(conn, seen, Need(NEED, 1.0, "m", NEED), task)
            made = proposals.add_proposal(conn, made, when)
            said: proposals.Answer = "accept" if number % 7 else "reject"
            proposals.add_answer(conn, made, "ignore" if number % 2 else said, "cli", when)

    await user.store.write(many)
    user.now += timedelta(days=3)
    spent = []
    for number in range(12):
        await user.is_asked(f"skill {number}", "ignore" if number % 3 else "accept")
        started = time.perf_counter()
        known = user.forecast("skill 0", "program 1")
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.2
    again = Learning(user.store.read, user.settings, lambda: user.now)
    user.learning = again
    started = time.perf_counter()
    assert user.forecast("skill 0", "program 1") == known
    assert time.perf_counter() - started < 2  # a quarter of a second on an idle machine
    assert sum(row.said != "ignore" for row in again.lessons) <= 1000
    names = [item.name for item in again.learnt().accept.weights()]
    assert sum(name.startswith("app:") for name in names) == 30


async def test_a_past_that_is_gone_through_again_knows_no_later_answers(user: User) -> None:
    for _ in range(8):
        await user.is_asked("search", "reject")
    then = user.now - timedelta(seconds=30)
    said = user.accepts("search")
    for _ in range(8):
        await user.is_asked("search", "accept")
    assert user.accepts("search") > said + 0.1
    user.now, user.learning = (
        then,
        Learning(user.store.read, user.settings, lambda: user.now, past=True),
    )
    assert user.accepts("search") == pytest.approx(said, abs=1e-4)
    # And: what the user has forgotten since counts in no past, and stays forgotten
    forget(user.settings.data_path, datetime.now(UTC))
    before = (user.settings.data_path / "taste.json").read_bytes()
    user.learning = Learning(user.store.read, user.settings, lambda: user.now, past=True)
    assert user.accepts("search") == ACCEPT
    assert (user.settings.data_path / "taste.json").read_bytes() == before
