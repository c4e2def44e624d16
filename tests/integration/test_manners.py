"""The popup's manners, over a real store with a clock of the test's own."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.errors import Conflict, HunchError, NotFound
from daemon.store import Store
from tests.offering import Desk, answers

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("daemon.store.opening.BUSY_S", 0.2)
    with Store.open(tmp_path / "hunch.db") as store:
        yield Desk(store, proposals_per_hour=2)


async def test_never_in_the_middle_of_typing_and_dropped_when_stale(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    desk.rhythm.typed(desk.now - timedelta(seconds=1))
    await desk.look()
    assert desk.state(number) == "waiting"
    await desk.manners.tick(hold=True)
    assert desk.state(number) == "waiting"
    desk.pass_time(61)
    desk.rhythm.typed(desk.now)
    await desk.look()
    assert desk.ended(number) == ("withdrawn", "stale")
    assert [name for name, _ in desk.told] == ["withdrawn"]


async def test_what_stands_on_a_screen_that_others_see_is_withdrawn(desk: Desk) -> None:
    first = await desk.offer(1)
    assert first is not None
    await desk.look()
    assert desk.state(first) == "shown"
    await desk.manners.tick(hold=True)
    assert desk.state(first) == "withdrawn"
    assert desk.told[-1] == ("withdrawn", {"id": first})
    assert await desk.offer(1) is not None  # it was no answer


async def test_what_could_not_be_shown_is_not_ignored(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    with closing(sqlite3.connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HunchError):
            await desk.look()
        other.rollback()
    desk.pass_time(5)
    await desk.look()
    assert desk.state(number) == "shown" and desk.told[-1][0] == "proposal"
    assert desk.store.read(answers) == []


async def test_one_at_a_time_so_many_an_hour_and_never_the_same_again(desk: Desk) -> None:
    first = await desk.offer(1)
    assert first is not None
    assert await desk.offer(2) is None
    await desk.look()
    await desk.manners.answer(first, "reject", "popup")
    assert await desk.offer(1) is None
    second = await desk.offer(2)
    assert second is not None
    await desk.look()
    await desk.manners.answer(second, "reject", "popup")
    assert await desk.offer(3) is None  # two were shown within the hour
    assert (desk.newest().state, desk.newest().reason) == ("withdrawn", "budget")
    assert not desk.manners.payload(desk.newest())["offered"]  # the tray does not list it
    desk.pass_time(3690)
    fourth = await desk.offer(4)
    assert fourth is not None
    await desk.look()
    assert desk.state(fourth) == "shown"


async def test_ignored_is_not_rejected_and_late_answers_are_told(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.look()
    desk.pass_time(61)
    await desk.look()
    assert desk.state(number) == "ignored"
    assert desk.store.read(answers) == [("ignore", "timeout")]
    row = await desk.manners.answer(number, "accept", "cli")  # the user changed their mind
    assert row.state == "accepted"
    with pytest.raises(Conflict):
        await desk.manners.answer(number, "reject", "cli")
    with pytest.raises(NotFound):
        await desk.manners.answer(999, "accept", "cli")


async def test_a_sleep_and_a_clock_that_is_set_are_no_answers(desk: Desk) -> None:
    slept = await desk.offer(1)
    assert slept is not None
    await desk.look()
    desk.set_clock(8 * 3600)  # the lid is closed
    await desk.look()
    assert desk.ended(slept) == ("withdrawn", "not seen")
    back = await desk.offer(2)
    assert back is not None
    await desk.look()
    desk.set_clock(-3600)
    await desk.look()
    assert desk.state(back) == "shown"
    desk.pass_time(59)
    await desk.look()
    assert desk.state(back) == "shown"
    desk.pass_time(2)
    await desk.look()
    assert desk.state(back) == "ignored"


async def test_what_waited_through_a_sleep_is_late(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    desk.set_clock(8 * 3600)
    await desk.look()
    assert desk.ended(number) == ("withdrawn", "stale")


async def test_where_nobody_was_there_nothing_was_ignored(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.look()
    desk.there = False
    desk.pass_time(61)
    await desk.look()
    assert desk.ended(number) == ("withdrawn", "not seen")
    assert desk.told[-1] == ("withdrawn", {"id": number})
    assert await desk.offer(1) is not None  # it was no answer


async def test_told_twice_that_it_stands_there_it_stands_there_once(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.look()
    first = await desk.manners.seen(number)
    desk.pass_time(30)
    again = await desk.manners.seen(number)
    assert again.shown == first.shown
    assert desk.manners.payload(again)["expires_s"] == 30
    desk.pass_time(30)
    await desk.look()
    assert desk.state(number) == "ignored"


async def test_what_a_kill_left_open_is_withdrawn(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.look()
    after = Desk(desk.store)
    await after.manners.start()
    assert desk.state(number) == "withdrawn"


async def test_answers_given_at_the_same_moment_count_once(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.look()
    given = [desk.manners.answer(number, "accept", via) for via in ("popup", "cli", "popup")]
    done = await asyncio.gather(*given, return_exceptions=True)
    assert sorted(type(item).__name__ for item in done) == ["Conflict", "Conflict", "ProposalRow"]
    assert len(desk.store.read(answers)) == 1
    other = await desk.offer(2)
    assert other is not None
    with pytest.raises(Conflict, match="Nobody saw"):
        await desk.manners.answer(other, "ignore", "tray")
    await desk.look()
    await desk.manners.answer(other, "ignore", "popup")
    with pytest.raises(Conflict):
        await desk.manners.answer(other, "ignore", "popup")
