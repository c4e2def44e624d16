"""A store with a day of known rows in it, each hour's texts its own, for tests of what deletes them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from daemon.store import Store, capture, executions, proposals, story
from daemon.store.egress import EgressRow
from daemon.store.egress import add as add_egress
from models.observation import Judgement, Need, Observation, Prediction
from models.segment import BucketEvent, Segment
from watchers.event import Bucket, Event

NOW = datetime.now(UTC).replace(microsecond=0)
APPS = ("Writer", "Mail Reader", "KeePassXC")
BUCKETS = {
    kind: Bucket(f"{kind}_host", kind, "test", "host")
    for kind in ("currentwindow", "os.hid.input", "clipboard", "afkstatus", "app.shell.command")
}


def hour(number: int) -> datetime:
    """Hour 0 is the newest, which ends now."""
    return NOW - timedelta(hours=number + 1)


def texts(number: int) -> dict[str, str]:
    """What was seen in an hour, and made from it; in no other hour."""
    mark = f"{number:02d}{(number * 7919) % 997:03d}"
    return {
        "title": f"Quarterly figures {mark} draft",
        "typed": f"dear doctor {mark} regarding",
        "copied": f'clipboard \u00e9l\u00e9phant "{mark}" text',
        "command": f"grep -rn needle{mark} .",
        "sentence": f"The user writes of matter-{mark} at length.",
        "task": f"Offer to finish chapter-{mark} tonight.",
        "why": f"You were busy with subject-{mark}.",
        "result": f"Wrote note-{mark}.md for you.",
        "before": f"formerly copied {mark} words",
        "ledger": f"sent away {mark} in words",
    }


def all_texts(hours: Iterable[int]) -> list[str]:
    return [text for number in hours for text in texts(number).values()]


def fill(store: Store, hours: int = 24, repeat: int = 1) -> None:
    store.write_now(lambda conn: _fill(conn, hours, repeat))


def plant(path: Path, hours: int = 24, repeat: int = 1) -> None:
    with Store.open(path) as store:
        fill(store, hours, repeat)


def app_of(number: int) -> str:
    return APPS[number % len(APPS)]


def _fill(conn: Connection, hours: int, repeat: int) -> None:
    for bucket in BUCKETS.values():
        capture.create_bucket(conn, bucket)
    session = story.start_session(conn, hour(hours - 1))
    story.end_session(conn, session, NOW)
    capture.insert(
        conn,
        BUCKETS["afkstatus"].id,
        [Event(hour(hours - 1), hours * 3600.0, {"status": "not-afk"})],
    )
    for number in reversed(range(hours)):
        for _ in range(repeat):
            _one_hour(conn, session, number)


def _one_hour(conn: Connection, session: int, number: int) -> None:
    words, start = texts(number), hour(number)
    window = _put(conn, "currentwindow", start, 3599.0, app=app_of(number), title=words["title"])
    typed = _put(
        conn, "os.hid.input", start + timedelta(minutes=5), 2.0,
        **{"from": "keyboard", "type": "input", "data": words["typed"]},
    )  # fmt: skip
    later = start + timedelta(minutes=6)
    copied = _put(conn, "clipboard", later, 0.0, type="text", text=words["copied"])
    command = _put(conn, "app.shell.command", later, 1.0, command=words["command"])
    rows = [window, typed, copied, command]
    segment = Segment(
        start + timedelta(minutes=4), 300.0, app_of(number), words["title"],
        user_input=(typed.event.data,), events=(copied, command),
        event_ids=tuple(row.event.id for row in rows if row.event.id is not None),
    )  # fmt: skip
    segment_id = story.add_segment(conn, session, segment)
    told = Observation(f"{segment.start.timestamp():.3f}", words["sentence"])
    observation = story.add_observation(conn, segment_id, told, "rules")
    story.set_embedding(conn, observation, "test", bytes(384))
    _propose(conn, observation, segment.end, words)
    ledger = EgressRow(
        0, segment.end, "http://127.0.0.1:1", "predict", 9, segment.start, segment.end, words["ledger"]
    )  # fmt: skip
    add_egress(conn, ledger)


def _propose(conn: Connection, observation: int, time: datetime, words: dict[str, str]) -> None:
    made = Prediction(
        words["task"], purpose="", thoughts="", response=words["why"], source="skill:x", skill="x"
    )
    prediction = proposals.add_prediction(conn, observation, Need(0.9, 0.5, "m"), made)
    proposals.add_judgement(conn, prediction, Judgement(0.9, 0.5, "m"))
    proposal = proposals.add_proposal(conn, prediction, time)
    proposals.set_state(conn, proposal, "accepted", time)
    proposals.add_answer(conn, proposal, "accept", "popup", time)
    execution = executions.start_execution(conn, proposal, time)
    undo = [{"tool": "clipboard", "before": words["before"], "after": "x"}]
    executions.end_execution(conn, execution, "done", words["result"], undo, time)


def _put(conn: Connection, kind: str, time: datetime, length: float, **data: Any) -> BucketEvent:
    event = capture.insert(conn, BUCKETS[kind].id, [Event(time, length, data)])[0]
    return BucketEvent(kind, event)


def held(folder: Path, wanted: list[str]) -> dict[str, list[str]]:
    """Which texts stand, byte by byte, in which files of a folder: plain, as JSON, and in UTF-16."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for text in wanted:
            forms = (text, text.replace('"', '\\"'), text.replace('"', '\\\\"'))
            kinds = ("utf-8", "utf-16-le", "utf-16-be")
            if any(form.encode(kind) in data for form in forms for kind in kinds):
                found.setdefault(text, []).append(path.name)
    return found


def kept(folder: Path) -> str:
    """All that the database holds, as text."""
    with closing(sqlite3.connect(folder / "hunch.db")) as database:
        return "\n".join(database.iterdump())
