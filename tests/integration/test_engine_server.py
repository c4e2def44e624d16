"""Servers that differ, refuse, stall and lie: each costs one sentence or one answer, and no word goes astray."""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from models.asking import Asking
from models.engine import openai
from models.engine.address import KEY, Address
from models.engine.base import AwayError, Engine, EngineError, Prompt
from models.engine.load import load_engine
from models.messages import DescribeParams, Reply, Setup
from models.observation import Observation
from models.worker import Worker, answer
from tests.chat_server import Answer, Asked, ScriptedServer, chat
from tests.conftest import hunch
from tests.moments import key, keyboard, moment

SECRET = "the user types 'zanzibar'"
PROMPT = Prompt("agent", "You help.", (), "", tuple(f"- {n} {SECRET}\n" for n in range(16)), "Now?")


class Said(msgspec.Struct, frozen=True):
    """An answer."""

    event: str


GOOD = chat('{"event": "fine"}', prompt_tokens=30, completion_tokens=5)
FINE = Said("fine")


class Opened:
    """An engine over a scripted server."""

    def __init__(self) -> None:
        self.left: list[tuple[str, str]] = []
        self._ends: list[Callable[[], object]] = []

    def __call__(
        self, *answers: Answer | Callable[[Asked], Answer]
    ) -> tuple[ScriptedServer, Engine]:
        """The server, which gives its answers in their order, the last again and again; and its engine."""
        script = iter(answers)
        last: list[Answer | Callable[[Asked], Answer]] = []

        def said(asked: Asked) -> Answer:
            last[:] = [next(script, *last)]
            return last[0](asked) if callable(last[0]) else last[0]

        given = ScriptedServer(said).__enter__()
        engine = load_engine(given.address + "#tiny", leaving=lambda *told: self.left.append(told))
        assert engine is not None
        self._ends += [engine.close, lambda: given.__exit__(None, None, None)]
        return given, engine

    def close(self) -> None:
        for end in self._ends:
            end()


@pytest.fixture
def opened() -> Iterator[Opened]:
    opened = Opened()
    yield opened
    opened.close()


def forms(given: ScriptedServer) -> Sequence[str | None]:
    return [asked.form for asked in given.asked]


def test_the_strictest_form_is_asked_for_and_what_is_kept_costs_nothing(opened: Opened) -> None:
    kept = {
        "prompt_tokens": 30,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 20},
    }
    said = {"choices": [{"message": {"content": '{"event": "fine"}'}}], "usage": kept}
    given, engine = opened(Answer(body=json.dumps(said)))
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert (engine.evaluated, engine.name, forms(given)) == (15, "tiny", ["json_schema"])
    asked = given.asked[0].body
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("tiny", 0.0, 20)
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["event"] and schema["additionalProperties"] is False


@pytest.mark.parametrize("known", ["json_object", None])
@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_refuses_a_form_is_asked_in_the_next_and_remembered(
    opened: Opened, known: str | None, status: int
) -> None:
    def say(asked: Asked) -> Answer:
        told = {"error": {"message": "response_format.type: Input should be 'text'"}}
        return GOOD if asked.form == known else Answer(status, json.dumps(told))

    given, engine = opened(say)
    assert [engine.complete(PROMPT, Said, 20) for _ in range(2)] == [FINE, FINE]
    wanted = ["json_schema", "json_object", None]
    assert forms(given) == [*wanted[: wanted.index(known) + 1], known]


def test_a_server_that_passes_a_form_over_is_asked_in_the_next(opened: Opened) -> None:
    given, engine = opened(chat("Sure! Here it is."), chat("Sure: {'event'"), GOOD)
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert forms(given) == ["json_schema", "json_object", None, None]


def test_a_model_without_a_system_gets_its_text_before_the_question(opened: Opened) -> None:
    def say(asked: Asked) -> Answer:
        if asked.body["messages"][0]["role"] == "system":
            return Answer(500, json.dumps({"error": {"message": "System role not supported"}}))
        return GOOD

    given, engine = opened(say)
    assert [engine.complete(PROMPT, Said, 20) for _ in range(2)] == [FINE, FINE]
    assert len(given.asked) <= 5
    (message,) = given.asked[-1].body["messages"]
    assert message["content"].startswith("You help.\n\n- 0 ")


@pytest.mark.parametrize(
    "text",
    ['```json\n{"event": "fine"}\n```', '<think>{"event": 1}</think>\n{"event": "fine"}',
     'Sure: {"event": "fine"} {"event": "no"}', '{"event": "fine", "more": [1]}'],
)  # fmt: skip
def test_an_answer_is_found_in_what_was_said(opened: Opened, text: str) -> None:
    _, engine = opened(chat(text))
    assert engine.complete(PROMPT, Said, 20) == FINE


@pytest.mark.parametrize(
    "text",
    [None, "", "no", "{", '{"event": 3}', '{"other": "fine"}', "[" * 99_999, '{"a":' * 99_999, "null", "\ufffd{}"],
)  # fmt: skip
def test_what_does_not_parse_is_no_answer_and_counted(opened: Opened, text: str | None) -> None:
    _, engine = opened(chat(text))
    assert (engine.complete(PROMPT, Said, 20), engine.unparsed) == (None, 1)
    assert (engine.complete(PROMPT, Said, 20), engine.unparsed) == (None, 2)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [(Answer(401, SECRET), f"wants a key (401): put it into the variable {KEY}"),
     (Answer(403, SECRET), "wants a key (403)"),
     (Answer(404, SECRET), "has no such model or path (404)"),
     (Answer(429, SECRET, {"Retry-After": "0"}), "is busy (429)"),
     (Answer(429, SECRET, {"Retry-After": "3600"}), "is busy (429)"),
     (Answer(429, SECRET, {"Retry-After": "Fri, 31 Dec 2038 23:59:59 GMT"}), "is busy (429)"),
     (Answer(400, SECRET), "does not understand the question (400)"),
     (Answer(500, SECRET), "failed (500): look into its log"),
     (Answer(503, "<html>" + SECRET), "failed (503)"),
     (Answer(307, SECRET, {"Location": "http://127.0.0.1:9/v1/chat/completions"}), "sends elsewhere (307)"),
     (Answer(200, f"<html>{SECRET}</html>"), "with no chat completion"),
     (Answer(200, json.dumps({"error": SECRET})), "with no chat completion"),
     (Answer(200, '{"choices": []}'), "with no chat completion"),
     (Answer(200, "x" * 3_000_000), "with no chat completion")],
)  # fmt: skip
def test_a_server_that_fails_costs_one_sentence_and_is_left_alone(
    opened: Opened, answer: Answer, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    given, engine = opened(answer)
    with pytest.raises(AwayError) as told:
        engine.complete(msgspec.structs.replace(PROMPT, within_s=20.0), Said, 20)
    assert sentence in str(told.value) and given.where in str(told.value)
    assert str(told.value).endswith("set `model` to another.")
    asked = len(given.asked)
    with pytest.raises(AwayError, match="set `model`"):
        engine.complete(PROMPT, Said, 20)
    assert len(given.asked) == asked <= 3
    assert "zanzibar" not in caplog.text + str(told.value)


def test_a_busy_server_is_asked_once_more(opened: Opened) -> None:
    given, engine = opened(Answer(429, "", {"Retry-After": "0.1"}), GOOD)
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert len(given.asked) == len(opened.left) == 2


def test_after_its_rest_a_server_is_asked_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "REST_S", 0.0)
    _, engine = opened(Answer(500, ""), GOOD)
    with pytest.raises(AwayError):
        engine.complete(PROMPT, Said, 20)
    assert engine.complete(PROMPT, Said, 20) == FINE


def test_the_base_tier_goes_on_while_a_server_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "REST_S", 0.0)
    away = [True]
    segment = moment(0, "XTerm", "bash", keyboard("pytest -q"), key("enter")).segment
    reply = chat('{"event": "The user runs \'T1\' in APP."}')
    with ScriptedServer(lambda _: Answer(503) if away else reply) as given:
        worker = Worker(Setup(f"{given.address}#far"))
        ask = {
            "describe": DescribeParams(segment),
            "predict": Asking([Observation("1", "The user reads.")]),
        }

        def replies() -> tuple[Reply, ...]:
            raw = [{"method": method, "params": params} for method, params in ask.items()]
            return tuple(answer(worker, msgspec.msgpack.encode(each)) for each in raw)

        described, predicted = replies()
        assert described.result[1] == "rules" and predicted.result == []
        for told in (described, predicted):
            assert told.problem is not None and "failed (503)" in told.problem
        away.clear()
        described, predicted = replies()
        assert (described.result[1], predicted.problem) == ("llm:far", None)
        worker.rest()


@pytest.mark.parametrize(
    "answer", [GOOD._replace(pieces=20, pause_s=0.3), GOOD._replace(body="", pause_s=0.0)]
)
def test_a_slow_server_costs_its_deadline(opened: Opened, answer: Answer) -> None:
    """One that drips, and one that keeps silent."""
    if not answer.body:
        answer = answer._replace(headers={"Content-Length": "999"}, body=" ", pause_s=30.0)
    given, _ = opened(answer)
    engine = openai.OpenAIEngine(Address.parse(given.address + "#tiny"), deadline_s={"agent": 0.6})
    begin = time.monotonic()
    hurried = msgspec.structs.replace(PROMPT, within_s=0.3)
    assert engine.complete(hurried, Said, 20) is None  # which is no failure: it is asked again
    with pytest.raises(AwayError, match="does not answer in time"):
        engine.complete(PROMPT, Said, 20)
    assert time.monotonic() - begin < 5
    engine.close()


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("dripping", ["headers", "body"])
def test_a_deadline_holds_for_headers_and_errors_that_drip(
    opened: Opened, status: int, dripping: str
) -> None:
    slow = Answer(status, "x" * 40, pieces=40, pause_s=0.2)
    if dripping == "headers":
        slow = slow._replace(body="", pieces=1, header_pause_s=0.2)
    given, _ = opened(slow, GOOD)
    engine = openai.OpenAIEngine(Address.parse(given.address + "#tiny"), deadline_s={"agent": 0.6})
    begin = time.monotonic()
    with pytest.raises(AwayError, match="does not answer in time"):
        engine.complete(PROMPT, Said, 20)
    assert time.monotonic() - begin < 2
    engine._failed = None
    assert engine.complete(PROMPT, Said, 20) == FINE  # the next exchange has a deadline of its own
    engine.close()


def test_a_server_that_is_not_there_costs_one_sentence() -> None:
    with ScriptedServer() as given:
        address = given.address
    engine = load_engine(address)
    assert engine is not None
    with pytest.raises(AwayError, match="is not reached: start it"):
        engine.complete(PROMPT, Said, 20)


def test_of_a_history_that_is_too_long_the_newest_is_sent(opened: Opened) -> None:
    def say(asked: Asked) -> Answer:
        if len(asked.words) < 300:
            return GOOD
        told = {"error": {"message": "maximum context length is 64 tokens", "code": 400}}
        return Answer(400, json.dumps(told))

    given, engine = opened(say)
    assert engine.complete(PROMPT, Said, 20) == FINE
    tries = len(given.asked)
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert len(given.asked) == tries + 1  # what fits is remembered
    words = given.asked[-1].words
    assert PROMPT.pieces[-1] in words and PROMPT.pieces[0] not in words
    one = msgspec.structs.replace(PROMPT, pieces=("- " + "y" * 400,))
    assert engine.complete(one, Said, 20) == FINE
    assert "- yyy" in given.asked[-1].words  # its beginning: nothing is asked without a history
    long = msgspec.structs.replace(PROMPT, after="x" * 400)
    assert engine.complete(long, Said, 20) is None


def test_a_server_gets_our_key_and_nothing_of_other_programs(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    others = {"API_KEY": "theirs", "ORG_ID": "theirs", "PROJECT_ID": "theirs", "BASE_URL": "http://127.0.0.1:9",
              "CUSTOM_HEADERS": "X-Theirs: theirs", "LOG": "debug"}  # fmt: skip
    for name, value in others.items():
        monkeypatch.setenv(f"OPENAI_{name}", value)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    given, engine = opened(Answer(401, ""), GOOD)
    with pytest.raises(AwayError, match="wants a key"):
        engine.complete(PROMPT, Said, 20)
    monkeypatch.setenv(KEY, "sesame")
    given, engine = opened(GOOD, Answer(401, ""))
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert given.asked[0].headers["authorization"] == "Bearer sesame"
    assert "theirs" not in str(given.asked)
    with pytest.raises(AwayError, match="refuses the key") as told:
        engine.complete(PROMPT, Said, 20)
    assert "sesame" not in str(told.value) + caplog.text and "zanzibar" not in caplog.text


def test_what_goes_is_told_before_it_goes(opened: Opened) -> None:
    given, engine = opened(Answer(400, "json_schema"), GOOD)
    engine.complete(PROMPT, Said, 20)
    assert opened.left == [(f"server {given.where}", asked.words) for asked in given.asked]

    def refuse(to: str, words: str) -> None:
        raise EngineError("The disk is full.")

    stopped = load_engine(given.address, leaving=refuse)
    assert stopped is not None
    before = len(given.asked)
    with pytest.raises(EngineError, match="The disk is full"):
        stopped.complete(PROMPT, Said, 20)
    assert len(given.asked) == before
    stopped.close()


def test_without_a_name_the_first_model_is_asked(opened: Opened) -> None:
    given, _ = opened(GOOD)
    engine = load_engine(given.address)
    assert engine is not None and engine.name == given.where
    assert engine.complete(PROMPT, Said, 20) == FINE
    assert given.asked[0].body["model"] == "first"
    engine.close()


@pytest.mark.parametrize(
    ("package", "extra"), [("openai", "server"), ("torch", "gpu"), ("llama_cpp", "llm")]
)
def test_a_missing_package_is_told(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = tmp_path / "model.gguf"
    for file in (model, tmp_path / "config.json"):
        file.write_bytes(b"")
    named = {"openai": "http://127.0.0.1:9", "torch": str(tmp_path), "llama_cpp": str(model)}
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        EngineError, match=rf"{package} is missing: install hunch-assistant\[{extra}\]"
    ):
        load_engine(named[package])


def test_the_doctor_looks_at_the_server() -> None:
    def told(model: str) -> str:
        found = hunch("doctor", env={**os.environ, "HUNCH_MODEL": model}).stdout
        (line,) = (line for line in found.splitlines() if "language model" in line)
        return line

    with ScriptedServer() as given:
        assert f"ok  language model second, server {given.where} (on this machine)" in told(
            f"{given.address}#second"
        )
        assert "has no model third (it has first, second): name one of these" in told(
            f"{given.address}#third"
        )
        assert not given.asked
    assert "is not reached: start it" in told(given.address)
    assert "is not on this machine: set `offline = false`" in told("https://example.org/v1")
