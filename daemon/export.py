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
        rows = list((_rewards if form == "reward" else _everything)(conn, wanted))
        _write(out, encode_lines(rows))
        return Exported([out], len(rows))
    documents = dict((_traces if form == "proactivebench" else _records)(conn, wanted))
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


def _traces(conn: Connection, sessions: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    """Test-set traces. N_t is true where the user accepted a task, or marked that help was needed."""
    offers, heard = lines.predictions(conn), _heard(conn)
    for session in sessions:
        events = []
        for number, observation in story.observations(conn, session):
            tasks = [row["task"] for row in offers.get(number, []) if row["task"] is not None]
            response = AgentResponse(list(dict.fromkeys(tasks)))
            events.append(TestEvent(observation, response, task_status=heard(number).needed))
        yield session, events


def _rewards(conn: Connection, sessions: Sequence[int]) -> Iterator[RewardRow]:
    """A reward row for every task that was answered or graded, and for the silence at a marked moment."""
    heard = _heard(conn)
    for session in sessions:
        history: list[Observation] = []
        for number, observation in story.observations(conn, session, but=UNSEEN):
            history.append(observation)
            yield from _reward(history, heard(number))


def _reward(history: Sequence[Observation], said: _Heard) -> Iterator[RewardRow]:
    """The rows of one moment."""
    votes: list[tuple[str | None, bool]] = [*said.tasks]
    if said.marked is not None:
        votes.append((None, not said.marked))
    for task, accepted in votes:
        yield RewardRow(
            obs=list(history),
            pred_task=task,
            valid=accepted,
            help_needed=said.needed,
            annotation=[accepted],
            category=category(proposed=task is not None, accepted=accepted, needed=said.needed),
        )


def _records(conn: Connection, sessions: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    for session in sessions:
        yield session, [segment_to_record(item.segment) for item in story.history(conn, session)]


def _everything(conn: Connection, sessions: Sequence[int]) -> Iterator[dict[str, Any]]:
    """All that is known of each session, a row a line, each with its kind."""
    made = _made(conn, sessions)
    for session in sessions:
        for item in capture.of_segments(conn, story.segment_ids(conn, session)):
            yield {"kind": "event", "bucket_type": item.type, **msgspec.to_builtins(item.event)}
        for line in story.log(conn, [session]):
            yield {"kind": "observation", **msgspec.to_builtins(line)}
        yield from made[session]


def _made(conn: Connection, sessions: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What was predicted, proposed, answered, done and marked, by session; each table is read once."""
    found: dict[int, list[dict[str, Any]]] = {session: [] for session in sessions}
    home = {
        number: found[session]
        for session in sessions
        for number, _ in story.observations(conn, session)
    }
    for number, rows in lines.predictions(conn).items():
        if number in home:
            home[number] += [
                {"kind": "prediction", "observation_id": number, **row} for row in rows
            ]
    for proposal in reversed(proposals.proposals(conn)):
        if proposal.observation_id in home:
            home[proposal.observation_id].append(
                {"kind": "proposal", **msgspec.to_builtins(proposal)}
            )
    for kind, number, row in lines.later(conn):
        if number in home:
            home[number].append({"kind": kind, "observation_id": number, **row})
    return found


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
