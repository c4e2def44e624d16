"""`hunch replay`: what a real daemon recorded, told again by the same models and by others."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.replay_diff import compare, counts, lines
from daemon.replay_told import Task, Told
from tests.chat_server import Answer, Asked, ScriptedServer, chat
from tests.conftest import Daemon
from tests.integration.test_egress import post
from tests.planted import kept
from tests.tiny_llama import write_model

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
ERROR = "TypeError: unsupported operand type(s) for +: 'int' and 'str'"
DAY = (
    ("w", {"app": "Firefox", "title": "How to add numbers - Mozilla Firefox"}),
    ("w", {"app": "XTerm", "title": "pytest"}),
    ("c", {"type": "text", "text": ERROR}),
    ("w", {"app": "Mousepad", "title": "notes.txt"}),
    ("w", {"app": "Firefox", "title": "Python docs - Mozilla Firefox"}),
)


@pytest.fixture(scope="module")
def recorded(module_daemon: Callable[..., Daemon]) -> Iterator[Daemon]:
    """A daemon that has proposed a search, which its user rejected, and has ended."""
    daemon = module_daemon(pause_s=1, quiet_typing_s=0.1, eagerness="eager")
    buckets = f"http://127.0.0.1:{daemon.port}/api/0/buckets"
    for name, kind in (("w", "currentwindow"), ("c", "clipboard")):
        post(daemon, f"{buckets}/{name}", {"type": kind, "client": "test", "hostname": "here"})
    for bucket, data in DAY:
        stamp = {"timestamp": datetime.now(UTC).isoformat(), "duration": 0.2}
        post(daemon, f"{buckets}/{bucket}/events", {**stamp, "data": data})
        time.sleep(1.2)
    deadline = time.monotonic() + 90
    while not (listed := json.loads(daemon.cli("proposals", "--json").stdout)):
        assert time.monotonic() < deadline, daemon.cli("log").stdout
        time.sleep(0.3)
    daemon.cli("reject", str(listed[0]["id"]))
    daemon.stop()
    yield daemon


def replayed(daemon: Daemon, *words: str) -> dict[str, Any]:
    done = daemon.cli("replay", *words, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def story_of(daemon: Daemon) -> list[str]:
    """All that the database holds, but for the ledger of what models were handed."""
    lines = kept(daemon.folder).splitlines()
    return [line for line in lines if not line.startswith('INSERT INTO "egress"')]


@pytest.fixture(scope="module")
def again(recorded: Daemon) -> dict[str, Any]:
    """The session, replayed by the models that recorded it; nothing but the ledger gains by it."""
    before, handed = story_of(recorded), handed_over(recorded)
    document = replayed(recorded, "1")
    assert story_of(recorded) == before
    # each sentence told, and the gate asked
    assert handed_over(recorded) >= handed + 2 * document["counts"]["sentences"]
    return document


def handed_over(daemon: Daemon) -> int:
    (total,) = json.loads(daemon.cli("egress", "--json").stdout)["totals"]
    return int(total["count"])


def test_the_same_models_say_what_they_said(again: dict[str, Any]) -> None:
    found = again["counts"]
    assert found["sentences"] >= 3 and found["told_otherwise"] == 0
    assert (found["recorded"], found["replayed"], found["same"]) == (1, 1, 1)
    assert (found["rejected"], found["rejected_again"]) == (1, 1)
    last = next(n for n, step in enumerate(again["steps"]) if step["recorded"]["proposed"])
    for step in again["steps"][: last + 1]:  # before the answer: who judged later may have had it
        then, now = step["recorded"], step["replayed"]
        assert now["need"] == pytest.approx(then["need"], abs=0.002), step


def test_a_threshold_of_ones_choice_speaks_always_or_never(recorded: Daemon) -> None:
    never = recorded.cli("replay", "1", "--threshold", "1")
    assert never.returncode == 0, never.stderr
    assert "- rules\n+ none\n" in never.stdout
    assert "  - proposed “Search" in never.stdout and "rejected" in never.stdout
    assert "  + silent: need " in never.stdout
    assert "1 proposals recorded, 0 replayed, 0 of them the same." in never.stdout
    assert "Of 1 that you rejected, 0 come again." in never.stdout
    always = replayed(recorded, "1", "--threshold", "0")
    assert always["counts"]["replayed"] >= 1
    assert {step["replayed"]["threshold"] for step in always["steps"]} == {0.0}


def test_a_model_that_is_named_is_asked_and_says_the_same_again(
    recorded: Daemon, tmp_path: Path
) -> None:
    model = str(write_model(tmp_path / "random.gguf"))
    document = replayed(recorded, "1", "--engine", model, "--against", model)
    assert (document["engine"], document["against"]) == ("random", model)
    assert not any(step["differs"] for step in document["steps"])
    passages = [[step[name] for step in document["steps"]] for name in ("recorded", "replayed")]
    assert passages[0] == passages[1]


def test_an_exported_file_is_told_as_the_session_was(
    recorded: Daemon, again: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "raw.json"
    recorded.cli("export", str(file), "--format", "raw", "--session", "1")
    document = replayed(recorded, str(file))
    assert document["against"] == "none"
    events = [[step["replayed"]["event"] for step in one["steps"]] for one in (document, again)]
    assert events[0] == events[1]
    assert not any(step["differs"] for step in document["steps"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("99",), "There is no session 99: see `hunch sessions`."),
        (("nowhere.json",), "nowhere.json is neither a session's number"),
        (("1", "--engine", "/nowhere/model.gguf"), "/nowhere/model.gguf"),
        (("1", "--engine", "http://127.0.0.1:9/v1#any"), "The server 127.0.0.1:9 is not reached"),
    ],
)
def test_what_cannot_be_replayed_is_told_in_one_sentence(
    recorded: Daemon, words: tuple[str, ...], said: str
) -> None:
    done = recorded.cli("replay", *words)
    assert (done.returncode, done.stdout) == (1, ""), done.stdout
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_a_server_that_dies_on_the_way_ends_the_replay(recorded: Daemon) -> None:
    def say(asked: Asked) -> Answer:
        return chat('{"event": "The user works."}') if len(server.asked) < 3 else Answer(503)

    with ScriptedServer(say) as server:
        done = recorded.cli("replay", "1", "--engine", f"{server.address}#tiny")
    assert len(server.asked) >= 3
    assert (done.returncode, done.stdout) == (1, ""), done.stdout
    assert "failed (503)" in done.stderr and done.stderr.count("\n") == 1


def test_nothing_recorded_is_nothing_to_replay(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["replay", "1", "--data-dir", str(tmp_path)])
    assert done.exit_code == 1 and "Nothing is recorded" in done.stderr


def moment(
    event: str, proposed: Task | None = None, *considered: Task, need: float | None = 0.4
) -> Told:
    threshold = None if need is None else 0.25
    return Told(START, event, "rules", need, threshold, proposed, list(considered))


def task(words: str, state: str = "waiting", accept: float = 0.7) -> Task:
    return Task(words, "skill:x", "x", accept, 0.6, state)


def test_a_difference_is_told_by_its_words_and_numbers() -> None:
    steps = compare(
        [
            moment("The user reads."),
            moment("The user writes.", task("Search.", "accepted")),
            moment("The user waits.", need=None),
            moment("The user copies.", task("Collect.", "rejected in a review")),
        ],
        [
            moment("The user reads a page."),
            moment("The user writes.", None, task("Search.", "", 0.5)),
            moment("The user waits."),
            moment("The user copies.", task("Collect.")),
        ],
    )
    assert [step.differs for step in steps] == [["sentence"], ["proposal"], [], []]
    found = counts(steps)
    assert (found.told_otherwise, found.recorded, found.replayed, found.same) == (1, 2, 1, 1)
    assert (found.accepted, found.accepted_again) == (1, 0)
    assert (found.rejected, found.rejected_again) == (1, 1)
    said = list(lines(steps))
    assert said[1:3] == ["  - The user reads.", "  + The user reads a page."]
    assert said[4:7] == [
        "    The user writes.",
        "  - proposed “Search.” (skill:x, accepted; need 0.400, asked for 0.250; acceptance 0.700,"
        " asked for 0.600)",
        "  + silent on “Search.” (skill:x; need 0.400, asked for 0.250; acceptance 0.500, asked for"
        " 0.600)",
    ]
    assert "Of 1 that you accepted, 0 come again." in said
    assert len(list(lines(steps, everything=True))) > len(said)
