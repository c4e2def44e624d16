"""Predictions, judgements, proposals, answers and executions in SQL: what was offered, and what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection, Row
from typing import Any, Literal

import msgspec

from daemon.store.capture import from_us, to_us
from models.observation import Judgement, Need, Prediction

__all__ = ["Connection"]

State = Literal["waiting", "shown", "accepted", "rejected", "ignored", "withdrawn"]
Answer = Literal["accept", "reject", "ignore"]
ENDED: frozenset[State] = frozenset(("accepted", "rejected", "ignored", "withdrawn"))

_PROPOSAL = (
    "SELECT proposals.*, observation_id, task, response, source, skill, arguments,"
    " (SELECT probability FROM judgements WHERE prediction_id = predictions.id"
    "  ORDER BY id DESC LIMIT 1) AS probability,"
    " (SELECT result FROM executions WHERE proposal_id = proposals.id"
    "  ORDER BY id DESC LIMIT 1) AS result"
    " FROM proposals JOIN predictions ON predictions.id = prediction_id"
)


class ProposalRow(msgspec.Struct, frozen=True):
    """A proposal with the prediction behind it and what came of it."""

    id: int
    observation_id: int
    prediction_id: int
    task: str
    why: str
    source: str
    skill: str | None
    arguments: dict[str, Any]
    probability: float | None
    state: State
    created: datetime
    shown: datetime | None
    ended: datetime | None
    result: str | None


class AnswerRow(msgspec.Struct, frozen=True):
    """A user's answer, with what learning from it needs."""

    proposal_id: int
    skill: str | None
    source: str
    answer: Answer
    via: str
    time: datetime
    probability: float | None


class ExecutionRow(msgspec.Struct, frozen=True):
    """One carrying out of an accepted task; `undo` are its steps back, oldest first."""

    id: int
    proposal_id: int
    state: Literal["running", "done", "failed", "undone"]
    started: datetime
    ended: datetime | None
    result: str | None
    undo: list[dict[str, Any]]


def add_prediction(
    conn: Connection, observation_id: int, need: Need, prediction: Prediction
) -> int:
    """Keep a prediction, silence (task None) too; returns its number."""
    cursor = conn.execute(
        "INSERT INTO predictions (observation_id, task, purpose, thoughts, response, source, skill,"
        " arguments, evidence, need, need_threshold, need_model, shipped_need)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            observation_id,
            prediction.task,
            prediction.purpose,
            prediction.thoughts,
            prediction.response,
            prediction.source,
            prediction.skill,
            msgspec.json.encode(prediction.arguments).decode(),
            prediction.evidence,
            need.probability,
            need.threshold,
            need.model,
            need.shipped,
        ),
    )
    return int(cursor.lastrowid or 0)


def add_judgement(conn: Connection, prediction_id: int, judgement: Judgement) -> int:
    """Keep a judgement; returns its number."""
    cursor = conn.execute(
        "INSERT INTO judgements (prediction_id, probability, threshold, model, thought, shipped)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            prediction_id,
            judgement.probability,
            judgement.threshold,
            judgement.model,
            judgement.thought,
            judgement.shipped,
        ),
    )
    return int(cursor.lastrowid or 0)


def add_proposal(conn: Connection, prediction_id: int, time: datetime) -> int:
    """Keep a proposal that waits to be shown; returns its number."""
    cursor = conn.execute(
        "INSERT INTO proposals (prediction_id, state, created_us) VALUES (?, 'waiting', ?)",
        (prediction_id, to_us(time)),
    )
    return int(cursor.lastrowid or 0)


def set_state(
    conn: Connection, proposal_id: int, state: State, time: datetime | None = None
) -> None:
    """Move a proposal on; `time` (now by default) becomes that of its showing or its end."""
    now_us = to_us(time or datetime.now(UTC))
    conn.execute(
        "UPDATE proposals SET state = ?1,"
        " shown_us = CASE WHEN ?1 = 'shown' THEN ?2 ELSE shown_us END,"
        " ended_us = CASE WHEN ?1 IN ('waiting', 'shown') THEN NULL ELSE ?2 END WHERE id = ?3",
        (state, now_us, proposal_id),
    )


def proposal(conn: Connection, proposal_id: int) -> ProposalRow | None:
    """One proposal, or None."""
    row = conn.execute(_PROPOSAL + " WHERE proposals.id = ?", (proposal_id,)).fetchone()
    return _proposal(row) if row else None


def proposals(
    conn: Connection, limit: int | None = None, state: State | None = None
) -> list[ProposalRow]:
    """Proposals, newest first."""
    rows = conn.execute(
        _PROPOSAL + " WHERE (?1 IS NULL OR state = ?1) ORDER BY proposals.id DESC LIMIT ?2",
        (state, -1 if limit is None else limit),
    )
    return [_proposal(row) for row in rows]


def add_answer(
    conn: Connection, proposal_id: int, answer: Answer, via: str, time: datetime
) -> None:
    """Keep an answer; `via` is ``popup``, ``tray``, ``cli`` or ``timeout``."""
    conn.execute(
        "INSERT INTO answers (proposal_id, answer, via, time_us) VALUES (?, ?, ?, ?)",
        (proposal_id, answer, via, to_us(time)),
    )


def answers(conn: Connection) -> list[AnswerRow]:
    """All answers, oldest first."""
    rows = conn.execute(
        "SELECT answers.*, skill, source,"
        " (SELECT probability FROM judgements WHERE judgements.prediction_id = predictions.id"
        "  ORDER BY id DESC LIMIT 1) AS probability"
        " FROM answers JOIN proposals ON proposals.id = proposal_id"
        " JOIN predictions ON predictions.id = proposals.prediction_id ORDER BY answers.id"
    )
    return [
        AnswerRow(
            proposal_id=row["proposal_id"],
            skill=row["skill"],
            source=row["source"],
            answer=row["answer"],
            via=row["via"],
            time=from_us(row["time_us"]),
            probability=row["probability"],
        )
        for row in rows
    ]


def start_execution(conn: Connection, proposal_id: int, time: datetime) -> int:
    """Keep that an accepted task is being carried out; returns the execution's number."""
    cursor = conn.execute(
        "INSERT INTO executions (proposal_id, state, started_us, undo)"
        " VALUES (?, 'running', ?, '[]')",
        (proposal_id, to_us(time)),
    )
    return int(cursor.lastrowid or 0)


def end_execution(
    conn: Connection,
    execution_id: int,
    state: Literal["done", "failed"],
    result: str,
    undo: Sequence[dict[str, Any]],
    time: datetime | None = None,
) -> None:
    """Keep how it ended, and the steps that take it back."""
    conn.execute(
        "UPDATE executions SET state = ?, ended_us = ?, result = ?, undo = ? WHERE id = ?",
        (
            state,
            to_us(time or datetime.now(UTC)),
            result,
            msgspec.json.encode(list(undo)).decode(),
            execution_id,
        ),
    )


def save_steps(conn: Connection, execution_id: int, undo: Sequence[dict[str, Any]]) -> None:
    """Keep the steps back of an execution that goes on, so that a kill does not lose them."""
    conn.execute(
        "UPDATE executions SET undo = ? WHERE id = ? AND state = 'running'",
        (msgspec.json.encode(list(undo)).decode(), execution_id),
    )


def end_cut_short(conn: Connection, result: str, time: datetime) -> None:
    """What a killed daemon left running has failed; its steps back stay."""
    conn.execute(
        "UPDATE executions SET state = 'failed', ended_us = ?, result = ? WHERE state = 'running'",
        (to_us(time), result),
    )


def execution(conn: Connection, proposal_id: int) -> ExecutionRow | None:
    """The newest execution of a proposal, or None."""
    row = conn.execute(
        "SELECT * FROM executions WHERE proposal_id = ? ORDER BY id DESC LIMIT 1", (proposal_id,)
    ).fetchone()
    if row is None:
        return None
    ended = row["ended_us"]
    return ExecutionRow(
        id=row["id"],
        proposal_id=row["proposal_id"],
        state=row["state"],
        started=from_us(row["started_us"]),
        ended=from_us(ended) if ended is not None else None,
        result=row["result"],
        undo=msgspec.json.decode(row["undo"]),
    )


def mark_undone(conn: Connection, execution_id: int) -> None:
    """Keep that an execution was taken back."""
    conn.execute("UPDATE executions SET state = 'undone' WHERE id = ?", (execution_id,))


def _proposal(row: Row) -> ProposalRow:
    def time(name: str) -> datetime | None:
        return from_us(row[name]) if row[name] is not None else None

    return ProposalRow(
        id=row["id"],
        observation_id=row["observation_id"],
        prediction_id=row["prediction_id"],
        task=row["task"],
        why=row["response"],
        source=row["source"],
        skill=row["skill"],
        arguments=msgspec.json.decode(row["arguments"]),
        probability=row["probability"],
        state=row["state"],
        created=from_us(row["created_us"]),
        shown=time("shown_us"),
        ended=time("ended_us"),
        result=row["result"],
    )


def predictions(conn: Connection) -> list[tuple[int, dict[str, Any]]]:
    """All predictions, silences too, each under its observation: scores, judgement, last answer."""
    rows = conn.execute(
        "SELECT observation_id, task, source, skill, need, need_threshold,"
        " (SELECT probability FROM judgements WHERE prediction_id = predictions.id"
        "  ORDER BY id DESC LIMIT 1) AS accept,"
        " (SELECT answer FROM answers JOIN proposals ON proposals.id = proposal_id"
        "  WHERE proposals.prediction_id = predictions.id ORDER BY answers.id DESC LIMIT 1) AS answer"
        " FROM predictions ORDER BY id"
    )
    keys = ("task", "source", "skill", "need", "need_threshold", "accept", "answer")
    return [(row["observation_id"], {key: row[key] for key in keys}) for row in rows]
