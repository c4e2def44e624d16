"""What there is to learn from, in SQL: answers and marks with the moment and the scores that they are about."""

from datetime import UTC, datetime
from sqlite3 import Connection, Row
from typing import Literal

import msgspec

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]

Said = Literal["accept", "reject", "ignore", "undo", "needed", "not needed"]
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Lesson(msgspec.Struct, frozen=True):
    """One answer or mark.

    Attributes:
        said: A proposal's last answer, ``undo`` where what was accepted was taken back; a mark's word.
        time: When it was said.
        via: How; ``review`` for a grade of what was proposed in silence.
        proposal_id: Of an answer.
        skill: Of an answer's proposal.
        source: Of an answer's proposal.
        app: In front at the moment it is about.
        moment: The end of that moment.
        need: P(need) then, before the user's own terms; None where no model was asked.
        accept: P(accept) then, before the user's own terms; None where it was not asked for.
    """

    said: Said
    time: datetime
    via: str
    proposal_id: int | None
    skill: str | None
    source: str
    app: str | None
    moment: datetime
    need: float | None
    accept: float | None


_ANSWERS = """
SELECT CASE WHEN answer = 'accept' AND EXISTS (SELECT 1 FROM executions
        WHERE executions.proposal_id = proposals.id AND executions.state = 'undone')
        THEN 'undo' ELSE answer END AS said,
    answers.time_us AS at_us, answers.id AS number, via, proposal_id, skill, predictions.source, app, end_us,
    CASE WHEN need_model <> '' THEN coalesce(shipped_need, need) END AS need,
    coalesce(judgements.shipped, probability) AS accept
FROM (SELECT * FROM answers WHERE time_us > :since
        ORDER BY time_us DESC, id DESC LIMIT :limit) AS answers
    JOIN proposals ON proposals.id = proposal_id
    JOIN predictions ON predictions.id = proposals.prediction_id
    JOIN observations ON observations.id = observation_id
    JOIN segments ON segments.id = segment_id
    LEFT JOIN judgements ON judgements.id = (SELECT max(id) FROM judgements
        WHERE judgements.prediction_id = predictions.id)
WHERE answers.id = (SELECT max(id) FROM answers AS later
        WHERE later.proposal_id = answers.proposal_id)
"""
_MARKS = """
SELECT CASE WHEN needed THEN 'needed' ELSE 'not needed' END AS said,
    marks.time_us AS at_us, marks.id AS number, via, NULL AS proposal_id, NULL AS skill,
    '' AS source, app, end_us, coalesce(shipped_need, need) AS need,
    NULL AS accept
FROM (SELECT * FROM marks WHERE time_us > :since
        ORDER BY time_us DESC, id DESC LIMIT :limit) AS marks
    JOIN observations ON observations.id = marks.observation_id
    JOIN segments ON segments.id = segment_id
    JOIN predictions ON predictions.id = (SELECT max(id) FROM predictions
        WHERE predictions.observation_id = observations.id AND need_model <> '')
WHERE marks.id = (SELECT max(id) FROM marks AS later
        WHERE later.observation_id = marks.observation_id)
"""
_STATE = """
SELECT (SELECT count(*) || ' ' || total(time_us % 1000003) || ' ' || coalesce(max(id), 0)
        FROM answers)
    || '/' || (SELECT count(*) || ' ' || total(time_us % 1000003 + needed) FROM marks)
    || '/' || (SELECT count(*) FROM executions WHERE state = 'undone')
"""


def lessons(conn: Connection, since: datetime = EVER, limit: int = -1) -> list[Lesson]:
    """The newest lessons after a time, in the order in which they were given."""
    values = {"since": to_us(since), "limit": limit}
    rows: list[Row] = [*conn.execute(_ANSWERS, values), *conn.execute(_MARKS, values)]
    rows.sort(key=lambda row: (row["at_us"], row["proposal_id"] is None, row["number"]))
    return [_lesson(row) for row in (rows if limit < 0 else rows[-limit:])]


def state(conn: Connection) -> str:
    """Changes whenever the lessons do; cheap, asked at every moment."""
    return str(conn.execute(_STATE).fetchone()[0])


def _lesson(row: Row) -> Lesson:
    return Lesson(
        said=row["said"],
        time=from_us(row["at_us"]),
        via=row["via"],
        proposal_id=row["proposal_id"],
        skill=row["skill"],
        source=row["source"],
        app=row["app"],
        moment=from_us(row["end_us"]),
        need=row["need"],
        accept=row["accept"],
    )
