"""When a proposal comes, and when not: over a real store, with a clock of the test's own."""

import struct
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from daemon.executor import Executor
from daemon.skills import Skills
from daemon.store import Store, proposals
from daemon.tools import Tools
from models.encoder import Encoder, pack
from models.observation import Prediction
from tests.offering import TASK, Desk, answers

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield Desk(store)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def vector(*numbers: float) -> tuple[bytes, str]:
    return struct.pack("<384e", *numbers, *[0.0] * (384 - len(numbers))), "m"


async def test_what_no_tray_showed_is_not_ignored_and_comes_again(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    await desk.manners.tick(hold=False)
    assert [name for name, _ in desk.told] == ["proposal"] and desk.state(number) == "waiting"
    desk.pass_time(11)
    await desk.manners.tick(hold=False)
    assert desk.ended(number) == ("withdrawn", "not shown")
    assert desk.told[-1] == ("withdrawn", {"id": number})
    assert desk.store.read(answers) == []
    again = await desk.offer(1)
    assert again is not None
    await desk.look()
    assert desk.state(again) == "shown"
    desk.pass_time(61)
    await desk.manners.tick(hold=False)
    assert desk.state(again) == "ignored"


async def test_budgets_survive_a_new_start_and_a_clock_that_is_set(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        desk = Desk(store, proposals_per_hour=2, proposals_per_day=3)
        for number in (1, 2):
            await shown(desk, number)
        assert await desk.offer(3) is None and desk.newest().reason == "budget"
        desk.set_clock(-7200)  # set back, and right again
        assert await desk.offer(4) is not None
        await desk.manners.tick(hold=True)
        desk.set_clock(7200)
        await desk.manners.tick(hold=True)
        after = Desk(store, proposals_per_hour=2, proposals_per_day=3)
        after.now = desk.now
        await after.manners.start()
        assert await after.offer(5) is None and after.newest().reason == "budget"
        after.pass_time(3700)
        await shown(after, 6)
        after.pass_time(3700)
        assert await after.offer(7) is None and after.newest().reason == "budget"  # of the day
        after.pass_time(86400)
        await shown(after, 8)


async def shown(desk: Desk, number: int) -> int:
    made = await desk.offer(number)
    assert made is not None, desk.newest()
    await desk.look()
    assert desk.state(made) == "shown"
    await desk.manners.answer(made, "reject", "popup")
    return made


async def test_the_like_of_what_was_rejected_done_or_ignored_is_not_offered(desk: Desk) -> None:
    async def offer(task: str, made: tuple[bytes, str]) -> int | None:
        one = msgspec.structs.replace(TASK, task=task, arguments={"text": task})
        return await desk.offer_task(one, made)

    first = await offer("Search for a.", vector(1, 0))
    assert first is not None
    await desk.manners.answer(first, "reject", "popup")
    near, far, other = vector(1, 0.1), vector(1, 0.5), (vector(1, 0.1)[0], "another encoder")
    assert await offer("Search for an a.", near) is None
    assert desk.newest().reason == "like a rejected one"
    ignored = await offer("Search for b.", far)
    assert ignored is not None
    await desk.look()
    desk.pass_time(61)
    await desk.manners.tick(hold=False)
    assert await offer("Search for b, please.", far) is None
    assert desk.newest().reason == "like an ignored one"
    desk.pass_time(86400)
    again = await offer("Search for b, please.", far)  # ignored things are forgiven sooner
    assert again is not None
    await desk.manners.answer(again, "accept", "popup")
    row = desk.newest()
    assert (await executor(desk).run(row)).ok
    desk.pass_time(86500)
    assert await offer("Search for b, now.", far) is None
    assert desk.newest().reason == "like a done one"
    await executor(desk).undo(again)
    assert await offer("Search for b, now.", far) is None
    assert desk.newest().reason == "like a rejected one"  # taken back: not to be done again
    foreign = await offer("Search for an a.", other)
    assert foreign is not None  # vectors of two encoders are not compared
    await desk.manners.answer(foreign, "accept", "cli")
    desk.pass_time(8 * 86400)
    assert await offer("Search for an a.", near) is not None


def executor(desk: Desk) -> Executor:
    class Fake:
        name, summary = "fake", "A test's own."

        def match(self, history: Any) -> None: ...
        def adopt(self, task: str, history: Any) -> None: ...

        def execute(self, arguments: Any, tools: Tools) -> str:
            tools.copy("after")
            return "Done."

    return Executor(
        Skills([Fake()]), desk.store, lambda: Tools(Path("/nowhere"), desk.board, lambda url: None)
    )


SEARCH = "Search duckduckgo.com for '{}' and put the cleaned error on the clipboard."
PAGE = "Open doc.rust-lang.org's page on {} and put the cleaned error on the clipboard."
SUMMARY = "Write a summary of today's work: what, how long, and where."


@pytest.mark.parametrize(
    ("one", "other", "comes"),
    [
        (SEARCH.format("python KeyError: 'amount'"), SEARCH.format("python KeyError: amount"), False),
        (SEARCH.format("python KeyError: 'amount'"), SEARCH.format("python KeyError: 'price'"), True),
        (SEARCH.format("IndexError: list index out of range"),
         SEARCH.format("IndexError: tuple index out of range"), True),
        (PAGE.format("E0308"), PAGE.format("E0425"), True),
        (SUMMARY, SUMMARY, True),  # of another day: its words do not say so, its arguments do
    ],
)  # fmt: skip
async def test_two_errors_are_two_tasks_and_one_is_one(
    desk: Desk, encoder: Encoder, one: str, other: str, comes: bool
) -> None:
    def task(words: str, number: int) -> Prediction:
        return msgspec.structs.replace(TASK, task=words, arguments={"n": number})

    def made(words: str) -> tuple[bytes, str]:
        return pack(encoder.encode([words])[0]), encoder.name

    first = await desk.offer_task(task(one, 1), made(one))
    assert first is not None
    await desk.manners.answer(first, "reject", "cli")
    desk.pass_time(2 * 86400)
    assert (await desk.offer_task(task(one, 1), None)) is None  # the very same, in any case
    assert (await desk.offer_task(task(other, 2), made(other)) is not None) == comes


async def test_the_first_days_are_silent_and_some_skills_always(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        desk = Desk(store, shadow_days=2.0)
        assert await desk.offer(1) is None
        row = desk.newest()
        assert (row.state, row.reason, row.shadow) == ("withdrawn", "shadow", True)
        assert await desk.offer(1) is None and desk.newest().reason == "again"
        assert not desk.manners.is_open and desk.told == []
        desk.pass_time(2 * 86400)
        number = await desk.offer(1)
        assert number is not None
        always = Desk(store, shadow_skills=("fake",))
        always.now = desk.now
        assert await always.offer(2) is None and always.newest().shadow
        assert await always.offer(3, skill="another") is not None


async def test_nothing_is_accepted_but_by_a_person(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        desk = Desk(store, stale_s=20.0)
        for number, seen in enumerate((True, False, None)):  # ignored, not shown, late
            assert await desk.offer(number) is not None
            for _ in range(20):
                desk.pass_time(5)
                if seen is None:
                    await desk.manners.tick(hold=True)
                elif seen:
                    await desk.look()
                else:
                    await desk.manners.tick(hold=False)
            assert not desk.manners.is_open
        assert await desk.offer(9) is not None
        await Desk(store).manners.start()  # killed
        found = store.read(proposals.proposals)[::-1]
        assert [(row.state, row.reason) for row in found] == [
            ("ignored", None),
            ("withdrawn", "not shown"),
            ("withdrawn", "held back"),
            ("withdrawn", "cut short"),
        ]
        assert store.read(answers) == [("ignore", "timeout")]
        assert not store.read(lambda conn: conn.execute("SELECT 1 FROM executions").fetchall())


async def test_it_waits_for_a_switch_or_a_pause(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    desk.rhythm.typed(desk.now)
    desk.pass_time(1)
    await desk.look()
    assert desk.state(number) == "waiting"
    desk.rhythm.switched(desk.now - timedelta(seconds=0.9))
    await desk.look()
    assert desk.state(number) == "shown"
