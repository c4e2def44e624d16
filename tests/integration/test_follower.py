"""Segments are told once each and in order, whatever stops the telling in between."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.errors import HunchError
from daemon.follower import Follower
from daemon.store import Store, capture, story
from models.observation import Observation
from models.segment import Segment
from models.segmenter import Limits
from tests.moments import START, at
from watchers.event import Bucket, Event

pytestmark = pytest.mark.anyio

WINDOW = Bucket("w", "currentwindow", "c", "h")


class Desk:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.told: list[str | None] = []
        self.fail_at: int | None = None
        self.failure: Exception = HunchError("Disk full", "Free some space.")
        self.slow = False
        self.slow_at: int | None = None
        self.slow_after = False
        self.begun = asyncio.Event()
        self.following: Follower | None = None

    async def _hang(self, *, after: bool) -> None:
        if len(self.told) - after == self.slow_at and self.slow_after == after:
            self.begun.set()
            await asyncio.sleep(60)

    def follower(self) -> Follower:
        self.following = Follower(self.store, Limits(), lambda session: None, self.step, self.step)
        return self.following

    async def step(self, segment: Segment) -> None:
        assert self.following is not None
        reached = self.following.reached
        if self.slow:
            await asyncio.sleep(60)
        await self._hang(after=False)
        if len(self.told) == self.fail_at:
            self.fail_at = None
            raise self.failure

        def keep(conn: story.Connection) -> None:
            session = story.sessions(conn)[-1].id
            story.set_cursor(conn, session, reached)
            number = story.add_segment(conn, session, segment)
            story.add_observation(conn, number, Observation("1", str(segment.title)), "rules")

        await self.store.write(keep)
        self.told.append(segment.title)
        await self._hang(after=True)

    async def switch(self, first: int, last: int) -> None:
        def keep(conn: story.Connection) -> None:
            capture.create_bucket(conn, WINDOW)
            for number in range(first, last):
                data = {"app": "Chromium", "title": f"page {number}"}
                capture.insert(conn, "w", [Event(at(number * 10), 10.0, data)])

        await self.store.write(keep)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield Desk(store)


def pages(first: int, last: int) -> list[str]:
    return [f"page {number}" for number in range(first, last)]


async def test_a_step_that_could_not_be_written_is_taken_again(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 6)
    desk.fail_at = 2
    with pytest.raises(HunchError):
        await follower.advance(at(70))
    await follower.advance(at(71))
    await follower.stop(at(72))
    assert desk.told == pages(0, 6)


async def test_a_segment_that_breaks_our_code_holds_up_no_other(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 6)
    desk.fail_at, desk.failure = 2, RuntimeError()
    await follower.advance(at(70))
    await follower.stop(at(72))
    assert desk.told == [*pages(0, 2), *pages(3, 6)]


async def test_a_stop_tells_what_is_left_and_ends_the_session(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 4)
    follower.halt()
    await follower.advance(at(35))
    assert desk.told == []
    await follower.stop(at(36))
    assert desk.told == pages(0, 4)
    sessions = desk.store.read(story.sessions)
    assert [row.ended for row in sessions] == [at(36)]


async def test_what_a_stop_or_a_kill_cuts_short_the_next_start_tells(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 3)
    await follower.advance(at(25))
    told = list(desk.told)
    await desk.switch(3, 6)
    desk.slow = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(follower.stop(at(62)), 0.1)
    desk.slow = False
    after = desk.follower()
    await after.start(at(100))
    await after.stop(at(200))
    assert told and desk.told == pages(0, 6)
    assert len(desk.store.read(story.sessions)) == 1


async def test_a_long_absence_begins_another_session(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 2)
    late: datetime = at(0) + timedelta(hours=5)
    data = {"app": "Chromium", "title": "later"}
    await desk.store.write(lambda conn: capture.insert(conn, "w", [Event(late, 5.0, data)]))
    await follower.stop(late + timedelta(seconds=60))
    assert desk.told == ["page 0", "page 1", "later"]
    assert len(desk.store.read(story.sessions)) == 2


@pytest.mark.parametrize("kept", [False, True])
async def test_what_is_forgotten_in_the_middle_of_a_step_is_not_told(
    desk: Desk, kept: bool
) -> None:
    """Broken off before or after its sentence was kept: nothing twice, nothing of what went."""
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 6)
    desk.slow_at, desk.slow_after = 2, kept
    step = asyncio.create_task(follower.advance(at(100)))
    await asyncio.wait_for(desk.begun.wait(), 10)
    async with follower.held():
        await desk.store.write(
            lambda conn: conn.execute("DELETE FROM events WHERE data LIKE '%page 4%'")
        )
    await asyncio.wait_for(step, 10)
    desk.slow_at = None
    await follower.advance(at(100))
    told = [row.title for row in desk.store.read(story.log)]
    assert told == ["page 0", "page 1", "page 2", "page 3", "page 5"]


async def test_a_clock_that_is_set_back_tells_both_hours_once(desk: Desk) -> None:
    follower = desk.follower()
    await follower.start(START)
    await desk.switch(0, 6)
    await follower.advance(at(100))
    assert desk.told == pages(0, 6)
    back = timedelta(seconds=80)  # the clock says 20 again, and goes through 20 to 100 once more

    def keep(conn: story.Connection) -> None:
        for number in range(6, 12):
            data = {"app": "Chromium", "title": f"page {number}"}
            capture.insert(conn, "w", [Event(at(number * 10 + 40) - back, 10.0, data)])

    for second in (21, 40, 61, 80, 101, 130):
        if second == 21:
            await desk.store.write(keep)
        await follower.advance(at(second))
    await follower.stop(at(140))
    assert sorted(t for t in desk.told if t) == sorted(pages(0, 12))
