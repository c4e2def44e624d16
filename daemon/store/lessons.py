"""What there is to learn from, in SQL: answers and marks with the moment and the scores that they are about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Connection, Row
from typing import Literal

import msgspec

from daemon.store.capture import from_us, to_us

__all__ = ["Connection"]

Said = Literal["accept", "reject", "ignore", "undo", "needed", "not needed"]
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Lesson(msgspec.Struct, frozen=True):
    """One answer or mark.

    Attributes:
        said: A proposal's last answer, ``undo`` where what was accepted was taken back; a mark's word.
        time: When it was said; of a grade, when the moment was that it is about.
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
    answers.time_us AS given_us, answers.id AS number, via, proposal_id, skill, predictions.source, app, end_us,
    CASE WHEN need_model <> '' THEN coalesce(shipped_need, need) END AS need,
    coalesce(judgements.shipped, probability) AS accept
FROM (SELECT * FROM answers WHERE time_us > :since AND time_us <= :until
        AND (answer = 'ignore') = :ignored
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
    marks.time_us AS given_us, marks.id AS number, via, NULL AS proposal_id, NULL AS skill,
    '' AS source, app, end_us, coalesce(shipped_need, need) AS need,
    NULL AS accept
FROM (SELECT * FROM marks WHERE time_us > :since AND time_us <= :until
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
        || ' ' || total(time_us > :now) FROM answers)
    || '/' || (SELECT count(*) || ' ' || total(time_us % 1000003 + needed)
        || ' ' || total(time_us > :now) FROM marks)
    || '/' || (SELECT count(*) FROM executions WHERE state = 'undone')
"""
_COUNT = """
SELECT (SELECT count(*) FROM answers WHERE time_us > :since AND time_us <= :until
        AND (answer = 'ignore') = :ignored),
    (SELECT count(*) FROM marks WHERE time_us > :since AND time_us <= :until)
"""
WINDOW, STEP = 1000, 250


def lessons(
    conn: Connection, now: datetime, since: datetime = EVER, until: datetime = NEVER
) -> list[Lesson]:
    """The newest lessons given after a time, in the order in which they are to be folded.

    They are the newest WINDOW or somewhat less: their first moves on by STEP at once, so that who
    folds what is new only, and who begins anew, have folded the same. Ignored proposals have a
    window of their own, for they are many. What a wrong clock stamped in the future counts as given
    with the next one that is not, or else with the newest; where all are, none counts yet.

    Args:
        conn: The store.
        now: The present.
        since: None that was given before.
        until: None that was given later: for a past that is gone through again.
    """
    said = [
        row for ignored in (False, True) for row in _newest(conn, since, until, ignored=ignored)
    ]
    given = [row["given_us"] for row in said if row["given_us"] <= to_us(now)]
    if not given:
        return []
    times = _times(said, to_us(now), max(given))
    said.sort(key=lambda row: (times[_place(row)], *_place(row)))
    return [_lesson(row, times[_place(row)]) for row in said]


def _newest(conn: Connection, since: datetime, until: datetime, *, ignored: bool) -> list[Row]:
    """Those of one window, oldest first."""
    values = {"since": to_us(since), "until": to_us(until), "ignored": ignored, "limit": 0}
    answered, marked = conn.execute(_COUNT, values).fetchone()
    total = answered if ignored else answered + marked
    limit = total if total < WINDOW else WINDOW - STEP + total % STEP
    values["limit"] = limit
    rows: list[Row] = conn.execute(_ANSWERS, values).fetchall()
    rows += [] if ignored else conn.execute(_MARKS, values).fetchall()
    return sorted(rows, key=lambda row: (row["given_us"], *_place(row)))[-limit:] if limit else []


def _place(row: Row) -> tuple[bool, int]:
    """The order of what was given at the same time."""
    return row["proposal_id"] is None, row["number"]


def _times(rows: Sequence[Row], now: int, latest: int) -> dict[tuple[bool, int], int]:
    """When each lesson counts as learnt: a grade, at the moment that it is about."""
    times: dict[tuple[bool, int], int] = {}
    following: dict[bool, int] = {}  # answers and marks are numbered apart
    for row in sorted(rows, key=_place, reverse=True):
        place, given = _place(row), row["given_us"]
        if given > now:
            given = following.get(place[0], latest)
        following[place[0]] = given
        times[place] = min(given, row["end_us"]) if row["via"] == "review" else given
    return times


def state(conn: Connection, now: datetime) -> str:
    """Changes whenever the lessons do; cheap, asked at every moment."""
    return str(conn.execute(_STATE, {"now": to_us(now)}).fetchone()[0])


def _lesson(row: Row, time_us: int) -> Lesson:
    return Lesson(
        said=row["said"],
        time=from_us(time_us),
        via=row["via"],
        proposal_id=row["proposal_id"],
        skill=row["skill"],
        source=row["source"],
        app=row["app"],
        moment=from_us(row["end_us"]),
        need=row["need"],
        accept=row["accept"],
    )
