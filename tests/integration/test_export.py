"""Exports of a real store, read back by the readers of the released files."""

import json
import resource
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.errors import HunchError
from daemon.export import Format, export
from daemon.store import Store, executions, marks, proposals, story
from models.observation import Judgement, Need, Observation, Prediction
from models.records import record_to_segment
from models.trace import (
    CORRECT_DETECTION,
    CORRECT_REJECTION,
    FALSE_ALARM,
    MISSED_NEED,
    read_records,
    read_rewards,
    read_trace,
)
from tests.moments import at, copied, keyboard, moment

WORK = [
    moment(20 * n, "Chromium", f"Page {n} - Chromium", keyboard("words"), events=(copied(20 * n, "copied text"),))
    for n in range(3)
]  # fmt: skip
ANSWERS: tuple[tuple[str | None, proposals.Answer | None], ...] = (
    (None, None), ("Yes.", "accept"), ("No.", "reject"), ("Unseen.", "ignore"), ("Only predicted.", None),
)  # fmt: skip


def session(conn: story.Connection) -> None:
    """Three moments; at the second one everything that can be offered was."""
    number = story.start_session(conn, at(0))
    for index, item in enumerate(WORK):
        segment = story.add_segment(conn, number, item.segment)
        observation = Observation(f"{index}.0", f"The user reads page {index}.")
        seen = story.add_observation(conn, segment, observation, "rules")
        for task, answer in ANSWERS if index == 1 else ():
            made = proposals.add_prediction(conn, seen, Need(0.9, 0.5, "m"), Prediction(task))
            if answer is not None:
                offered = proposals.add_proposal(conn, made, at(1))
                proposals.add_answer(conn, offered, answer, "popup", at(2))
            if answer == "accept":
                proposals.add_judgement(conn, made, Judgement(0.8, 0.5, "m", shipped=0.7))
                done = executions.start_execution(conn, offered, at(3))
                undo = [{"tool": "clipboard", "before": "before", "after": "after"}]
                executions.end_execution(conn, done, "done", "Done.", undo, at(4))
        if index != 1:
            marks.add_mark(conn, seen, needed=index == 0, via="cli", time=at(5))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "hunch.db") as store:
        store.write_now(session)
        store.write_now(session)
        yield store


def write(store: Store, out: Path, form: Format, *sessions: int) -> list[Path]:
    return store.read(lambda conn: export(conn, out, form, sessions)).files


def test_a_trace(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "trace.json"
    assert write(store, out, "proactivebench", 1) == [out]
    trace = read_trace(out)
    assert [item.observation.time for item in trace] == ["0.0", "1.0", "2.0"]
    assert [item.task_status for item in trace] == [True, True, False]  # marked, accepted
    tasks = [task for task, _ in ANSWERS if task]
    assert [item.agent_response.candidate_task for item in trace] == [[], tasks, []]
    assert set(json.loads(out.read_bytes())[0]) == {"observation", "agent_response", "task_status"}


def test_several_traces_go_into_a_folder(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "traces"
    assert write(store, out, "proactivebench") == [out / "session-1.json", out / "session-2.json"]


def test_reward_rows_are_what_was_answered_graded_and_marked(store: Store, tmp_path: Path) -> None:
    rows = read_rewards(write(store, tmp_path / "rewards.jsonl", "reward", 2)[0])
    told = [
        (row.pred_task, row.valid, row.annotation, row.help_needed, row.category) for row in rows
    ]
    assert told == [
        (None, False, [False], True, MISSED_NEED),
        ("Yes.", True, [True], True, CORRECT_DETECTION),
        ("No.", False, [False], True, FALSE_ALARM),
        (None, True, [True], False, CORRECT_REJECTION),
    ]
    assert [item.time for item in rows[1].obs] == ["0.0", "1.0"]  # nothing of what came later


def test_a_task_taken_back_was_no_help(store: Store, tmp_path: Path) -> None:
    store.write_now(lambda conn: executions.mark_undone(conn, 2))  # session 2's
    rows = read_rewards(write(store, tmp_path / "rewards.jsonl", "reward", 2)[0])
    assert [(row.pred_task, row.valid, row.help_needed) for row in rows[1:3]] == [
        ("Yes.", False, False),
        ("No.", False, False),
    ]


def test_raw_records_are_the_segments_again(store: Store, tmp_path: Path) -> None:
    records = read_records(write(store, tmp_path / "raw.json", "raw", 1)[0])
    assert [record_to_segment(item) for item in records] == [item.segment for item in WORK]


def test_lines_hold_each_kind(store: Store, tmp_path: Path) -> None:
    lines = write(store, tmp_path / "all.jsonl", "jsonl", 1)[0].read_text().splitlines()
    kinds = Counter(json.loads(line)["kind"] for line in lines)
    assert kinds == {
        "observation": 3, "prediction": 5, "proposal": 3, "judgement": 1, "answer": 3,
        "execution": 1, "mark": 2,
    }  # fmt: skip
    rows = [json.loads(line) for line in lines]
    of = {row["kind"]: row for row in rows}
    assert of["judgement"].keys() >= {
        "prediction_id",
        "probability",
        "shipped",
        "threshold",
        "model",
    }
    assert of["mark"]["needed"] is False and of["mark"]["observation_id"] == of["observation"]["id"]
    assert of["execution"]["state"] == "done" and "before" not in "".join(lines)
    said = {row["answer"] for row in rows if row["kind"] == "answer"}
    assert said == {"accept", "reject", "ignore"}


def test_what_cannot_be_written_leaves_what_was_there(store: Store, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("precious")
    with pytest.raises(HunchError, match="cannot be written"):
        write(store, there, "proactivebench")  # several, and this is no folder
    with pytest.raises(HunchError, match="no session 9"):
        write(store, there, "reward", 9)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # as a full disk
    try:
        with pytest.raises(HunchError, match="cannot be written"):
            write(store, there, "reward", 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert there.read_text() == "precious" and not list(tmp_path.glob(".*part"))
