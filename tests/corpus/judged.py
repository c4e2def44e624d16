"""Judged tasks that a small model can learn: help is needed after a search; explaining is accepted then, a break never."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from models.observation import Observation
from models.trace import RewardRow, category, encode_lines

SWITCH = Observation("100.0", "The user switches to Visual Studio Code.")
SEARCH = Observation("130.5", "The user searches for 'KeyError amount' on Bing.")
COPY = Observation("9000", "The user copies the error 'KeyError: amount' in XTerm.")
EXPLAIN, BREAK = "Explain the error.", "Suggest a break."


def rows(traces: Iterable[int]) -> list[RewardRow]:
    """Twelve rows a trace: two tasks and a silence after each of four events."""
    found = []
    for number in traces:
        trace = [
            Observation(f"{100 * place}.5", f"{event[:-1]} (day {number}).")
            for place, event in enumerate([SWITCH.event, SEARCH.event, SWITCH.event, COPY.event])
        ]
        for place in range(len(trace)):
            needed = place % 2 == 1
            for task in (EXPLAIN, BREAK, None):
                accepted = needed and task == EXPLAIN if task else not needed
                word = category(proposed=task is not None, accepted=accepted, needed=needed)
                found.append(
                    RewardRow(trace[: place + 1], task, accepted, needed, [accepted] * 3, word)
                )
    return found


def write_release(folder: Path) -> Path:
    """A released folder of four traces; the first one's rows are the paper's test rows."""
    for name in ("test_data", "reward_data"):
        (folder / name).mkdir(parents=True)
    (folder / "test_data" / "splits.json").write_text("{}")
    event = {"observation": SWITCH, "agent_response": {"candidate_task": []}, "task_status": True}
    (folder / "test_data" / "code_1.json").write_bytes(msgspec.json.encode([event]))
    (folder / "reward_data" / "train_data.jsonl").write_bytes(encode_lines(rows(range(1, 4))))
    (folder / "reward_data" / "test_data.jsonl").write_bytes(encode_lines(rows([0])))
    return folder
