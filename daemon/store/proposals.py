"""Predictions, judgements, proposals and answers in SQL: what was offered, and what became of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection, Row
from typing import Any, Literal

import msgspec

from daemon.store.capture import from_us, to_us
from models.asking import Answered, Said
from models.observation import Judgement, Need, Prediction

__all__ = ["Connection"]

State = Literal["waiting", "shown", "accepted", "rejected", "ignored", "withdrawn"]
Answer = Literal["accept", "reject", "ignore"]
# Why a proposal was withdrawn; the one list of such words, which `hunch why` explains.
Reason = Literal[
    "stale",  # no pause and no switch came in time
    "held back",  # others may have seen the screen, somebody was on a call, or recording was paused
    "not shown",  # no tray said that it stood on the screen
    "not seen",  # it stood there, but nobody did anything at the screen then, or the machine slept
    "cut short",  # Hunch ended meanwhile
    "busy",  # another one was open
    "budget",  # so many were shown in the hour, or on the day, already
    "again",  # the same was offered within a day
    "like a rejected one",  # so it was not offered; rejected, or taken back, some days ago
    "like a done one",
    "like an ignored one",  # ignored within the day
    "shadow",  # kept for `hunch review`
]
# With one of these it was not offered at all; there is nothing to show to whoever asks what was.
WITHHELD: frozenset[Reason] = frozenset(
    ("busy", "budget", "again", "like a rejected one", "like a done one", "like an ignored one")
)
ENDED: frozenset[State] = frozenset(("accepted", "rejected", "ignored", "withdrawn"))

_SAID: dict[str, Said] = {
    "accept": "accepted", "reject": "rejected", "ignore": "ignored", "undone": "undone"
}  # fmt: skip

_PROPOSAL = (
    "SELECT proposals.*, observation_id, task, response, source, skill, arguments,"
    " (SELECT probability FROM judgements WHERE prediction_id = predictions.id"
    "  ORDER BY id DESC LIMIT 1) AS probability,"
    " (SELECT result FROM executions WHERE proposal_id = proposals.id"
    "  ORDER BY id DESC LIMIT 1) AS result"
    " FROM proposals JOIN predictions ON predictions.id = prediction_id"
)


class ProposalRow(msgspec.Struct, frozen=True):
    """A proposal with the prediction behind it and what came of it.

    Attributes:
        reason: Why it was withdrawn; None while it was not, or an older Hunch did it.
        shadow: Kept for `hunch review`, never shown; its grade is an answer via ``review``.
    """

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
    reason: str | None = None
    shadow: bool = False


def add_prediction(
    conn: Connection,
    observation_id: int,
    need: Need,
    prediction: Prediction,
    *,
    history: Sequence[int] = (),
) -> int:
    """Keep a prediction, silence (task None) too; returns its number.

    Args:
        conn: The store.
        observation_id: After which observation.
        need: What the gate said there.
        prediction: What is proposed, or silence.
        history: Numbers of the observations that were read, oldest first.
    """
    cursor = conn.execute(
        "INSERT INTO predictions (observation_id, task, purpose, thoughts, response, source, skill,"
        " arguments, evidence, need, need_threshold, need_model, shipped_need, prompt, history)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            prediction.prompt or None,
            msgspec.json.encode(list(history)).decode(),
        ),
    )
    return int(cursor.lastrowid or 0)


def set_vector(conn: Connection, prediction_id: int, vector: bytes, model: str) -> None:
    """Keep the vector of a prediction's task, float16, and the name of the encoder that made it."""
    conn.execute(
        "UPDATE predictions SET vector = ?, vector_model = ? WHERE id = ?",
        (vector, model, prediction_id),
    )


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


def add_withheld(conn: Connection, prediction_id: int, time: datetime, reason: Reason) -> int:
    """Keep a proposal that is not offered, and why; ``shadow`` makes it one for `hunch review`."""
    cursor = conn.execute(
        "INSERT INTO proposals (prediction_id, state, created_us, ended_us, reason, shadow)"
        " VALUES (?1, 'withdrawn', ?2, ?2, ?3, ?3 = 'shadow')",
        (prediction_id, to_us(time), reason),
    )
    return int(cursor.lastrowid or 0)


def set_state(
    conn: Connection,
    proposal_id: int,
    state: State,
    time: datetime | None = None,
    reason: Reason | None = None,
) -> None:
    """Move a proposal on; `time` (now by default) becomes that of its showing or its end."""
    now_us = to_us(time or datetime.now(UTC))
    conn.execute(
        "UPDATE proposals SET state = ?1, reason = ?4,"
        " shown_us = CASE WHEN ?1 = 'shown' THEN ?2 ELSE shown_us END,"
        " ended_us = CASE WHEN ?1 IN ('waiting', 'shown') THEN NULL ELSE ?2 END WHERE id = ?3",
        (state, now_us, proposal_id, reason),
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
    """Keep an answer; `via` is ``popup``, ``tray``, ``cli``, ``timeout`` or ``review`` (a grade)."""
    conn.execute(
        "INSERT INTO answers (proposal_id, answer, via, time_us) VALUES (?, ?, ?, ?)",
        (proposal_id, answer, via, to_us(time)),
    )


def answered(conn: Connection, since: datetime, until: datetime, limit: int) -> list[Answered]:
    """The last answers given between two times, oldest first; what was taken back counts as that."""
    rows = conn.execute(
        "SELECT task, CASE WHEN answer = 'accept' AND EXISTS (SELECT 1 FROM executions"
        "  WHERE executions.proposal_id = proposals.id AND executions.state = 'undone')"
        "  THEN 'undone' ELSE answer END AS said"
        " FROM answers JOIN proposals ON proposals.id = proposal_id"
        " JOIN predictions ON predictions.id = prediction_id"
        " WHERE answers.time_us BETWEEN ?3 AND ?1 AND answers.id = (SELECT max(id) FROM answers AS later"
        "  WHERE later.proposal_id = answers.proposal_id AND later.time_us <= ?1)"
        " ORDER BY answers.time_us DESC, answers.id DESC LIMIT ?2",
        (to_us(until), limit, to_us(since)),
    )
    return [Answered(row["task"], _SAID[row["said"]]) for row in rows][::-1]


def is_answered(conn: Connection, proposal_id: int) -> bool:
    """Whether anything was said of it: an answer, a grade, or that none came."""
    query = "SELECT 1 FROM answers WHERE proposal_id = ?"
    return conn.execute(query, (proposal_id,)).fetchone() is not None


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
        reason=row["reason"],
        shadow=bool(row["shadow"]),
    )
