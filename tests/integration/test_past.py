"""What was told before, from a real store: `hunch log --activities`, and whose tasks go with what is forgotten."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from daemon.cli import main
from daemon.config import Settings
from daemon.past import Past
from daemon.recall import Recall
from daemon.replay import PATIENCE, Recording, replay
from daemon.store import Store, proposals, story
from daemon.worker import ModelWorker
from models.messages import Setup
from models.observation import Judgement, Need, Prediction
from models.segment import Moment, Segment
from tests.moments import keyboard, moment

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
REPORT = "/home/user/sales/report.md"


def hunch(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data-dir", str(folder)])


def work(start: datetime) -> list[Moment]:
    """Five minutes at a report, five on a journey."""
    rows = [
        moment(60 * n, "Code", "report.md - sales", keyboard("x"), file=REPORT, duration=50)
        for n in range(5)
    ]
    rows += [
        moment(300 + 60 * n, "firefox", f"Trains to Basel {n} - Mozilla Firefox", duration=50)
        for n in range(5)
    ]
    moved = start - rows[0].segment.start
    return [
        msgspec.structs.replace(
            row, segment=msgspec.structs.replace(row.segment, start=row.segment.start + moved)
        )
        for row in rows
    ]


def record(store: Store, moments: list[Moment]) -> int:
    """A session; returns its number."""

    def keep(conn: story.Connection) -> int:
        session = story.start_session(conn, moments[0].segment.start)
        for item in moments:
            number = story.add_segment(conn, session, item.segment)
            observation = story.add_observation(conn, number, item.observation, "rules")
            story.set_embedding(conn, observation, "encoder", bytes(768))
        story.end_session(conn, session, moments[-1].segment.end)
        return session

    return store.write_now(keep)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "hunch.db") as store:
        record(store, work(MONDAY))
        record(store, work(MONDAY + timedelta(days=1)))
    return tmp_path


def test_pieces_of_work_are_listed_oldest_first(recorded: Path) -> None:
    lines = hunch(recorded, "log", "--activities").stdout.splitlines()
    assert len(lines) == 4
    begin = MONDAY.astimezone()
    assert lines[0].startswith(
        f"{begin:%m-%d %H:%M}-{begin + timedelta(seconds=290):%H:%M}  report.md"
    )
    assert lines[0].endswith("(5 min: Visual Studio Code)") and "Trains to Basel" in lines[1]
    assert hunch(recorded, "log", "--activities", "--limit", "3").stdout.splitlines() == lines[1:]
    assert hunch(recorded, "log", "--activities", "--session", "2").stdout.splitlines() == lines[2:]
    rows = json.loads(hunch(recorded, "log", "--activities", "--json").stdout)
    assert [row["title"] for row in rows][::2] == ["report.md", "report.md"]
    assert rows[0]["paths"] == [REPORT] and rows[0]["observations"] == [1, 2, 3, 4, 5]


def test_nothing_recorded_is_no_activity(tmp_path: Path) -> None:
    Store.open(tmp_path / "hunch.db").close()
    assert hunch(tmp_path, "log", "--activities", "--json").stdout == "[]\n"
    told = hunch(tmp_path, "log", "--activities")
    assert (told.exit_code, told.stdout) == (0, "") and "No sentence yet" in told.stderr


def test_vectors_of_another_encoder_are_not_compared(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        record(store, work(MONDAY))
        store.write_now(lambda conn: story.set_embedding(conn, 1, "older", bytes(768)))
        told = Past(store.read).day(MONDAY + timedelta(hours=1))
        assert [vector is None for vector in told.vectors] == [True] + [False] * 9
        assert len(Past(store.read).before(MONDAY + timedelta(seconds=100)).moments) == 2


def test_the_agent_hears_of_the_days_earlier_sessions(tmp_path: Path) -> None:
    noon = MONDAY + timedelta(hours=3)
    with Store.open(tmp_path / "hunch.db") as store:
        record(store, work(MONDAY))
        record(store, work(noon))
        newest = store.read(lambda conn: story.history(conn, 2, 5))
        asking = Recall(store.read, lambda: noon + timedelta(minutes=11)).asking(newest)
    morning = MONDAY.astimezone()
    assert asking.earlier.startswith(
        f"{morning:%H:%M}-{morning + timedelta(seconds=290):%H:%M} report.md; "
    )
    assert asking.earlier.count("report.md") == 2 and len(asking.history) == 5


async def proposed(segments: list[Segment]) -> list[str | None]:
    worker = ModelWorker(Setup(model="none"), patience=PATIENCE)
    try:
        found = await replay(Recording(segments), Settings(model="none"), worker)
    finally:
        await worker.close()
    return [told.proposed.skill if told.proposed else None for told in found]


def test_who_comes_back_is_offered_what_was_open_by_the_real_models() -> None:
    evening = [item.segment for item in work(MONDAY)]
    away = Segment(evening[-1].end, 9 * 3600.0, status="afk")
    mail = Segment(away.end + timedelta(seconds=1), 25.0, "thunderbird", "Inbox - Thunderbird")
    assert asyncio.run(proposed([*evening, away, mail]))[-2:] == [None, "resume"]


def test_a_task_of_days_later_goes_with_what_it_quotes(recorded: Path) -> None:
    task = Prediction(
        "Reopen 'report.md'.", arguments={"files": [REPORT]}, source="skill:resume", skill="resume"
    )
    with Store.open(recorded / "hunch.db") as store:
        later = record(store, work(MONDAY + timedelta(days=3))[5:])

        def offer(conn: story.Connection) -> None:
            newest = story.log(conn, [later])[0].id
            number = proposals.add_prediction(conn, newest, Need(0.9, 0.5, "m"), task)
            proposals.add_judgement(conn, number, Judgement(0.9, 0.5, "m"))
            proposals.add_proposal(conn, number, MONDAY)

        store.write_now(offer)
    done = hunch(recorded, "forget", "--app", "Code", "--yes")
    assert done.exit_code == 0, done.output
    with Store.open(recorded / "hunch.db") as store:
        assert store.read(proposals.proposals) == []
        assert len(Past(store.read).before(MONDAY + timedelta(days=9)).moments) == 15
