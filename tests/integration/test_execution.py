"""Tasks that are carried out and taken back, over a real store."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon import tools as tools_module
from daemon.errors import Conflict, NotFound
from daemon.executor import Executor
from daemon.skills import Skills
from daemon.store import Store, executions, proposals
from daemon.tools import Tools
from tests.offering import Desk

pytestmark = pytest.mark.anyio


class Fake:
    """A skill that copies, and may then fail."""

    name, summary = "fake", "A test's own."
    TEXT = "after"

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def match(self, history: Any) -> None: ...
    def adopt(self, task: str, history: Any) -> None: ...

    def execute(self, arguments: Any, tools: Tools) -> str:
        tools.copy(self.TEXT)
        if self.fails:
            raise RuntimeError
        return "Done."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield Desk(store)


async def test_a_task_is_carried_out_and_undone_once(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    executor = desk.executor(Fake())
    row = await desk.manners.answer(number, "accept", "cli")
    assert await executor.run(row) == (True, "Done.", True)
    assert desk.board.text == "after"
    assert await executor.undo(number) == "The clipboard is as before."
    assert desk.board.text == "before"
    with pytest.raises(Conflict):
        await executor.undo(number)
    with pytest.raises(NotFound):
        await executor.undo(77)


async def test_a_task_that_fails_leaves_nothing_half_done(desk: Desk) -> None:
    number = await desk.offer(1)
    assert number is not None
    row = await desk.manners.answer(number, "accept", "cli")
    done = await desk.executor(Fake(fails=True)).run(row)
    assert not done.ok and desk.board.text == "before"


async def test_a_task_that_was_given_up_does_nothing_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    class Slow(Fake):
        def execute(self, arguments: Any, tools: Tools) -> str:
            tools.copy(self.TEXT)
            time.sleep(0.5)
            try:
                tools.copy("too late")
            finally:
                over.set()
            return "Done."

    monkeypatch.setattr("daemon.executor.DEADLINE_S", 0.1)
    number = await desk.offer(1)
    assert number is not None
    row = await desk.manners.answer(number, "accept", "cli")
    assert not (await desk.executor(Slow()).run(row)).ok
    assert await asyncio.to_thread(over.wait, 5)
    assert desk.board.text == "before"


async def test_a_task_that_a_kill_cut_short_has_failed_and_can_be_taken_back(desk: Desk) -> None:
    class Stuck(Fake):
        def execute(self, arguments: Any, tools: Tools) -> str:
            tools.copy(self.TEXT)
            copied.set()
            go_on.wait(10)
            return "Done."

    copied, go_on = threading.Event(), threading.Event()
    number = await desk.offer(1)
    assert number is not None
    row = await desk.manners.answer(number, "accept", "popup")
    running = asyncio.create_task(desk.executor(Stuck()).run(row))
    await asyncio.to_thread(copied.wait, 10)
    await asyncio.sleep(0.1)
    left = desk.path.with_name("left.db")
    await desk.store.alone(lambda conn: conn.execute("VACUUM INTO ?", (str(left),)))
    go_on.set()
    assert (await running).ok
    with Store.open(left) as store:  # as the kill would have left it
        again = Executor(
            Skills([Fake()]), store, lambda: Tools(Path("/nowhere"), desk.board, lambda url: None)
        )
        with pytest.raises(Conflict, match="still running"):
            await again.undo(number)
        await again.start()
        found = store.read(lambda conn: executions.execution(conn, number))
        assert found is not None and found.state == "failed" and "hunch undo" in str(found.result)
        assert desk.board.text == "after"
        assert await again.undo(number) == "The clipboard is as before."
        assert desk.board.text == "before"
        with pytest.raises(Conflict, match="taken back already"):
            await again.undo(number)


async def test_a_clipboard_that_was_not_recorded_is_taken_back_from_memory_alone(
    desk: Desk, tmp_path: Path
) -> None:
    desk.board.text = "hunter22-of-the-password-manager"
    executor = desk.executor(Fake())
    number = await desk.offer(1)
    assert number is not None
    row = desk.store.read(lambda conn: proposals.proposal(conn, number))
    assert row is not None
    assert (await executor.run(row)).ok
    assert desk.board.text != "hunter22-of-the-password-manager"
    files = [path for path in tmp_path.iterdir() if path.name.startswith("hunch.db")]
    assert files and not any(b"hunter22" in path.read_bytes() for path in files)
    await executor.undo(number)
    assert desk.board.text == "hunter22-of-the-password-manager"
    await desk.store.write(lambda conn: conn.execute("UPDATE executions SET state = 'done'"))
    tools_module._held.clear()  # as after a new start
    desk.board.text = Fake.TEXT
    assert "not kept" in await executor.undo(number)
