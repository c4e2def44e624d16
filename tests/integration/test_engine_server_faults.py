"""Servers that refuse, stall or are not there: each costs one sentence or one answer."""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from models.asking import Asking
from models.engine import openai
from models.engine.address import KEY, Address
from models.engine.base import AwayError, EngineError
from models.engine.load import load_engine
from models.messages import DescribeParams, Reply, Setup
from models.observation import Observation
from models.worker import Worker, answer
from tests.chat_server import Answer, ScriptedServer, chat
from tests.conftest import hunch
from tests.moments import key, keyboard, moment
from tests.opened import FINE, GOOD, PROMPT, SECRET, Opened, Said


@pytest.fixture
def opened() -> Iterator[Opened]:
    with closing(Opened()) as opened:
        yield opened


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
