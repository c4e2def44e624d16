"""Answers and marks in a real store move what is said next, and nothing else does."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.learning import Learning, forget
from daemon.store import Store, executions, proposals
from models.decision import COSTS, near_threshold
from models.observation import Need
from tests.lessons import ACCEPT, NEED, User
from tests.offering import answers

pytestmark = pytest.mark.anyio

MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_of_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield User(store, MORNING, data_dir=str(tmp_path))


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
    assert (user.accepts("b"), user.accepts("a")) == without


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
    await user.is_asked("search", "reject")
    first = user.store.read(lambda conn: conn.execute("SELECT max(id) FROM predictions").fetchone())

    def many(conn: proposals.Connection) -> None:
        for number in range(3000):
            made = proposals.add_proposal(conn, first[0], user.now)
            said: proposals.Answer = "accept" if number % 3 else "reject"
            proposals.add_answer(conn, made, said, "cli", user.now + timedelta(seconds=number))

    await user.store.write(many)
    user.now += timedelta(hours=1)
    user.accepts("search")
    spent = []
    for number in range(8):
        await user.is_asked(f"skill {number}", "accept")
        started = time.perf_counter()
        now = user.accepts("search")
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.2
    again = Learning(user.store.read, user.settings, lambda: user.now)
    user.learning = again
    assert user.accepts("search") == pytest.approx(now, abs=1e-3)


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


async def test_taste_tells_in_plain_words_and_forgets(user: User, tmp_path: Path) -> None:
    def tell(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["taste", "--data-dir", str(tmp_path), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "nothing of you yet" in tell()
    for number in range(8):
        await user.is_asked("error_search", "reject")
        await user.is_asked("day_summary", "accept" if number else "reject")
    await user.is_asked("day_summary", "ignore")
    await user.marks(await user.sees("xterm"), needed=True)
    told = tell()
    assert "7 accepted, 9 rejected, 0 taken back, 1 ignored; 1 marks" in told
    assert re.search(r"day summary +more: \+\d\.\d .*7 of 8 taken", told)
    assert re.search(r"error search +less: -\d\.\d .*0 of 8 taken", told)
    assert "at most 50 % of the proposals rejected; 56 % of what you answered" in told
    assert "of 7 that you accepted" in told and "of 9 that you rejected" in told
    document = msgspec.json.decode(tell("--json"))
    assert document["said"]["ignore"] == 1 and document["last"]["answers"] == 16
    assert document["last"]["rejected_saved"] == 9
    assert "stay" in tell("--forget")
    assert (tmp_path / "taste.json").stat().st_mode & 0o777 == 0o600
    assert "nothing of you yet" in tell()
    assert user.accepts("day_summary") == ACCEPT  # the daemon hears of it by itself
