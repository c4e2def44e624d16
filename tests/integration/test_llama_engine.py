"""llama.cpp with a tiny random model: a history that is kept and slides, adapters, deadlines, loops, bad files."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import gguf
import msgspec
import numpy as np
import pytest

from models.engine.base import EngineError, Job, Prompt, written
from models.engine.constrain import Constraints, loops
from models.engine.gguf import fingerprint
from models.engine.llama import LlamaEngine, default_model
from models.engine.llama_text import words_of
from models.engine.requantised import requantised
from tests.tiny_llama import write_adapter, write_model


class Said(msgspec.Struct, frozen=True):
    """An answer of at most two dozen tokens."""

    event: Annotated[str, msgspec.Meta(max_length=12)]
    more: int | None = None


TOKENS = 64


def history(first: int, end: int, question: str = "What now?") -> Prompt:
    """Observations of about 45 tokens each: the tiny model's words are bytes."""
    pieces = tuple(
        f"- The user opens '{number:04}.py' in an editor.\n" for number in range(first, end)
    )
    return Prompt("agent", "You help.", before="<history>\n", pieces=pieces, after=question)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("llama") / "base.gguf")


@pytest.fixture
def engine(base: Path) -> Iterator[LlamaEngine]:
    engine = LlamaEngine(base)
    yield engine
    engine.close()


def cost(engine: LlamaEngine, prompt: Prompt) -> int:
    before = engine.evaluated
    engine.complete(prompt, Said, TOKENS)
    return engine.evaluated - before


def test_an_answer_has_the_shape_and_the_form_of_what_is_trained_on(engine: LlamaEngine) -> None:
    said = engine.complete(history(0, 3), Said, TOKENS)
    assert isinstance(said, Said) and len(said.event) <= 12
    assert written(Said("naïve")) == '{"event": "naïve", "more": null}'
    assert engine.complete(history(0, 3), Said, TOKENS) == said
    assert engine.unparsed == 0


def test_an_event_costs_its_own_tokens_however_long_the_day(engine: LlamaEngine) -> None:
    """The context holds some thirty of these: it slides from there on."""
    first = cost(engine, history(0, 1))
    costs = []
    for end in range(2, 60):
        if end % 20 == 0:  # another job in between has a history of its own
            engine.complete(Prompt("segmenter", after="Reword."), Said, TOKENS)
        costs.append(cost(engine, history(0, end)))
    event = len("- The user opens '0000.py' in an editor.\n") + len("What now?") + TOKENS + 24
    assert max(costs) <= event < first + 45
    assert sum(costs[-20:]) <= 1.2 * sum(costs[:20])


def test_a_window_that_the_caller_slides_costs_no_more(engine: LlamaEngine) -> None:
    costs = [cost(engine, history(end - 8, end)) for end in range(8, 24)]
    assert max(costs[1:]) < costs[0] / 2


def test_read_ahead_the_question_alone_is_left(engine: LlamaEngine) -> None:
    engine.ahead(history(0, 9))
    assert engine.evaluated == 0  # it loads nothing
    cold = cost(engine, history(0, 1)) + 8 * 45
    for _ in range(20):
        engine.ahead(history(0, 9))
    read = engine.evaluated
    engine.ahead(history(0, 9))
    assert engine.evaluated == read
    warm = cost(engine, history(0, 9))
    assert warm <= len("What now?") + TOKENS + 24 < cold


def test_what_is_read_anew_answers_from_its_prompt_alone(base: Path) -> None:
    """Two engines, one with a past; a kept history may part from them by a rounding, not by much."""
    ends = ("a", "b", "c")
    past, fresh, kept = (LlamaEngine(base, exact=exact) for exact in (True, True, False))
    try:
        for end in range(1, 60, 20):
            past.complete(history(0, end), Said, TOKENS)
            kept.complete(history(0, end), Said, TOKENS)
        asked = history(0, 64)
        assert past.complete(asked, Said, TOKENS) == fresh.complete(asked, Said, TOKENS)
        exactly = fresh.choose(asked, '{"event": "', ends)
        assert past.choose(asked, '{"event": "', ends) == exactly
        assert exactly is not None and sum(exactly) == pytest.approx(1)
        assert kept.choose(history(0, 3), '{"event": "', ends) == pytest.approx(
            past.choose(history(0, 3), '{"event": "', ends), abs=0.05
        )
    finally:
        for engine in (past, fresh, kept):
            engine.close()


def test_each_job_has_its_own_adapter(base: Path, tmp_path: Path) -> None:
    said = {"hunch.base": fingerprint(base), "hunch.job": "agent", "hunch.prompt": "abc"}
    adapter = write_adapter(tmp_path / "agent.gguf", said=said)
    plain = LlamaEngine(base)
    adapted = LlamaEngine(base, {"agent": adapter}, prompts={"agent": "abc"})
    assert (adapted.adapted, adapted.problem) == (frozenset({"agent"}), None)
    jobs: tuple[Job, ...] = ("agent", "segmenter")
    ask = {job: Prompt(job, after="Say.") for job in jobs}
    answers = [
        [engine.choose(ask[job], "", ("a", "b")) for job in ("agent", "segmenter", "agent")]
        for engine in (plain, adapted)
    ]
    for engine in (plain, adapted):
        engine.close()
    assert answers[0][0] != answers[1][0]
    assert answers[0][1] == answers[1][1]
    assert [row[0] for row in answers] == [pytest.approx(row[2], abs=1e-6) for row in answers]


def test_an_adapter_of_another_prompt_is_left_out_and_told(base: Path, tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "agent.gguf", said={"hunch.prompt": "old"})
    engine = LlamaEngine(base, {"agent": adapter}, prompts={"agent": "new"})
    assert engine.adapted == frozenset()
    assert engine.problem is not None and "another version of the prompt" in engine.problem
    assert engine.complete(history(0, 1), Said, TOKENS) is not None
    engine.close()


def test_a_deadline_ends_an_answer_and_not_the_model(base: Path) -> None:
    engine = LlamaEngine(base, deadline_s={"agent": 0.0})
    begun = time.monotonic()
    assert engine.complete(history(0, 25), Said, TOKENS) is None
    assert engine.choose(history(0, 25), "", ("a", "b")) is None
    assert time.monotonic() - begun < 2
    assert engine.unparsed == 1
    judge = msgspec.structs.replace(history(0, 5), job="judge")
    assert engine.complete(judge, Said, TOKENS) is not None
    engine.close()


def test_what_was_read_before_a_deadline_is_right_after_it(base: Path) -> None:
    deadlines: dict[Job, float] = {}
    late, fresh = LlamaEngine(base, deadline_s=deadlines), LlamaEngine(base)
    late.complete(history(0, 2), Said, TOKENS)
    for deadline_s in (0.001, 0.01, 0.03):  # in the middle of some batch
        deadlines["agent"] = deadline_s
        late.choose(history(0, 22), "", ("a", "b"))
    deadlines.clear()
    chances = [engine.choose(history(0, 22), "", ("a", "b")) for engine in (late, fresh)]
    for engine in (late, fresh):
        engine.close()
    assert chances[0] is not None and chances[1] is not None
    assert chances[0] == pytest.approx(chances[1], abs=0.01)


def test_what_is_forced_has_the_tokens_that_are_trained_on() -> None:
    path = default_model()
    assert path is not None, "install hunch-assistant[llm], as make test does"

    class Tasks(msgspec.Struct, frozen=True):
        tasks: list[str]
        task: str | None = None

    with words_of(path) as words:
        pieces = [words.piece(token) for token in range(words.size)]
        answers = Constraints(pieces, [], words.end, words.tokens)
        for said in (Tasks([]), Tasks(["Run it."], "Look."), Tasks(["Run it.", "Stop."])):
            trained = words.tokens(written(said))
            answer = answers.answer(Tasks)
            answer.forced()
            while not answer.done:
                wanted = np.zeros(words.size, np.float32)
                wanted[trained[len(answer.tokens)]] = 1
                answer.take(wanted)
                answer.forced()
            assert answer.tokens == trained


def test_a_question_that_does_not_fit_is_no_answer_and_a_history_is_cut(
    engine: LlamaEngine,
) -> None:
    assert engine.complete(Prompt("agent", after="word " * 3000), Said, TOKENS) is None
    assert engine.unparsed == 1
    assert engine.choose(Prompt("agent", pieces=("天" * 3000,), after="?"), "", ("a", "b"))
    assert engine.complete(history(0, 2), Said, TOKENS) is not None


def test_a_model_that_repeats_itself_is_stopped() -> None:
    assert loops([7] * 24) and loops([1, 2, 3] * 8) and loops([*range(40), *([5, 6] * 12)])
    assert not loops([7] * 23) and not loops(list(range(200))) and not loops([])
    assert not loops(list(range(30)) * 3) and loops(list(range(30)) * 4)


def test_memory_is_given_back_and_the_model_loaded_again(base: Path) -> None:
    engine = LlamaEngine(base)
    first = engine.complete(history(0, 2), Said, TOKENS)
    counted = engine.evaluated
    engine.close()
    engine.close()
    assert engine.complete(history(0, 2), Said, TOKENS) == first
    assert engine.evaluated == 2 * counted
    engine.close()


def test_a_file_that_is_no_model_is_told(tmp_path: Path, base: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(base.read_bytes()[:100_000])
    for path, sentence in (
        (cut, "is it a whole GGUF file"),
        (tmp_path / "no.gguf", "is not there"),
        (write_adapter(tmp_path / "adapter.gguf"), "cannot be loaded"),
    ):
        with pytest.raises(EngineError, match=sentence):
            LlamaEngine(path).complete(history(0, 1), Said, TOKENS)


def test_a_small_model_is_copied_once_into_what_is_read_faster(tmp_path: Path) -> None:
    path = default_model()
    assert path is not None, "install hunch-assistant[llm], as make test does"
    cache = tmp_path / "cache"
    assert (
        requantised(base := write_model(tmp_path / "base.gguf"), cache) == base
    )  # nothing to gain
    copy = requantised(path, cache)
    assert fingerprint(copy) == fingerprint(path)  # adapters fit it
    made = copy.stat().st_mtime_ns
    assert requantised(path, cache) == copy and copy.stat().st_mtime_ns == made
    assert list(cache.iterdir()) == [copy]
    engine = LlamaEngine(path, cache=cache)
    assert engine.complete(Prompt("segmenter", after="Say hello."), Said, TOKENS) is not None
    engine.close()
    os.truncate(copy, 1_000_000)  # as by a full disk
    assert engine.complete(Prompt("segmenter", after="Say hello."), Said, TOKENS) is not None
    engine.close()
    assert list(cache.iterdir()) == []
    file = tmp_path / "file"
    file.write_text("in the way")
    assert requantised(path, file) == path


def test_a_model_that_writes_nothing_is_told(tmp_path: Path) -> None:
    """Of an encoder llama.cpp would end the process."""
    writer = gguf.GGUFWriter(path := tmp_path / "bert.gguf", "bert")
    writer.add_causal_attention(False)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(EngineError, match="set `model` to one for chats"):
        LlamaEngine(path).complete(history(0, 1), Said, TOKENS)


def test_a_prompt_that_leaves_no_room_for_a_history_is_told(engine: LlamaEngine) -> None:
    note = Prompt("agent", "You help." * 1000, after="What now?")
    for prompt, told in ((note, False), (msgspec.structs.replace(note, pieces=("- It.",)), True)):
        assert engine.complete(prompt, Said, TOKENS) is None
        assert (engine.problem is not None) == told


def test_the_small_models_kept_history_tells_what_a_fresh_one_tells() -> None:
    path = default_model()
    assert path is not None, "install hunch-assistant[llm], as make test does"
    kept, fresh = LlamaEngine(path), LlamaEngine(path, exact=True)
    try:
        ask = "Which file was opened last?"
        for end in range(8, 12):
            kept.ahead(history(end - 4, end, ask))
            told = kept.choose(history(end - 4, end, ask), "The file '00", (f"{end - 1:02}", "99"))
        again = fresh.choose(history(7, 11, ask), "The file '00", ("10", "99"))
        assert told is not None and again is not None
        assert told[0] > 0.9 and again[0] > 0.9
    finally:
        kept.close()
        fresh.close()
