"""Rows as they are exported: predictions, and what was judged, answered, done and marked, by their observation."""

from collections.abc import Iterator
from sqlite3 import Connection, Row
from typing import Any

import msgspec

from daemon.store.capture import from_us

__all__ = ["Connection"]

Line = dict[str, Any]

_PREDICTIONS = """
SELECT observation_id, id, task, source, skill, evidence, need, shipped_need, need_threshold, need_model,
    prompt, history, (SELECT probability FROM judgements WHERE prediction_id = predictions.id
        ORDER BY id DESC LIMIT 1) AS accept,
    (SELECT answer FROM answers JOIN proposals ON proposals.id = proposal_id
        WHERE proposals.prediction_id = predictions.id ORDER BY answers.id DESC LIMIT 1) AS answer,
    EXISTS (SELECT 1 FROM executions JOIN proposals ON proposals.id = proposal_id
        WHERE proposals.prediction_id = predictions.id AND executions.state = 'undone') AS undone
FROM predictions ORDER BY id
"""
_JUDGEMENTS = """
SELECT observation_id, judgements.id, prediction_id, probability, shipped, threshold, model, thought
FROM judgements JOIN predictions ON predictions.id = prediction_id ORDER BY judgements.id
"""
_ANSWERS = """
SELECT observation_id, answers.id, proposal_id, answer, via, time_us
FROM answers JOIN proposals ON proposals.id = proposal_id
    JOIN predictions ON predictions.id = prediction_id ORDER BY answers.id
"""
_EXECUTIONS = """
SELECT observation_id, executions.id, proposal_id, executions.state, started_us, executions.ended_us, result
FROM executions JOIN proposals ON proposals.id = proposal_id
    JOIN predictions ON predictions.id = prediction_id ORDER BY executions.id
"""  # not its steps back: they hold what stood there before
_MARKS = "SELECT observation_id, id, needed, via, time_us FROM marks ORDER BY id"
_LATER = {
    "judgement": _JUDGEMENTS, "answer": _ANSWERS, "execution": _EXECUTIONS, "mark": _MARKS,
}  # fmt: skip


def predictions(conn: Connection) -> dict[int, list[Line]]:
    """All predictions, silences too, by their observations: scores, judgement, the last answer."""
    found: dict[int, list[Line]] = {}
    for row in conn.execute(_PREDICTIONS):
        line = _line(row)
        line["history"] = msgspec.json.decode(row["history"] or "[]")
        line["undone"] = bool(row["undone"])
        found.setdefault(row["observation_id"], []).append(line)
    return found


def later(conn: Connection) -> Iterator[tuple[str, int, Line]]:
    """Judgements, answers (grades are those via ``review``), executions and marks: kind, observation, row."""
    for kind, query in _LATER.items():
        for row in conn.execute(query):
            line = _line(row)
            if kind == "mark":
                line["needed"] = bool(row["needed"])
            yield kind, row["observation_id"], line


def _line(row: Row) -> Line:
    """A row by its names; times are moments."""
    return {
        name.removesuffix("_us"): from_us(row[name]).isoformat()
        if name.endswith("_us") and row[name] is not None
        else row[name]
        for name in row.keys()  # noqa: SIM118 - a Row iterates over values
        if name != "observation_id"
    }
