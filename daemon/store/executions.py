"""Executions in SQL: how an accepted task was carried out, and the steps that take it back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any, Literal

import msgspec

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]


class ExecutionRow(msgspec.Struct, frozen=True):
    """One carrying out of an accepted task; `undo` are its steps back, oldest first."""

    id: int
    proposal_id: int
    state: Literal["running", "done", "failed", "undone"]
    started: datetime
    ended: datetime | None
    result: str | None
    undo: list[dict[str, Any]]


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
