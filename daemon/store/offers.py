"""What was offered lately and how it ended, in SQL: so that its like is not offered again, and not too much."""

from datetime import datetime
from sqlite3 import Connection
from typing import Any, Literal

import msgspec

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]

Outcome = Literal["rejected", "done", "ignored", "kept", "offered", "withheld"]
SHOWN = 1000  # showings that a budget looks back at


class Offer(msgspec.Struct, frozen=True):
    """A proposal as what comes after it is compared with.

    Attributes:
        task: Its sentence.
        skill: Which would carry it out; None when none can.
        arguments: The skill's.
        vector: The task's, float16; None where it was not computed.
        model: The encoder that made it: vectors of two are not compared.
        time: When it was made.
        outcome: ``rejected`` (or taken back, or graded so), ``done``, ``ignored``, ``kept`` for a
            review that has not been, ``offered`` (open, failed, graded as good), or ``withheld``.
    """

    task: str
    skill: str | None
    arguments: dict[str, Any]
    vector: bytes | None
    model: str | None
    time: datetime
    outcome: Outcome


def offers(conn: Connection, since: datetime) -> list[Offer]:
    """Proposals made since then, oldest first; later than now, too, where the clock was set back."""
    rows = conn.execute(
        "SELECT task, skill, arguments, vector, vector_model, created_us, CASE"
        " WHEN grade = 'reject' OR proposals.state = 'rejected' OR carried = 'undone' THEN 'rejected'"
        " WHEN proposals.state = 'accepted' AND carried = 'done' THEN 'done'"
        " WHEN proposals.state = 'ignored' THEN 'ignored'"
        " WHEN shadow AND grade IS NULL THEN 'kept'"
        " WHEN proposals.state = 'withdrawn' AND NOT shadow THEN 'withheld' ELSE 'offered' END"
        " FROM (SELECT *,"
        "  (SELECT answer FROM answers WHERE proposal_id = proposals.id AND via = 'review'"
        "   ORDER BY id DESC LIMIT 1) AS grade,"
        "  (SELECT state FROM executions WHERE proposal_id = proposals.id"
        "   ORDER BY id DESC LIMIT 1) AS carried FROM proposals WHERE created_us >= ?) AS proposals"
        " JOIN predictions ON predictions.id = prediction_id"
        " WHERE task IS NOT NULL ORDER BY proposals.id",
        (to_us(since),),
    )
    return [
        Offer(row[0], row[1], msgspec.json.decode(row[2]), row[3], row[4], from_us(row[5]), row[6])
        for row in map(tuple, rows)
    ]


def shown(conn: Connection) -> list[datetime]:
    """When the newest proposals came on the screen, oldest first; whatever the clock says now."""
    rows = conn.execute(
        "SELECT shown_us FROM proposals WHERE shown_us IS NOT NULL ORDER BY id DESC LIMIT ?",
        (SHOWN,),
    )
    return [from_us(row[0]) for row in rows][::-1]


def left_open(conn: Connection) -> list[int]:
    """Numbers of the proposals that have not ended."""
    rows = conn.execute("SELECT id FROM proposals WHERE ended_us IS NULL ORDER BY id")
    return [row[0] for row in rows]
