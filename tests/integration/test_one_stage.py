"""`hunch segment` and `hunch predict`: one stage, offline, over a file."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.cli import main
from models.decision import COSTS, accept_threshold, near_threshold
from tests.chat_server import Answer, Asked, ScriptedServer, chat
from tests.conftest import hunch

SHARED = Path(__file__).parents[3] / "shared" / "proactivebench"


def test_segment_tells_raw_records(tmp_path: Path) -> None:
    records = tmp_path / "records.json"
    records.write_text(
        '[{"timestamp": 1.5, "app": "web", "user_input": ['
        '{"from": "keyboard", "type": "input", "data": "js fade in"},'
        '{"from": "keyboard", "data": {"type": "pressAndRelease", "key": "enter"}}]}]'
    )
    done = CliRunner().invoke(main, ["segment", str(records), "--rules"])
    assert json.loads(done.output) == [
        {"time": "1.500", "event": "The user searches for 'js fade in' in the web browser."}
    ]
    records.write_text("[]")
    assert json.loads(CliRunner().invoke(main, ["segment", str(records), "--rules"]).output) == []
    records.write_text('[{"timestamp": "soon"}]')
    wrong = CliRunner().invoke(main, ["segment", str(records), "--rules"])
    assert wrong.exit_code == 1 and str(records) in wrong.stderr and wrong.stderr.count("\n") == 1
    assert "give raw records of `hunch export --format raw`" in wrong.stderr


def test_a_server_that_cannot_be_used_is_told_once_and_the_rules_tell(tmp_path: Path) -> None:
    records = tmp_path / "records.json"
    typed = [{"from": "keyboard", "type": "input", "data": "js fade in"}]
    records.write_text(json.dumps([{"timestamp": 1.5, "app": "web", "user_input": typed}]))
    env = {**os.environ}
    rules = CliRunner().invoke(main, ["segment", str(records), "--rules"])
    gone = hunch("segment", str(records), "--engine", "http://127.0.0.1:9/v1#any", env=env)
    assert (gone.stdout, gone.returncode) == (rules.stdout, 0)
    assert gone.stderr.startswith("Told by rules: The server 127.0.0.1:9 is not reached")
    assert gone.stderr.count("\n") == 1
    with ScriptedServer(lambda _: chat("Hello!")) as server:
        odd = hunch("segment", str(records), "--engine", f"{server.address}#any", env=env)
    assert (odd.stdout, odd.returncode) == (rules.stdout, 0)
    assert odd.stderr == "Told by rules instead: 1 answer in no form that can be read.\n"


def test_predict_reads_a_released_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = tmp_path / "trace.json"
    shutil.copy(SHARED / "test_data" / "code_11.json", trace)
    done = CliRunner().invoke(main, ["predict", str(trace), "--engine", "none"])
    steps = json.loads(done.output)
    assert len(steps) == len(json.loads(trace.read_text()))
    needs = [step["need"] for step in steps]
    assert all(0 < need < 1 for need in needs) and max(needs) - min(needs) > 0.1
    assert list(steps[0])[:6] == ["time", "event", "need", "threshold", "task", "accept"]
    assert {step["threshold"] for step in steps} == {near_threshold(COSTS["balanced"])}
    assert not any(step["accepted"] for step in steps)
    monkeypatch.setenv("HUNCH_EAGERNESS", "eager")
    eager = CliRunner().invoke(main, ["predict", str(trace), "--engine", "none"])
    assert {step["threshold"] for step in json.loads(eager.output)} == {
        near_threshold(COSTS["eager"])
    }
    assert [step["need"] for step in json.loads(eager.output)] == needs
    quiet = CliRunner().invoke(main, ["predict", str(trace), "--engine", "none", "--eagerness", "quiet"])  # fmt: skip
    assert {step["threshold"] for step in json.loads(quiet.output)} == {
        near_threshold(COSTS["quiet"])
    }


def test_predict_says_whether_a_task_would_be_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [
        "The user runs 'pytest' in the terminal and it fails.",
        "The user locks the screen.",
        "The user searches for 'python KeyError' in the web browser.",
    ]
    trace = tmp_path / "trace.json"
    seen = [{"time": f"{1e9 + 30 * n:.3f}", "event": event} for n, event in enumerate(events)]
    trace.write_text(json.dumps(seen))
    poor, good = "Find out why the tests fail.", "Search the web for 'python KeyError'."

    def say(asked: Asked) -> Answer:
        task = good if "KeyError" in asked.words else poor
        told = {"Purpose": "Tests.", "Thoughts": "They fail.", "Response": "They fail."}
        return chat(json.dumps({**told, "Proactive Task": task}))

    with ScriptedServer(say) as server:
        monkeypatch.setenv("HUNCH_MODEL", f"{server.address}#any")
        steps = json.loads(CliRunner().invoke(main, ["predict", str(trace)]).stdout)
        monkeypatch.setenv("HUNCH_MODEL", "none")
        command = ["predict", str(trace), "--engine", f"{server.address}#any", "--text"]
        text = CliRunner().invoke(main, command).stdout
    told = [(step["task"], step["accepted"]) for step in steps]
    assert told == [(None, False), (poor, False), (good, True)]
    for step in steps[1:]:
        needed = accept_threshold(COSTS["balanced"], step["need"])
        assert step["accept_threshold"] == needed
        word = "would be accepted" if step["accepted"] else "silent"
        assert (
            f"  {word}: {step['task']} (P(accept) {step['accept']:.2f}, {needed:.2f} needed)"
            in text
        )
    assert text.endswith("Hunch would have a task to offer at 1 of 3 moments.\n")


@pytest.mark.parametrize(
    "text", ["[", '[{"time": "1"}]', '[{"time": 1, "event": "x"}]', '{"a": 1}']
)
def test_predict_tells_a_bad_trace_in_one_sentence(tmp_path: Path, text: str) -> None:
    trace = tmp_path / "trace.json"
    trace.write_text(text)
    done = CliRunner().invoke(main, ["predict", str(trace), "--engine", "none"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert str(trace) in done.stderr and done.stderr.count("\n") == 1
    assert "give a trace of `hunch export --format proactivebench`" in done.stderr
