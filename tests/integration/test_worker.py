"""The model worker as a real process: sentences, judgements, and what happens when it dies."""

import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from daemon.worker import ModelWorker, WorkerUnavailable
from models.agent import Agent
from models.engine.llama import default_model
from models.engine.replay import ReplayEngine
from models.manifest import WEIGHTS
from models.narrator import Narrator
from models.observation import Observation
from tests.moments import key, keyboard, moment

pytestmark = pytest.mark.anyio

SEGMENT = moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment
RULES = "The user runs 'pytest -q' in XTerm."
HISTORY = [
    Observation("1", "The user searches for 'ruby split string' on Google."),
    Observation("9", RULES),
]


@pytest.fixture
async def worker() -> AsyncIterator[ModelWorker]:
    worker = ModelWorker(model="none")
    yield worker
    await worker.close()


async def test_gate_and_reward_answer_and_vectors_are_kept(worker: ModelWorker) -> None:
    need, vectors, name = await worker.need(HISTORY, [None, None])
    assert 0 < need.probability < 1 and name
    assert [len(vector) for vector in vectors] == [768, 768]
    again, _, _ = await worker.need(HISTORY, vectors)
    assert again.probability == pytest.approx(need.probability, abs=0.01)
    judged = await worker.judge(HISTORY, vectors, "Explain how to split a string in Ruby.")
    silent = await worker.judge(HISTORY, vectors, None)
    assert 0 < judged.probability < 1
    assert silent.probability == pytest.approx(1 - again.probability, abs=0.01)


async def test_a_killed_worker_costs_one_answer(worker: ModelWorker) -> None:
    assert await worker.describe(SEGMENT) == (RULES, "rules")
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    try:
        await worker.describe(SEGMENT)
    except WorkerUnavailable as error:
        assert "started again" in error.message
    assert await worker.describe(SEGMENT) == (RULES, "rules")
    assert worker.deaths == 1


async def test_damaged_weights_cost_the_proposals_and_not_the_sentences(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    (folder / "encoder.onnx").write_bytes(b"damaged")
    worker = ModelWorker(model="none", weights=str(folder))
    try:
        with pytest.raises(WorkerUnavailable, match="install hunch-assistant again"):
            await worker.need(HISTORY, [])
        assert await worker.describe(SEGMENT) == (RULES, "rules")
        assert worker.deaths == 0
    finally:
        await worker.close()


async def test_a_model_that_is_none_is_told_and_the_rules_go_on(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(1000))
    for model in (str(path), str(tmp_path / "absent.gguf")):
        worker = ModelWorker(model=model)
        try:
            assert await worker.describe(SEGMENT) == (RULES, "rules")
        finally:
            await worker.close()


async def test_the_small_model_tells_and_predicts() -> None:
    assert default_model() is not None, "install hunch-assistant[llm], as make test does"
    worker = ModelWorker()
    try:
        sentence, source = await worker.describe(SEGMENT)
        assert "'pytest -q'" in sentence and source in ("rules", "llm:SmolLM2-135M-Instruct")
        predicted = await worker.predict(HISTORY)
        assert len(predicted) <= 1
        assert (await worker.status())["model"] == "SmolLM2-135M-Instruct"
    finally:
        await worker.close()


def test_a_sentence_with_an_invented_fact_is_refused_for_the_rules() -> None:
    honest = "The user runs 'pytest -q' in the XTerm."
    lies = "The user runs 'pytest -q' in XTerm and fixes app.py."
    narrator = Narrator(
        ReplayEngine([f'{{"event": "{lies}"}}', "rubbish", f'{{"event": "{honest}"}}'])
    )
    assert narrator.describe(SEGMENT) == (RULES, "rules")
    assert narrator.refused == 1
    assert narrator.describe(SEGMENT) == (RULES, "rules")
    assert narrator.describe(SEGMENT) == (honest, "llm:replay")


def test_the_agents_answer_is_read_in_the_papers_schema() -> None:
    answer = '{"Purpose": "p", "Thoughts": "t", "Proactive Task": %s, "Response": "r"}'
    engine = ReplayEngine(
        [answer % '"Search for the error."', answer % "null", answer % '"None."', "{"]
    )
    agent = Agent(engine)
    tasks = [[item.task for item in agent.predict(HISTORY)] for _ in range(4)]
    assert tasks == [["Search for the error."], [None], [None], []]
    assert engine.unparsed == 1
    assert "ruby split string" in engine.asked[0][-1].content
