"""How a proposal, or a silence, came about: everything that was kept of a moment, read back from SQL.

Knows the tables; the words are `daemon.why`'s. Numbers of observations whose sentences were forgotten
since are told as such: `predictions.history` holds them all.
"""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection, Row
from typing import Any

import msgspec

from daemon.store.capture import from_us
from models.segment import UNSEEN

__all__ = ["Connection"]


class Read(msgspec.Struct, frozen=True):
    """A sentence that was read.

    Attributes:
        id: The observation's number.
        time: When its segment began.
        end: When it ended.
        event: The sentence.
        source: Who told it: ``rules`` or ``llm:MODEL``.
        encoder: Hash of the encoder that made its vector; None where it has none.
        raw: Numbers of the raw rows that it was told from, as far as they are kept.
    """

    id: int
    time: datetime
    end: datetime
    event: str
    source: str
    encoder: str | None
    raw: list[int]


class Judged(msgspec.Struct, frozen=True):
    """What the reward model said of a task; `shipped` is its word before the user's own answers moved it."""

    probability: float
    shipped: float | None
    threshold: float
    model: str
    thought: str


class Answered(msgspec.Struct, frozen=True):
    """An answer, how it was given and when."""

    answer: str
    via: str
    time: datetime


class Offered(msgspec.Struct, frozen=True):
    """What became of a task as a proposal; `reason` says why it was withdrawn."""

    id: int
    state: str
    created: datetime
    shown: datetime | None
    ended: datetime | None
    reason: str | None
    shadow: bool
    answers: list[Answered]
    executions: list[dict[str, Any]]


class Considered(msgspec.Struct, frozen=True):
    """A task that was considered, or (task None) that there was none; and by whom.

    Attributes:
        id: The prediction's number.
        task: In words; None for silence.
        response: What the popup says: why it is offered.
        source: ``gate``, ``skills``, ``skill:NAME`` or ``agent:MODEL``.
        skill: Which can carry it out; None when none can.
        evidence: Of the skill's trigger, in nats.
        prompt: Hash of the prompt that a language model was asked with.
        judged: None where the reward model was not asked, or did not answer.
        offered: None where it did not come so far.
    """

    id: int
    task: str | None
    response: str
    source: str
    skill: str | None
    evidence: float
    prompt: str | None
    judged: Judged | None
    offered: Offered | None


class Trail(msgspec.Struct, frozen=True):
    """A moment: what was seen, what was read, what the gate said, and what was considered.

    Attributes:
        observation: Its number.
        session: The recording's.
        time: When its segment began.
        end: When it ended: what was decided, was decided then.
        event: The sentence.
        status: ``not-afk``, ``afk`` or ``unseen``.
        need: P(help is wanted); None where nobody was asked.
        shipped_need: The same before the user's own answers moved it.
        need_threshold: From here on the reward model is asked.
        gate: Hash of the gate's weights; None where the models did not answer.
        read: What the models read, oldest first.
        forgotten: How many of the sentences that they read were forgotten since.
        considered: Candidate tasks, or one silence.
        marks: Whether the user marked it as a moment in which help was needed.
    """

    observation: int
    session: int
    time: datetime
    end: datetime
    event: str
    status: str
    need: float | None
    shipped_need: float | None
    need_threshold: float | None
    gate: str | None
    read: list[Read]
    forgotten: int
    considered: list[Considered]
    marks: list[bool]


def of_proposal(conn: Connection, proposal_id: int) -> Trail | None:
    """The moment behind a proposal, or None where there is none."""
    row = conn.execute(
        "SELECT observation_id FROM proposals JOIN predictions ON predictions.id = prediction_id"
        " WHERE proposals.id = ?",
        (proposal_id,),
    ).fetchone()
    return of_observation(conn, row[0]) if row else None


def of_observation(conn: Connection, number: int) -> Trail:
    """A moment by the number of its observation, which is there."""
    row = conn.execute(
        "SELECT session_id, time_us, end_us, event, facts ->> 'status' AS status"
        " FROM observations JOIN segments ON segments.id = segment_id WHERE observations.id = ?",
        (number,),
    ).fetchone()
    said = conn.execute(
        "SELECT * FROM predictions WHERE observation_id = ? ORDER BY id", (number,)
    ).fetchall()
    first = said[0] if said else None
    numbers = msgspec.json.decode(first["history"] or "[]", type=list[int]) if first else []
    found = _read(conn, numbers)
    there = first is not None and row["status"] != UNSEEN and first["need_model"]
    answered = first if there else None
    return Trail(
        observation=number,
        session=row["session_id"],
        time=from_us(row["time_us"]),
        end=from_us(row["end_us"]),
        event=row["event"],
        status=row["status"],
        need=answered["need"] if answered else None,
        shipped_need=answered["shipped_need"] if answered else None,
        need_threshold=answered["need_threshold"] if answered else None,
        gate=answered["need_model"] if answered else None,
        read=found,
        forgotten=len(numbers) - len(found),
        considered=[_considered(conn, item) for item in said],
        marks=[
            bool(mark[0])
            for mark in conn.execute(
                "SELECT needed FROM marks WHERE observation_id = ? ORDER BY id", (number,)
            )
        ],
    )


def _read(conn: Connection, numbers: Sequence[int]) -> list[Read]:
    rows = conn.execute(
        "SELECT observations.id, segment_id, time_us, end_us, event, source, embedding_model"
        " FROM observations JOIN segments ON segments.id = segment_id"
        " WHERE observations.id IN (SELECT value FROM json_each(?)) ORDER BY observations.id",
        (_listed(numbers),),
    ).fetchall()
    return [
        Read(
            id=row["id"],
            time=from_us(row["time_us"]),
            end=from_us(row["end_us"]),
            event=row["event"],
            source=row["source"],
            encoder=row["embedding_model"],
            raw=[
                item[0]
                for item in conn.execute(
                    "SELECT event_id FROM segment_events WHERE segment_id = ? ORDER BY event_id",
                    (row["segment_id"],),
                )
            ],
        )
        for row in rows
    ]


def _considered(conn: Connection, row: Row) -> Considered:
    judged = conn.execute(
        "SELECT probability, shipped, threshold, model, thought FROM judgements"
        " WHERE prediction_id = ? ORDER BY id DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    offered = conn.execute(
        "SELECT * FROM proposals WHERE prediction_id = ? ORDER BY id DESC LIMIT 1", (row["id"],)
    ).fetchone()
    return Considered(
        id=row["id"],
        task=row["task"],
        response=row["response"],
        source=row["source"],
        skill=row["skill"],
        evidence=row["evidence"],
        prompt=row["prompt"],
        judged=Judged(*judged) if judged else None,
        offered=_offered(conn, offered) if offered else None,
    )


def _offered(conn: Connection, row: Row) -> Offered:
    def time(name: str) -> datetime | None:
        return from_us(row[name]) if row[name] is not None else None

    answers = conn.execute(
        "SELECT answer, via, time_us FROM answers WHERE proposal_id = ? ORDER BY id", (row["id"],)
    )
    executions = conn.execute(
        "SELECT id, state, result FROM executions WHERE proposal_id = ? ORDER BY id", (row["id"],)
    )
    return Offered(
        id=row["id"],
        state=row["state"],
        created=from_us(row["created_us"]),
        shown=time("shown_us"),
        ended=time("ended_us"),
        reason=row["reason"],
        shadow=bool(row["shadow"]),
        answers=[Answered(item[0], item[1], from_us(item[2])) for item in answers],
        executions=[dict(item) for item in executions],
    )


def _listed(numbers: Sequence[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
