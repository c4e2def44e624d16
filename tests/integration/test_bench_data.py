"""`hunch bench` on data that are not as they should be, and on a user's own exports."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.manifest import WEIGHTS
from models.observation import Observation
from models.trace import Response, encode_lines, read_rewards
from tests.releases import document, observations, rows_of, write_release
from tests.tables import bench, line, refused, table

ROOT = Path(__file__).parents[2]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


@pytest.mark.parametrize("name", ["reward", "agent"])
@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("reward_data/train_data.jsonl", None),
        ("reward_data/train_data.jsonl", b""),
        ("reward_data/train_data.jsonl", b'{"pred_task": "x"}\n'),
        ("reward_data/train_data.jsonl",
         b'{"obs": [{"event": "x"}], "pred_task": "x", "valid": true, "help_needed": true}\n'),
        ("reward_data/test_data.jsonl",
         b'{"obs": [], "pred_task": null, "valid": true, "help_needed": true}\n'),
        ("reward_data/test_data.jsonl", b"\xff\xfe"),
        ("test_data/code_0.json", b'[{"observation": '),
        ("test_data/code_0.json", b'[{"task_status": true}]'),
    ],
)  # fmt: skip
def test_bad_data_cost_one_sentence(
    release: Path, tmp_path: Path, name: str, path: str, content: bytes | None
) -> None:
    if content is None:
        (release / path).unlink()
    elif content:
        (release / path).write_bytes(content)
    else:
        for each in ("train_data", "test_data"):
            (release / "reward_data" / f"{each}.jsonl").write_bytes(content)
    plots = tmp_path / "plots"
    assert str(release) in refused(bench(name, "--data", release, "--plot", plots))
    assert not plots.exists()


@pytest.mark.parametrize("name", ["reward", "agent"])
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    assert "is not there" in refused(bench(name, "--data", tmp_path / "nowhere"))
    assert "should hold" in refused(bench(name, "--data", tmp_path))


def test_a_single_trace_cannot_be_left_out(release: Path) -> None:
    for name in ("train_data", "test_data"):
        path = release / "reward_data" / f"{name}.jsonl"
        rows = [row for row in read_rewards(path) if "day 0" in row.obs[0].event]
        path.write_bytes(encode_lines(rows))
    for name in ("reward", "agent"):
        assert "two traces" in refused(bench(name, "--data", release, "--folds", "trace"))


def test_times_of_every_kind_and_steps_back_are_read(tmp_path: Path) -> None:
    traces = {f"code_{number}": observations(number) for number in range(4)}
    odd = ["Day 1, 8:10 PM", "1717335907.603", "Day 1, 8:05 PM", "nan", "yesterday", "inf"]
    traces["code_1"] = [
        Observation(time, item.event) for time, item in zip(odd, traces["code_1"], strict=True)
    ]
    traces["code_2"] = [Observation(f"{-i}", item.event) for i, item in enumerate(traces["code_2"])]
    release = write_release(tmp_path / "release", traces)
    for name, rows in (("reward", 72), ("agent", 24)):
        assert (
            line(table(name, "--data", release, "--folds", "trace"), "hunch", "trace")["n"] == rows
        )


def test_an_empty_trace_and_a_trace_of_one_event(release: Path) -> None:
    (release / "test_data" / "code_5.json").write_bytes(b"[]")
    (release / "test_data" / "code_6.json").write_bytes(document(observations(6)[:1]))
    with (release / "reward_data" / "train_data.jsonl").open("ab") as file:
        file.write(encode_lines(rows_of(observations(6), range(1))))
    found = bench("agent", "--data", release, "--folds", "trace")
    assert found.exit_code == 0, found.output
    assert "25 of 25 events of 6 traces" in " ".join(found.stdout.split())
    assert "Without an event, and left out: code_5." in found.stdout
    assert bench("reward", "--data", release, "--folds", "trace").exit_code == 0


def test_without_answers_the_table_says_what_is_missing(release: Path) -> None:
    (release / "traces" / "responses.jsonl.gz").unlink()
    found = bench("agent", "--data", release, "--folds", "trace")
    assert found.exit_code == 0, found.output
    assert "the models' rows are left out" in " ".join(found.stdout.split())
    assert "peer" not in found.stdout


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b'{"model": "m"}\n')[:-9], gzip.compress(b'{"m": 1}\n')],
    ids=["no gzip", "cut off", "not an answer"],
)
def test_damaged_answers_cost_the_models_rows_alone(release: Path, content: bytes) -> None:
    (release / "traces" / "responses.jsonl.gz").write_bytes(content)
    found = bench("agent", "--data", release, "--folds", "trace")
    assert found.exit_code == 0, found.output
    told = " ".join(found.stdout.split())
    assert "responses.jsonl.gz" in told
    assert "the models' rows are left out" in told
    assert "peer" not in told
    assert bench("reward", "--data", release, "--folds", "trace").exit_code == 0


@pytest.mark.parametrize("name", ["reward", "agent"])
def test_without_test_rows_traces_are_left_out_all_the_same(release: Path, name: str) -> None:
    (release / "reward_data" / "test_data.jsonl").unlink()
    for folds in ("trace", "both"):
        found = bench(name, "--data", release, "--folds", folds)
        assert found.exit_code == 0, found.output
        assert "there is no paper's split" in " ".join(found.stdout.split())
    document = table(name, "--data", release)
    assert line(document, "hunch", "trace")["n"] > 0
    assert not [
        row for row in document["rows"] if row["name"] == "hunch" and row["folds"] == "paper"
    ]
    assert "--folds trace" in refused(bench(name, "--data", release, "--folds", "paper"))


def test_other_files_are_ignored(release: Path) -> None:
    before = table("agent", "--data", release, "--folds", "trace")
    (release / "test_data" / "README.md").write_text("[")
    (release / "test_data" / "about.json").write_text('{"themes": 3}')
    (release / "reward_data" / "more.jsonl").write_text("?")
    (release / "traces" / "old.jsonl").write_text("?")
    answer = Response("peer", "writing_77", 0, Observation("Day 1, 8:10 PM", "The user waits."), [])
    answers = release / "traces" / "responses.jsonl.gz"
    whole = gzip.decompress(answers.read_bytes()) + encode_lines([answer])
    answers.write_bytes(gzip.compress(whole))
    after = table("agent", "--data", release, "--folds", "trace")
    assert [row["name"] for row in after["rows"]] == [row["name"] for row in before["rows"]]
    for name in ("n", "accuracy", "most_f1"):  # one more trace moves what is usual, so our judge
        assert line(after, "peer", "none")[name] == line(before, "peer", "none")[name]


def test_own_exports_are_scored_by_the_shipped_models(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    rows = []
    for number in range(2):
        trace = observations(number)
        (own / f"session-{number}.json").write_bytes(document(trace))
        rows += [row for row in rows_of(trace, range(6)) if row.pred_task is not None]
    (own / "answers.jsonl").write_bytes(encode_lines(rows))
    for name, count in (("reward", 24), ("agent", 12)):
        found = table(name, "--data", own)
        assert line(found, "hunch, as shipped", "none")["n"] == count
        assert "hunch" not in {row["name"] for row in found["rows"]}
        assert "Too few recordings" in bench(name, "--data", own).stdout
    for number in range(2, 4):
        rows += [
            row for row in rows_of(observations(number), range(6)) if row.pred_task is not None
        ]
    (own / "answers.jsonl").write_bytes(encode_lines(rows))
    assert line(table("reward", "--data", own), "hunch", "trace")["n"] == 48


def test_damaged_weights_cost_one_sentence(release: Path, tmp_path: Path) -> None:
    models, weights = tmp_path / "site" / "models", tmp_path / "site" / "models" / "weights"
    weights.mkdir(parents=True)
    for place in (*ROOT.iterdir(), *(ROOT / "models").iterdir(), *WEIGHTS.iterdir()):
        linked = tmp_path / "site" / place.relative_to(ROOT)
        if not place.name.startswith(".") and not linked.exists():
            linked.symlink_to(place)
    assert not models.is_symlink()
    whole = (weights / "encoder.onnx").read_bytes()
    (weights / "encoder.onnx").unlink()
    (weights / "encoder.onnx").write_bytes(whole[: len(whole) // 2])
    found = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "bench", "reward", "--data", release],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (1, "")
    assert len(found.stderr.strip().splitlines()) == 1
    assert "encoder.onnx" in found.stderr
