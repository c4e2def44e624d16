"""`hunch why`: a real daemon's proposal told, every silence by its reason, and times that are none."""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from daemon.cli import main
from daemon.store import Store, capture, migrations, proposals, story
from daemon.why import WITHDRAWN
from models.decision import COSTS, accept_threshold, near_threshold
from models.observation import Judgement, Need, Observation, Prediction
from models.segment import UNSEEN, Segment
from tests.conftest import Daemon, hunch
from tests.integration.test_egress import post
from watchers.event import Bucket, Event

HOUR = datetime(2026, 1, 5, 15, tzinfo=UTC)
NEAR = near_threshold(COSTS["balanced"])
GATE, REWARD = "gate-hash", "reward-hash"
TASK = Prediction(
    "Open the page.", response="You copied it.", source="skill:x", skill="x", evidence=2.1
)
WORDED = Prediction("Write a poem.", source="agent:smol", prompt="prompt-hash")


def at(minute: float) -> datetime:
    return HOUR + timedelta(minutes=minute)


class Day:
    """A recording of a sentence a minute, each with what was made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.minute = 0
        self.read: list[int] = []
        self.store = Store.open(folder / "hunch.db")
        self.session = self.store.write_now(lambda conn: story.start_session(conn, at(0)))

    def moment(self, need: Need | None = None, *said: Prediction, **more: Any) -> list[int]:
        """A minute of work; returns the numbers of its predictions."""

        def keep(conn: story.Connection) -> list[int]:
            bucket = Bucket("w", "currentwindow", "test", "here")
            capture.create_bucket(conn, bucket)
            window = Event(at(self.minute), 50.0, {"app": "XTerm", "title": f"page {self.minute}"})
            raw = capture.insert(conn, "w", [window])[0]
            segment = Segment(
                at(self.minute), 50.0, "XTerm", event_ids=(raw.id or 0,), status=more.get("status", "not-afk")
            )  # fmt: skip
            number = story.add_segment(conn, self.session, segment)
            words = Observation(str(self.minute), f"The user reads page {self.minute}.")
            seen = story.add_observation(conn, number, words, "rules")
            story.set_embedding(conn, seen, "encoder-hash", b"")
            self.read.append(seen)
            read = self.read[-16:]
            return [
                proposals.add_prediction(conn, seen, need, item, history=read)
                for item in said
                if need is not None
            ]

        made = self.store.write_now(keep)
        self.minute += 1
        return made

    def why(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["why", *words, "--data-dir", str(self.folder)])

    def at(self, minute: float, *words: str) -> str:
        said = f"{at(minute).astimezone():%Y-%m-%d %H:%M}"
        done = self.why("--at", said, *words)
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    day = Day(tmp_path)
    yield day
    day.store.close()


def judge(day: Day, prediction: int, chance: float, **more: Any) -> None:
    judgement = Judgement(chance, more.get("threshold", 0.58), REWARD)
    day.store.write_now(lambda conn: proposals.add_judgement(conn, prediction, judgement))


def offer(day: Day, prediction: int) -> int:
    return day.store.write_now(
        lambda conn: proposals.add_proposal(conn, prediction, at(day.minute))
    )


def test_a_daemons_proposal_is_told_while_it_runs_and_after(
    start_daemon: Callable[..., Daemon],
) -> None:
    daemon = start_daemon(pause_s=1, quiet_typing_s=0.1, eagerness="eager")
    buckets = f"http://127.0.0.1:{daemon.port}/api/0/buckets"
    for name, kind in (("w", "currentwindow"), ("c", "clipboard")):
        post(daemon, f"{buckets}/{name}", {"type": kind, "client": "test", "hostname": "here"})
    error = "TypeError: unsupported operand type(s) for +: 'int' and 'str'"
    for bucket, data in (
        ("w", {"app": "XTerm", "title": "pytest"}),
        ("c", {"type": "text", "text": error}),
        ("w", {"app": "Mousepad", "title": "notes.txt"}),
    ):
        stamp = {"timestamp": datetime.now(UTC).isoformat(), "duration": 0.2}
        post(daemon, f"{buckets}/{bucket}/events", {**stamp, "data": data})
        time.sleep(0.4)
    deadline = time.monotonic() + 40
    while not (listed := json.loads(daemon.cli("proposals", "--json").stdout)):
        assert time.monotonic() < deadline, daemon.cli("why", "--at", f"{datetime.now():%H:%M}")
        time.sleep(0.3)
    number = str(listed[0]["id"])
    told = daemon.cli("why", number)
    assert told.returncode == 0, told.stderr
    assert "because you copied" in told.stdout and "evidence +2.5" in told.stdout
    assert "Help was " in told.stdout and "You were " in told.stdout and "eager" in told.stdout
    daemon.stop()
    document = json.loads(daemon.cli("why", number, "--json", "-v").stdout)
    (moment,) = document["moments"]
    assert moment["gate"] and moment["considered"][0]["judged"]["model"]
    assert all(item["encoder"] and item["raw"] for item in moment["read"])
    assert {row["kind"] for row in document["raw"]} >= {"clipboard", "currentwindow"}


def test_a_proposal_from_what_was_seen_to_what_became_of_it(day: Day) -> None:
    # Given: three sentences; after the last a task is proposed, waits 6 s, and is accepted
    for _ in range(2):
        day.moment(Need(0.1, NEAR, GATE, 0.1), Prediction(None, source="gate"))
    need = 0.71
    (made,) = day.moment(Need(need, NEAR, GATE, need), TASK)
    judge(day, made, 0.78, threshold=accept_threshold(COSTS["balanced"], need))
    number = offer(day, made)
    shown = at(day.minute) + timedelta(seconds=6)

    def answer(conn: story.Connection) -> None:
        conn.execute("UPDATE judgements SET shipped = 0.7")
        proposals.set_state(conn, number, "shown", shown)
        proposals.set_state(conn, number, "accepted", shown + timedelta(seconds=7))
        proposals.add_answer(conn, number, "accept", "popup", shown + timedelta(seconds=7))

    day.store.write_now(answer)
    # When, then: told in words
    told = day.why(str(number)).output
    clock = f"{shown.astimezone():%H:%M:%S}"
    for words in (
        "The user reads page 0.",
        "The user reads page 2.",
        "It proposed “Open the page.” because you copied it (skill x, evidence +2.1).",
        "Help was likely wanted: 0.71 (it asks from 0.25 on, balanced).",
        "You were likely to accept it: 0.78, 0.58 was needed (balanced).",
        "Your own answers moved it from 0.70 to 0.78 (+0.4).",
        f"It waited 6 seconds for a pause. Shown {clock}; you accepted it at",
    ):
        assert words in told
    # And: with every number and hash
    document = json.loads(day.why(str(number), "--json").output)
    (moment,) = document["moments"]
    assert document["proposal"] == number and document["words"]
    assert (moment["gate"], moment["considered"][0]["judged"]["model"]) == (GATE, REWARD)
    assert [item["id"] for item in moment["read"]] == day.read
    assert [len(item["raw"]) for item in moment["read"]] == [1, 1, 1]
    verbose = day.why(str(number), "-v").output
    assert GATE in verbose and "encoder-hash" in verbose and '"title":"page 1"' in verbose
    assert f"“{TASK.task}”" in day.at(day.minute - 1)


def test_advice_is_told_as_advice(day: Day) -> None:
    (made,) = day.moment(Need(0.9, NEAR, GATE), WORDED)
    judge(day, made, 0.9)
    told = day.why(str(offer(day, made))).output
    assert "smol worded it.\nIt was advice: no skill can carry it out.\n" in told


def test_what_was_forgotten_since_is_counted_and_not_told(day: Day) -> None:
    for _ in range(3):
        (made,) = day.moment(Need(0.9, NEAR, GATE), TASK)
    judge(day, made, 0.9)
    number = offer(day, made)
    day.store.write_now(lambda conn: conn.execute("DELETE FROM segments WHERE id = 1") and None)
    told = day.why(str(number)).output
    assert "page 0" not in told and "1 of the sentences that it had read were forgotten" in told


def test_each_silence_by_its_reason(day: Day) -> None:
    low, high = Need(0.1, NEAR, GATE, 0.1), Need(0.9, NEAR, GATE)
    day.moment(low, Prediction(None, source="gate"))
    assert "Help was hardly wanted: 0.10 (it asks from 0.25 on, balanced)." in day.at(0)
    day.moment(Need(0.0, 1.0, ""), Prediction(None, source="gate"))
    assert "the models did not answer" in day.at(1)
    day.moment(Need(0.0, 1.0, ""), Prediction(None, source="gate"), status=UNSEEN)
    assert "Nothing was seen" in day.at(2) and "models" not in day.at(2)
    day.moment(high, Prediction(None, source="skills"))
    assert "nobody knew a task" in day.at(3)
    day.moment(high, WORDED)
    assert "no skill can carry it out" in day.at(4) and "smol worded it" in day.at(4)
    assert json.loads(day.at(4, "--json"))["moments"][0]["considered"][0]["prompt"] == "prompt-hash"
    (made,) = day.moment(high, TASK)
    judge(day, made, 0.41)
    assert "You were unlikely to accept it: 0.41, 0.58 was needed" in day.at(5)
    assert "balanced" not in day.at(5)  # an older Hunch's: nobody knows which setting it was
    day.moment()
    assert "asked nobody" in day.at(6)
    day.moment(high, TASK)
    assert "did not say whether you would accept" in day.at(7)
    (made,) = day.moment(high, WORDED)  # with the setting `advice`
    judge(day, made, 0.3)
    assert "accept it: 0.30" in day.at(8) and "setting `advice`" not in day.at(8)


@pytest.mark.parametrize("reason", get_args(proposals.Reason))
def test_each_reason_to_hold_a_proposal_back_is_told(day: Day, reason: proposals.Reason) -> None:
    (made,) = day.moment(Need(0.9, NEAR, GATE), TASK)
    judge(day, made, 0.9)
    day.store.write_now(lambda conn: proposals.add_withheld(conn, made, at(1), reason))
    assert f"It was not shown: {WITHDRAWN[reason]}." in day.at(0)


def test_times_without_a_sentence(day: Day) -> None:
    day.moment(Need(0.1, NEAR, GATE, 0.1), Prediction(None, source="gate"))

    def gaps(conn: story.Connection) -> None:
        capture.create_bucket(conn, Bucket("g", "coverage.gap", "test", "here"))
        pause = Event(at(10), 1200.0, {"source": "*", "cause": "paused"})
        capture.insert(conn, "g", [pause])
        capture.create_bucket(conn, Bucket("a", "afkstatus", "test", "here"))
        capture.insert(conn, "a", [Event(at(40), 600.0, {"status": "afk"})])
        story.end_session(conn, day.session, at(60))

    day.store.write_now(gaps)
    assert "for 20 minutes: recording was paused" in day.at(12)
    assert "The user reads page 0." in day.at(12)  # the last that was seen before
    assert "you were away" in day.at(45)
    assert "Nothing was done" in day.at(35)
    assert "Hunch was not running" in day.at(90)
    assert "Hunch began later" in day.at(-60)


OLDER = """
BEGIN;
INSERT INTO sessions VALUES (1, 0, 1, 1);
INSERT INTO segments VALUES (1, 1, 0, 1, NULL, NULL, '{}');
INSERT INTO observations VALUES (1, 1, '1', 'X.', 'rules', NULL, NULL);
INSERT INTO predictions VALUES (1, 1, 'Do.', '', '', '', 'skill:x', 'x', '{}', 0, 0.6, 0.5, 'm');
INSERT INTO proposals VALUES (1, 1, 'shown', 0, 0, NULL);
COMMIT;
"""


@pytest.mark.parametrize("words", [["why", "1"], ["proposals"], ["review"], ["taste"]])
def test_a_file_of_an_older_hunch_is_told_of_in_one_sentence(
    tmp_path: Path, words: list[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "hunch.db", isolation_level=None)) as conn:
        migrations._migrations().apply(Database(conn), stop_before="0006_learning")
        conn.executescript(OLDER)
    told = CliRunner().invoke(main, [*words, "--data-dir", str(tmp_path)])
    assert told.exit_code == 1 and "older Hunch" in told.stderr and told.stderr.count("\n") == 1


def test_what_cannot_be_asked_is_told_in_one_sentence(day: Day) -> None:
    missing = day.why("7")
    assert (missing.exit_code, missing.stderr) == (
        1, "There is no proposal 7: see `hunch proposals`.\n",
    )  # fmt: skip
    ahead = day.why("--at", f"{datetime.now() + timedelta(days=2):%Y-%m-%d %H:%M}")
    assert ahead.exit_code == 1 and "in the future" in ahead.stderr
    for words in ((), ("1", "--at", "15:04"), ("--at", "soon"), ("--at", "25:99"), ("--at", "7")):
        assert day.why(*words).exit_code == 2, words


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("2025-10-26 02:30", 1, "was twice on 2025-10-26: say --at 2025-10-26T02:30:00+02:00 or"),
        ("2025-10-26T02:30:00+01:00", 0, "Hunch began later"),
        ("2025-03-30 02:30", 1, "There was no 02:30 on 2025-03-30"),
    ],
)
def test_an_hour_that_is_twice_or_never(day: Day, said: str, code: int, words: str) -> None:
    env = {**os.environ, "TZ": "CET-1CEST,M3.5.0,M10.5.0/3", "HUNCH_DATA_DIR": str(day.folder)}
    done = hunch("why", "--at", said, env=env)
    assert done.returncode == code and words in done.stdout + done.stderr
    assert done.stderr.count("\n") == code
