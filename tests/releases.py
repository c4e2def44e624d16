"""A small release in ProactiveBench's formats: four traces that differ in a word a sentence."""

import gzip
from pathlib import Path
from typing import Any

import msgspec

from models.observation import Observation
from models.trace import Response, RewardRow, category, encode_lines

EVENTS = [
    "The user switches to Visual Studio Code.",
    "The user searches for 'KeyError amount' on Bing.",
    "The user scrolls through a page.",
    "The user copies the error 'KeyError: amount' in XTerm.",
    "The user clicks the left mouse button.",
    "The user searches for 'pandas rename column' on Google.",
]
TASKS = ("Explain the error.", "Suggest a break.", None)


def observations(number: int) -> list[Observation]:
    """The sentences of one day; help is needed at every second."""
    return [
        Observation(f"{100 * place}.5", f"{event[:-1]} (day {number}).")
        for place, event in enumerate(EVENTS)
    ]


def rows_of(trace: list[Observation], places: range) -> list[RewardRow]:
    """Judged tasks and silences after some of a trace's observations."""
    rows = []
    for place in places:
        needed = place % 2 == 1
        for task in TASKS:
            accepted = needed and task == TASKS[0] if task else not needed
            word = category(proposed=task is not None, accepted=accepted, needed=needed)
            votes = [accepted, accepted, needed]
            rows.append(RewardRow(trace[: place + 1], task, accepted, needed, votes, word))
    return rows


def document(trace: list[Observation]) -> bytes:
    """A trace's file."""
    events = [
        {"observation": item, "agent_response": {"candidate_task": []}, "task_status": i % 2 == 1}
        for i, item in enumerate(trace)
    ]
    return msgspec.json.encode(events)


def write_release(folder: Path, traces: dict[str, list[Observation]] | None = None) -> Path:
    """Write a released folder of these traces, or of four."""
    named = traces or {f"code_{number}": observations(number) for number in range(4)}
    for name in ("test_data", "reward_data", "traces"):
        (folder / name).mkdir(parents=True)
    train, test, answers = [], [], []
    for name, trace in named.items():
        train += rows_of(trace, range(len(trace) - 1))
        test += rows_of(trace, range(len(trace) - 1, len(trace)))
        (folder / "test_data" / f"{name}.json").write_bytes(document(trace))
        # One model is silent once in two spellings and once broken; its runs leave out the first event.
        said: list[Any] = [["Explain"], ["null"], {"error": 1}, [], ["Explain"]]
        answers += [
            Response("peer", name, i, item, answer)
            for i, (item, answer) in enumerate(zip(trace[1:], said, strict=False))
        ]
    (folder / "test_data" / "splits.json").write_text("{}")
    (folder / "reward_data" / "train_data.jsonl").write_bytes(encode_lines(train))
    (folder / "reward_data" / "test_data.jsonl").write_bytes(encode_lines(test))
    (folder / "traces" / "responses.jsonl.gz").write_bytes(gzip.compress(encode_lines(answers)))
    return folder
