"""What was told and proposed after each segment of a session, as a replay compares it; read from any store."""

from datetime import datetime

import msgspec

from daemon.store import story, trail
from daemon.store.story import Connection
from daemon.store.trail import Considered, Offered

ANSWERED = {"accept": "accepted", "reject": "rejected"}


class Task(msgspec.Struct, frozen=True):
    """A task that was considered.

    Attributes:
        task: In words.
        source: ``skill:NAME`` or ``agent:MODEL``.
        skill: Which can carry it out; None when none can.
        accept: P(it would be accepted); None where nobody judged it.
        threshold: From here on it is proposed.
        state: What became of it once it was proposed; empty when it was not.
    """

    task: str
    source: str
    skill: str | None
    accept: float | None
    threshold: float | None
    state: str


class Told(msgspec.Struct, frozen=True):
    """A moment.

    Attributes:
        time: When its segment began.
        event: The sentence.
        source: Who told it: ``rules`` or ``llm:MODEL``.
        need: P(help is wanted); None where nobody was asked.
        threshold: From here on tasks are looked for.
        proposed: The task that was proposed; None for silence.
        considered: The tasks that were not.
    """

    time: datetime
    event: str
    source: str
    need: float | None
    threshold: float | None
    proposed: Task | None
    considered: list[Task]


def told(conn: Connection, session: int) -> list[Told]:
    """All moments of a session, oldest first."""
    return [_told(conn, row) for row in story.log(conn, [session])]


def _told(conn: Connection, row: story.LogRow) -> Told:
    found = trail.of_observation(conn, row.id)
    tasks = [_task(item, item.task) for item in found.considered if item.task is not None]
    return Told(
        time=row.time,
        event=row.event,
        source=row.source,
        need=found.need,
        threshold=found.need_threshold,
        proposed=next((item for item in tasks if item.state), None),
        considered=[item for item in tasks if not item.state],
    )


def _task(item: Considered, task: str) -> Task:
    judged, offered = item.judged, item.offered
    state = _state(offered) if offered is not None else ""
    return Task(
        task=task,
        source=item.source,
        skill=item.skill,
        accept=judged.probability if judged else None,
        threshold=judged.threshold if judged else None,
        state=state,
    )


def _state(offered: Offered) -> str:
    graded = [answer.answer for answer in offered.answers if answer.via == "review"]
    if graded:
        return f"{ANSWERED.get(graded[-1], graded[-1])} in a review"
    return "kept for review" if offered.shadow else offered.state
