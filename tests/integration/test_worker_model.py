"""The language model in the worker: read ahead, freed when nobody asks it, left out when it ends the worker."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from daemon.worker import ModelWorker, WorkerUnavailable
from models.asking import Asking
from models.engine.base import AwayError, EngineError, Prompt, T
from models.engine.machine import free_bytes
from models.engine.replay import ReplayEngine
from models.messages import DescribeParams, Setup
from models.observation import Observation
from models.worker import Worker
from tests.moments import key, keyboard, moment
from tests.tiny_llama import write_model

pytestmark = pytest.mark.anyio

SEGMENT = moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment
RULES = ("The user runs 'pytest -q' in XTerm.", "rules")
HISTORY = [Observation(str(number), f"The user opens '{number}.py'.") for number in range(12)]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tiny.gguf")


@pytest.fixture
async def worker(model: Path) -> AsyncIterator[ModelWorker]:
    worker = ModelWorker(Setup(str(model), idle_s=1.0))
    yield worker
    await worker.close()


async def evaluated(worker: ModelWorker) -> int:
    return int((await worker.status())["evaluated"])


async def test_a_history_read_ahead_is_not_read_again(worker: ModelWorker) -> None:
    await worker.ahead(Asking(HISTORY))
    assert (worker.pid, worker.loaded) == (None, False)  # nothing is started for it
    await worker.predict(Asking(HISTORY[:4]))
    assert worker.loaded
    cold = await evaluated(worker)
    for _ in range(12):
        await worker.ahead(Asking(HISTORY))
    read = await evaluated(worker)
    await worker.predict(Asking(HISTORY))
    assert read > cold
    assert (
        await evaluated(worker) - read < cold
    )  # the question and the answer, without the eight more


async def test_the_model_is_freed_while_others_are_asked(worker: ModelWorker) -> None:
    await worker.need(HISTORY, [])
    base_kb, pid = resident_kb(worker), worker.pid
    await worker.predict(Asking(HISTORY))
    assert worker.loaded
    loaded_kb = resident_kb(worker)
    deadline = time.monotonic() + 20
    while worker.loaded and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        await worker.need(HISTORY, [])
        await worker.ahead(Asking(HISTORY))
    await worker.need(HISTORY, [])
    assert not worker.loaded
    assert resident_kb(worker) < base_kb + 5000 < loaded_kb
    await worker.predict(Asking(HISTORY))
    assert worker.loaded
    assert (worker.pid, worker.deaths) == (pid, 0)


async def test_what_was_told_once_is_known_after_the_model_was_freed(worker: ModelWorker) -> None:
    told = await worker.describe(SEGMENT)
    assert worker.loaded
    deadline = time.monotonic() + 20
    while worker.loaded and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        await worker.status()
    assert not worker.loaded
    assert await worker.describe(SEGMENT) == told
    assert not worker.loaded  # nobody was asked


def resident_kb(worker: ModelWorker) -> int:
    lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def test_a_model_that_ends_the_worker_again_and_again_is_left_out(
    worker: ModelWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.worker.BACK_OFF_S", (0.0,))
    for _ in range(3):
        asked = asyncio.create_task(worker.describe(SEGMENT))
        while worker.pid is None:
            await asyncio.sleep(0.01)
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerUnavailable, match="ended"):
            await asked
    assert await worker.describe(SEGMENT) == RULES
    assert worker.problem is not None and "set `model` to another" in worker.problem
    assert "smaller" not in worker.problem  # it may be a server
    assert (await worker.status())["model"] is None
    assert worker.deaths == 3


async def test_a_model_larger_than_the_memory_is_told(model: Path) -> None:
    room = free_bytes()
    if room is None:
        pytest.skip("this system does not say how much memory is free")
    os.truncate(model, 2 * room)
    worker = ModelWorker(Setup(str(model)))
    try:
        assert await worker.describe(SEGMENT) == RULES
        assert worker.problem is not None and "more memory than is free" in worker.problem
    finally:
        await worker.close()


@pytest.mark.parametrize("name", ["~nobody/x.gguf", "/" + "x" * 300])
async def test_a_path_that_no_system_takes_is_told(name: str) -> None:
    worker = ModelWorker(Setup(name))
    try:
        for _ in range(2):
            assert await worker.describe(SEGMENT) == RULES
            assert worker.problem is not None and "is not there" in worker.problem
    finally:
        await worker.close()


def test_a_model_that_was_given_up_is_loaded_by_nobody_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Failing(ReplayEngine):
        def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
            if prompt.job == "agent":
                raise EngineError("It failed: set `model` to another.")
            return super().complete(prompt, shape, max_tokens)

    engine = Failing(['{"event": "The user runs \'T1\' in APP."}'])
    monkeypatch.setattr("models.worker.engine_of", lambda *_: engine)
    worker = Worker(Setup())
    assert worker.predict(Asking(HISTORY)) == []
    assert worker.describe(DescribeParams(SEGMENT)) == RULES
    assert not engine.loaded and worker.problem == "It failed: set `model` to another."


def test_a_model_that_was_loaded_and_then_failed_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(ReplayEngine):
        def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
            super().complete(prompt, shape, max_tokens)
            raise AwayError("It is away: ask later.")

    monkeypatch.setattr("models.worker.engine_of", lambda *_: Away(["{}"]))
    worker = Worker(Setup())
    worker._asked -= 1000.0
    assert worker.predict(Asking(HISTORY)) == []
    assert worker.loaded and worker.unasked_s < 100


async def test_what_a_model_says_for_nothing_is_counted(worker: ModelWorker) -> None:
    await worker.describe(SEGMENT)
    status, unused = await worker.status(), worker.thrift.unused
    assert sum(msgspec.structs.astuple(unused)) > 0  # its weights are random
    assert (status["unparsed"], status["refused"]) == (unused.unparsed, unused.refused)


async def test_the_worker_gives_way_when_memory_runs_out(worker: ModelWorker) -> None:
    await worker.status()
    score = Path(f"/proc/{worker.pid}/oom_score_adj")
    if not score.exists():
        pytest.skip("this system has no such order")
    assert int(score.read_text()) == 500
