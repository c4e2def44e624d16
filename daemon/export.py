"""Exports sessions in the formats of ProactiveBench, so that a user's own data trains and tests models.

Formats: design.md, "Data formats"; `models.trace` holds them. A file appears
whole or not at all.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Literal, NamedTuple

import msgspec

from daemon.errors import HunchError
from daemon.store import capture, lines, marks, proposals, story
from models.observation import Observation
from models.records import segment_to_record
from models.segment import UNSEEN
from models.trace import AgentResponse, RewardRow, TestEvent, category, encode, encode_lines

Format = Literal["proactivebench", "reward", "raw", "jsonl"]
FORMATS: tuple[Format, ...] = ("proactivebench", "reward", "raw", "jsonl")


class Exported(NamedTuple):
    """What was written: the files, and how many rows in all."""

    files: list[Path]
    rows: int


def export(conn: Connection, out: Path, form: Format, session_ids: Sequence[int] = ()) -> Exported:
    """Write sessions to a file, or to a folder with a file each.

    Args:
        conn: The store, for reading.
        out: A file for one session; a folder, with ``session-N`` in it, for several traces. Reward
            rows and lines of several sessions go into one file.
        form: One of `FORMATS`.
        session_ids: Which; none means all.

    Raises:
        HunchError: There is no such session, or the disk cannot be written.
    """
    known = [row.id for row in story.sessions(conn)]
    wanted = list(session_ids) or known
    if missing := set(wanted) - set(known):
        raise HunchError("Export", f"There is no session {min(missing)}: see `hunch sessions`.")
    if form in ("reward", "jsonl"):
        make = _rewards if form == "reward" else _everything
        rows = [row for number in wanted for row in make(conn, number)]
        _write(out, encode_lines(rows))
        return Exported([out], len(rows))
    one: Callable[[Connection, int], list[Any]] = _trace if form == "proactivebench" else _records
    documents = {number: one(conn, number) for number in wanted}
    documents = {number: rows for number, rows in documents.items() if rows or len(wanted) == 1}
    files = []
    for number, rows in documents.items():
        path = out if len(documents) == 1 and not out.is_dir() else out / f"session-{number}.json"
        _write(path, encode(rows))
        files.append(path)
    return Exported(files, sum(len(rows) for rows in documents.values()))


class _Heard(NamedTuple):
    """What the user said of a moment.

    Attributes:
        tasks: Those that were answered or graded, each with whether it was accepted; ignored ones are
            no judgement, and what was taken back was no help.
        marked: Whether help was needed, where it was marked; the last mark counts.
    """

    tasks: list[tuple[str, bool]]
    marked: bool | None

    @property
    def needed(self) -> bool:
        """N_t: as it was marked, or else where a task was accepted."""
        return any(accepted for _, accepted in self.tasks) if self.marked is None else self.marked


def _heard(conn: Connection) -> Callable[[int], _Heard]:
    """What the user said, by the number of the observation."""
    offers = lines.predictions(conn)
    marked = {row.observation_id: row.needed for row in marks.marks(conn)}

    def heard(number: int) -> _Heard:
        tasks = [
            (row["task"], row["answer"] == "accept" and not row["undone"])
            for row in offers.get(number, [])
            if row["answer"] in ("accept", "reject")
        ]
        return _Heard(tasks, marked.get(number))

    return heard


def _trace(conn: Connection, session: int) -> list[TestEvent]:
    """A test-set trace. N_t is true where the user accepted a task, or marked that help was needed."""
    offers, heard = lines.predictions(conn), _heard(conn)
    events = []
    for number, observation in story.observations(conn, session):
        tasks = [row["task"] for row in offers.get(number, []) if row["task"] is not None]
        response = AgentResponse(list(dict.fromkeys(tasks)))
        events.append(TestEvent(observation, response, task_status=heard(number).needed))
    return events


def _rewards(conn: Connection, session: int) -> Iterator[RewardRow]:
    """A reward row for every task that was answered or graded, and for the silence at a marked moment."""
    heard = _heard(conn)
    history: list[Observation] = []
    for number, observation in story.observations(conn, session, but=UNSEEN):
        history.append(observation)
        tasks, marked = said = heard(number)
        votes: list[tuple[str | None, bool]] = [*tasks]
        if marked is not None:
            votes.append((None, not marked))
        for task, accepted in votes:
            yield RewardRow(
                obs=list(history),
                pred_task=task,
                valid=accepted,
                help_needed=said.needed,
                annotation=[accepted],
                category=category(proposed=task is not None, accepted=accepted, needed=said.needed),
            )


def _records(conn: Connection, session: int) -> list[Any]:
    return [segment_to_record(moment.segment) for moment in story.history(conn, session)]


def _everything(conn: Connection, session: int) -> Iterator[dict[str, Any]]:
    """All that is known of a session, a row a line, each with its kind."""
    numbers = {number for number, _ in story.observations(conn, session)}
    for item in capture.of_segments(conn, story.segment_ids(conn, session)):
        yield {"kind": "event", "bucket_type": item.type, **msgspec.to_builtins(item.event)}
    for line in story.log(conn, [session]):
        yield {"kind": "observation", **msgspec.to_builtins(line)}
    for number, rows in lines.predictions(conn).items():
        if number in numbers:
            for row in rows:
                yield {"kind": "prediction", "observation_id": number, **row}
    for proposal in reversed(proposals.proposals(conn)):
        if proposal.observation_id in numbers:
            yield {"kind": "proposal", **msgspec.to_builtins(proposal)}
    for kind, number, row in lines.later(conn):
        if number in numbers:
            yield {"kind": kind, "observation_id": number, **row}


def _write(path: Path, data: bytes) -> None:
    scratch = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # its folder may be none
            scratch.unlink(missing_ok=True)
        raise HunchError("Export", f"{path} cannot be written: {error.strerror}.") from error
