"""What goes to a server, and what is made of its answer: servers differ and lie, and no word goes astray."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing

import msgspec
import pytest

from models.engine.address import KEY
from models.engine.base import AwayError, EngineError
from models.engine.load import load_engine
from tests.chat_server import Answer, Asked, ScriptedServer, chat
from tests.opened import FINE, GOOD, PROMPT, Opened, Said


@pytest.fixture
def opened() -> Iterator[Opened]:
    with closing(Opened()) as opened:
        yield opened


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
