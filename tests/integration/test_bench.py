"""`hunch bench` and `hunch train reward` on a small release, and what they learn from the real one."""

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from daemon.cli import main
from models.lab.bench.agent import shift
from models.lab.training.samples import trace_of
from models.observation import Observation
from models.trace import (
    Response,
    RewardRow,
    category,
    encode_lines,
    read_rewards,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "proactivebench"
FIGURES = {
    "recall", "precision", "accuracy", "false_alarm", "f1", "auroc", "brier", "ece",
    "proposal_rate", "correct_silence",
}  # fmt: skip
AGREEMENTS = {"agreement_mn", "agreement_nr", "agreement_cd", "agreement_fd"}
EVENTS = [
    "The user switches to Visual Studio Code.",
    "The user searches for 'KeyError amount' on Bing.",
    "The user scrolls through a page.",
    "The user copies the error 'KeyError: amount' in XTerm.",
    "The user clicks the left mouse button.",
    "The user searches for 'pandas rename column' on Google.",
]


def observations(number: int) -> list[Observation]:
    return [
        Observation(f"{100 * place}.5", f"{event[:-1]} (day {number}).")
        for place, event in enumerate(EVENTS)
    ]


def rows_of(trace: list[Observation], places: range) -> list[RewardRow]:
    rows = []
    for place in places:
        needed = place % 2 == 1
        for task in ("Explain the error.", "Suggest a break.", None):
            accepted = needed and task == "Explain the error." if task else not needed
            word = category(proposed=task is not None, accepted=accepted, needed=needed)
            votes = [accepted, accepted, needed]
            rows.append(RewardRow(trace[: place + 1], task, accepted, needed, votes, word))
    return rows


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A released folder of four traces."""
    folder = tmp_path / "release"
    for name in ("test_data", "reward_data", "traces"):
        (folder / name).mkdir(parents=True)
    train, test, answers = [], [], []
    for number in range(4):
        trace = observations(number)
        train += rows_of(trace, range(5))
        test += rows_of(trace, range(5, 6))
        events = [
            {
                "observation": item,
                "agent_response": {"candidate_task": []},
                "task_status": i % 2 == 1,
            }
            for i, item in enumerate(trace)
        ]
        (folder / "test_data" / f"code_{number}.json").write_bytes(msgspec.json.encode(events))
        # One model is silent once in two spellings and once broken; its runs leave out the first event.
        said: list[Any] = [["Explain"], ["null"], {"error": 1}, [], ["Explain"]]
        answers += [
            Response("peer", f"code_{number}", i, trace[i + 1], answer)
            for i, answer in enumerate(said)
        ]
    (folder / "test_data" / "splits.json").write_text("{}")
    (folder / "reward_data" / "train_data.jsonl").write_bytes(encode_lines(train))
    (folder / "reward_data" / "test_data.jsonl").write_bytes(encode_lines(test))
    (folder / "traces" / "responses.jsonl.gz").write_bytes(gzip.compress(encode_lines(answers)))
    return folder


def table(*arguments: str) -> dict[str, Any]:
    found = CliRunner().invoke(main, ["bench", *arguments, "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    document: dict[str, Any] = json.loads(found.stdout)
    assert set(document) == {"table", "data", "machine", "rows"}
    for row in document["rows"]:
        assert row["folds"] in {"paper", "trace", "none"}
        for name in set(row) - {"name", "folds", "n"}:
            assert row[name] is None or 0 <= row[name] <= 1
    return document


def line(document: dict[str, Any], name: str, folds: str) -> dict[str, Any]:
    (row,) = (row for row in document["rows"] if (row["name"], row["folds"]) == (name, folds))
    return dict(row)


def test_the_reward_table(release: Path) -> None:
    document = table("reward", str(release))
    assert document["table"] == "reward"
    assert all(set(row) >= FIGURES | AGREEMENTS for row in document["rows"])
    assert line(document, "paper: Ours", "paper")["f1"] == pytest.approx(0.918)
    assert line(document, "paper: GPT-4o", "paper")["n"] == 120
    assert line(document, "always accept", "trace")["recall"] == 1
    assert line(document, "never accept", "paper")["precision"] is None
    # No test history stands in the training rows here, so the lookup table knows of no need.
    assert line(document, "lookup table of N_t", "paper")["agreement_cd"] == 0
    ours = line(document, "hunch", "trace")
    assert ours["n"] == 4 * 6 * 3
    assert ours["auroc"] > 0.9  # the four traces differ in a word


def test_the_agent_table(release: Path) -> None:
    document = table("agent", str(release))
    assert line(document, "paper: Qwen2-7B-Proactive", "none")["f1"] == pytest.approx(0.6647)
    assert line(document, "always propose", "none")["false_alarm"] == pytest.approx(0.5)
    assert line(document, "never propose", "none")["correct_silence"] == 1
    assert line(document, "hunch", "trace")["n"] == 24
    peer = line(document, "peer", "none")
    # Shifted by one event: needed are indices 0, 2, 4; proposed 0 and 4; index 2 is broken.
    assert peer["n"] == 20
    assert peer["proposal_rate"] == pytest.approx(2 / 5)
    assert peer["recall"] == pytest.approx(2 / 3)
    assert peer["correct_silence"] == 1
    assert peer["accuracy"] == pytest.approx(4 / 5)


def test_tables_fit_a_screen(release: Path) -> None:
    for name in ("reward", "agent"):
        found = CliRunner().invoke(main, ["bench", name, str(release), "--folds", "trace"])
        assert found.exit_code == 0, found.output
        assert max(map(len, found.stdout.splitlines())) <= 120
        assert "hunch" in found.stdout


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("reward_data/train_data.jsonl", None),
        ("reward_data/test_data.jsonl", None),
        ("reward_data/train_data.jsonl", b""),
        ("reward_data/train_data.jsonl", b'{"pred_task": "x"}\n'),
        ("reward_data/test_data.jsonl",
         b'{"obs": [], "pred_task": null, "valid": true, "help_needed": true}\n'),
        ("reward_data/test_data.jsonl", b"\xff\xfe"),
        ("test_data/code_0.json", b'[{"observation": '),
        ("traces/responses.jsonl.gz", b"no gzip"),
    ],
)  # fmt: skip
def test_bad_data_cost_one_sentence(release: Path, path: str, content: bytes | None) -> None:
    if content is None:
        (release / path).unlink()
    else:
        (release / path).write_bytes(content)
    found = CliRunner().invoke(main, ["bench", "reward", str(release)])
    assert found.exit_code == 1
    assert not found.stdout
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_single_trace_cannot_be_left_out(release: Path) -> None:
    for name in ("train_data", "test_data"):
        path = release / "reward_data" / f"{name}.jsonl"
        rows = [row for row in read_rewards(path) if "day 0" in trace_of(row)]
        path.write_bytes(encode_lines(rows))
    found = CliRunner().invoke(main, ["bench", "reward", str(release), "--folds", "trace"])
    assert (found.exit_code, "two traces" in found.stderr) == (1, True)


def test_answers_are_matched_by_their_events() -> None:
    trace = observations(1)
    late = [Response("m", "t", i, item, []) for i, item in enumerate(trace[1:])]
    short = [Response("m", "t", i, item, []) for i, item in enumerate(trace[:3])]
    assert shift(late, trace) == 1
    assert shift(short, trace) == 0


@pytest.fixture(scope="module")
def real() -> Path:
    """The released data beside the clone."""
    if not (SHARED / "reward_data").is_dir():
        pytest.fail("the ProactiveBench data should lie at ../shared/proactivebench")
    return SHARED


def test_with_real_traces_left_out_the_gate_beats_speaking_always(real: Path) -> None:
    document = table("agent", str(real), "--folds", "trace")
    ours, always = line(document, "hunch", "trace"), line(document, "always propose", "none")
    assert ours["auroc"] > 0.70
    assert ours["f1"] > always["f1"] + 0.05
    assert ours["false_alarm"] < always["false_alarm"] - 0.1


def test_the_papers_split_is_told_beside_its_leak(real: Path) -> None:
    document = table("reward", str(real), "--folds", "paper")
    assert line(document, "lookup table of N_t", "paper")["f1"] == pytest.approx(0.93, abs=0.02)
    assert line(document, "hunch", "paper")["f1"] > line(document, "always accept", "paper")["f1"]
