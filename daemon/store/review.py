"""What a review asks about, in SQL: proposals of shadow mode without a grade, and moments of silence."""

from datetime import datetime
from sqlite3 import Connection, Row
from typing import Literal

import msgspec

from daemon.store.capture import from_us

__all__ = ["Connection"]

Kind = Literal["proposal", "silence"]
# Why nothing was offered at a moment of silence: too little need; nobody knew a task; no skill can carry
# out what was thought of; it was hardly acceptable; or the models did not say, or Hunch ended meanwhile.
Silence = Literal["need", "no task", "no skill", "unlikely", "unfinished"]
SENTENCES = 5  # that led to a moment: what fits on a screen and in a mind

NEWEST = 500  # silences among which the closest calls are looked for

_MOMENT = (
    "SELECT observations.id AS observation_id, proposals.id AS proposal_id, session_id,"
    " segments.end_us AS end_us, need, need_threshold, task, response, predictions.source AS source,"
    " skill,"
    " (SELECT count(*) FROM answers WHERE proposal_id = proposals.id) AS answered,"
    " (SELECT count(*) FROM marks WHERE observation_id = observations.id) AS marked,"
    " (SELECT threshold - probability FROM judgements WHERE prediction_id = predictions.id"
    "  ORDER BY id DESC LIMIT 1) AS lacked"
    " FROM predictions"
    " JOIN observations ON observations.id = observation_id"
    " JOIN segments ON segments.id = segment_id"
    " LEFT JOIN proposals ON prediction_id = predictions.id"
)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence that led to the moment, and when its segment began."""

    time: datetime
    event: str


class Item(msgspec.Struct, frozen=True):
    """Something to grade.

    Attributes:
        kind: ``proposal``: what Hunch would have offered; ``silence``: it offered nothing.
        id: Of the proposal, or of the observation.
        time: When it was.
        task: What it would have offered; None for a silence.
        why: What the popup would have said.
        skill: Which would have carried it out.
        need: P(help is wanted), as Hunch had it.
        silence: Why nothing was offered; None where it would have been.
        sentences: What was seen until then, oldest first.
    """

    kind: Kind
    id: int
    time: datetime
    task: str | None
    why: str
    skill: str | None
    need: float
    sentences: list[Sentence]
    silence: Silence | None = None


def ungraded(conn: Connection, limit: int) -> list[Item]:
    """Proposals of shadow mode that nobody graded or answered, newest first."""
    rows = conn.execute(
        _MOMENT + " WHERE shadow AND state = 'withdrawn'"
        " AND answered = 0 ORDER BY proposals.id DESC LIMIT ?",
        (limit,),
    )
    return [_item(conn, "proposal", row["proposal_id"], row) for row in rows.fetchall()]


def silences(conn: Connection, limit: int) -> list[Item]:
    """Moments of silence that nobody marked: of the newest, those at which it was the closest call.

    Nothing was offered there: too little need, or no task that would have been accepted.
    """
    rows = conn.execute(
        _MOMENT + " WHERE need_model <> '' AND marked = 0 ORDER BY predictions.id DESC LIMIT ?",
        (NEWEST,),
    ).fetchall()
    offered = {row["observation_id"] for row in rows if row["proposal_id"] is not None}
    nearest: dict[int, Row] = {}
    for row in sorted(rows, key=_lacked):
        if row["observation_id"] not in offered:
            nearest.setdefault(row["observation_id"], row)
    return [_item(conn, "silence", number, row) for number, row in list(nearest.items())[:limit]]


def _lacked(row: Row) -> float:
    """How much probability it lacked to be offered: of acceptance where that was asked, else of need."""
    return float(row["need_threshold"] - row["need"] if row["lacked"] is None else row["lacked"])


def is_there(conn: Connection, observation_id: int) -> bool:
    """Whether there is such a moment: it may have been forgotten."""
    query = "SELECT 1 FROM observations WHERE id = ?"
    return conn.execute(query, (observation_id,)).fetchone() is not None


def newest_observation(conn: Connection) -> tuple[int, datetime, str] | None:
    """Number, end and sentence of what was seen last; times of which nobody knows are passed over."""
    row = conn.execute(
        "SELECT observations.id, end_us, event FROM observations"
        " JOIN segments ON segments.id = segment_id"
        " WHERE facts ->> 'status' <> 'unseen' ORDER BY observations.id DESC LIMIT 1"
    ).fetchone()
    return (row[0], from_us(row[1]), row[2]) if row else None


def asked(conn: Connection, observation: int) -> bool:
    """Whether a model was asked after an observation, or will be: only then a mark teaches."""
    row = conn.execute(
        "SELECT count(*), total(need_model <> '') FROM predictions WHERE observation_id = ?",
        (observation,),
    ).fetchone()
    return not row[0] or bool(row[1])


def _item(conn: Connection, kind: Kind, number: int, row: Row) -> Item:
    sentences = conn.execute(
        "SELECT segments.time_us, event FROM observations JOIN segments ON segments.id = segment_id"
        " WHERE session_id = ? AND observations.id <= ? ORDER BY observations.id DESC LIMIT ?",
        (row["session_id"], row["observation_id"], SENTENCES),
    ).fetchall()
    return Item(
        kind=kind,
        id=number,
        time=from_us(row["end_us"]),
        task=row["task"] if kind == "proposal" else None,
        why=row["response"],
        skill=row["skill"],
        need=row["need"],
        sentences=[Sentence(from_us(time), event) for time, event in map(tuple, sentences[::-1])],
        silence=_silence(row) if kind == "silence" else None,
    )


def _silence(row: Row) -> Silence:
    if row["task"] is None:
        return "need" if row["source"] == "gate" else "no task"
    if row["skill"] is None:
        return "no skill"
    return "unlikely" if row["lacked"] is not None and row["lacked"] > 0 else "unfinished"
