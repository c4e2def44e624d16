"""What a person says of moments: grades of what Hunch would have done, and "help was needed just now".

Works on a connection of the store, within a transaction of its writer; the daemon and, where none
runs, the command line call the same functions.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Literal

from daemon.errors import Conflict, NotFound
from daemon.store import marks, proposals, review
from daemon.store.review import Item, Kind

Grade = Literal["yes", "no", "other"]
SHARE = 4  # one in so many questions is about a silence
LATEST = timedelta(hours=1)  # "just now" is not longer ago
UNASKED = ". No model was asked at that moment, so Hunch cannot learn from it."
QUOTED = 80  # characters of a sentence in an answer of one line


def items(conn: Connection, limit: int) -> list[Item]:
    """What is to be graded, at most `limit`: proposals, with some silences among them."""
    if limit <= 0:
        return []
    offered = review.ungraded(conn, limit)
    wanted = min(max(limit // SHARE, limit - len(offered)), max(len(offered) // SHARE, 3))
    silent = review.silences(conn, wanted)
    offered = offered[: max(limit - len(silent), limit - wanted)]
    return sorted([*offered, *silent][:limit], key=lambda item: item.time, reverse=True)


def grade(conn: Connection, kind: Kind, number: int, said: Grade, now: datetime) -> None:
    """Keep a grade: an answer via ``review`` where there was a task, and a mark.

    Args:
        conn: The store's writer.
        kind: ``proposal`` or ``silence``.
        number: Of the proposal, or of the silence's observation.
        said: ``yes``: this (of a silence: some help) was wanted; ``no``; ``other``: help, but not this.
        now: The present.

    Raises:
        NotFound: There is no such thing.
        Conflict: It was graded already, or was no proposal of shadow mode.
    """
    observation = number if kind == "silence" else _answered(conn, number, said, now)
    if not review.is_there(conn, observation):
        raise NotFound("Review", f"There is no moment {number}: it may have been forgotten.")
    if kind == "silence" and marks.is_graded(conn, observation):
        raise Conflict("Review", f"Moment {number} was graded already.")
    marks.add_mark(conn, observation, needed=said != "no", via="review", time=now)


def missed(conn: Connection, via: Literal["tray", "cli"], now: datetime) -> str:
    """Mark that help was needed after what was seen last; returns one line that says so.

    Raises:
        Conflict: Nothing was seen in the last hour.
    """
    found = review.newest_observation(conn)
    if found is None or abs(now - found[1]) > LATEST:
        raise Conflict(
            "Nothing seen", "Nothing was seen in the last hour: there is no moment to mark."
        )
    number, end, sentence = found
    if marks.newest_missed(conn) != number:  # pressed twice it is one
        marks.add_mark(conn, number, needed=True, via=via, time=now)
    said = f"Noted: help was needed at {end.astimezone():%H:%M}, after “{_cut(sentence)}”"
    return said + ("" if review.asked(conn, number) else UNASKED)


def missed_undo(conn: Connection) -> str:
    """Take the newest such mark back; returns one line that says so.

    Raises:
        Conflict: There is none.
    """
    mark = marks.take_back(conn)
    if mark is None:
        raise Conflict("No mark", "There is no mark to take back.")
    return f"Taken back: the mark of {mark.time.astimezone():%Y-%m-%d %H:%M}."


def _answered(conn: Connection, number: int, said: Grade, now: datetime) -> int:
    """Keep the grade of a proposal as an answer; returns its observation. Nothing is carried out."""
    row = proposals.proposal(conn, number)
    if row is None:
        raise NotFound("Review", f"There is no proposal {number}: see `hunch proposals`.")
    if proposals.is_answered(conn, number) or not row.shadow or row.state != "withdrawn":
        raise Conflict("Review", f"Proposal {number} is not one that waits for a grade.")
    proposals.add_answer(conn, number, "accept" if said == "yes" else "reject", "review", now)
    return row.observation_id


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= QUOTED else sentence[: QUOTED - 1].rstrip() + "…"
