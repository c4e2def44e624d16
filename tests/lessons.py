"""A user who answers: proposals at moments of one's choosing, in a real store."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.config import Settings
from daemon.learning import Learning
from daemon.store import Store, marks, proposals, story
from models.observation import Judgement, Need, Observation, Prediction
from models.segment import Segment

MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
NEED, ACCEPT = 0.6, 0.55  # what the shipped models say of every moment here


class User:
    """Somebody at a desk, whose clock only moves when told."""

    def __init__(self, store: Store, start: datetime, **settings: Any) -> None:
        self.store = store
        self.now = start
        self.settings = Settings(**settings)
        self.learning = Learning(store.read, self.settings, lambda: self.now)

    def segment(self, app: str = "code") -> Segment:
        return Segment(self.now - timedelta(seconds=20), 20.0, app)

    async def sees(self, app: str = "code", need: Need | None = None) -> int:
        """A moment at which nothing was proposed; returns its observation's number."""
        segment, said = self.segment(app), need or Need(NEED, 0.25, "m", NEED)

        def keep(conn: story.Connection) -> int:
            session = story.start_session(conn, self.now)
            number = story.add_observation(
                conn, story.add_segment(conn, session, segment), Observation("1", "X."), "rules"
            )
            proposals.add_prediction(conn, number, said, Prediction(None, source="gate"))
            return number

        return await self.store.write(keep)

    async def is_asked(
        self, skill: str, answer: proposals.Answer, app: str = "code", via: str = "popup"
    ) -> int:
        """A proposal and its answer, a minute later."""
        need, judgement = self.forecast(skill, app)
        segment, task = self.segment(app), Prediction("Do.", source=f"skill:{skill}", skill=skill)

        def keep(conn: story.Connection) -> int:
            session = story.start_session(conn, self.now)
            seen = story.add_observation(
                conn, story.add_segment(conn, session, segment), Observation("1", "X."), "rules"
            )
            prediction = proposals.add_prediction(conn, seen, need, task)
            proposals.add_judgement(conn, prediction, judgement)
            number = proposals.add_proposal(conn, prediction, self.now)
            proposals.add_answer(conn, number, answer, via, self.now)
            return number

        number = await self.store.write(keep)
        self.now += timedelta(minutes=1)
        return number

    def forecast(self, skill: str, app: str = "code") -> tuple[Need, Judgement]:
        """What the daemon would say now."""
        segment, task = self.segment(app), Prediction("Do.", source=f"skill:{skill}", skill=skill)
        need = self.learning.need(Need(NEED, 1.0, "m"), segment)
        return need, self.learning.judge(Judgement(ACCEPT, 1.0, "m"), task, segment, need)

    def accepts(self, skill: str, app: str = "code") -> float:
        return self.forecast(skill, app)[1].probability

    def needs(self, app: str = "code") -> float:
        return self.forecast("", app)[0].probability

    def threshold(self) -> float:
        return self.forecast("")[1].threshold

    async def marks(self, observation: int, needed: bool) -> None:
        """`You missed this`, or the contrary."""

        await self.store.write(
            lambda conn: marks.add_mark(conn, observation, needed=needed, via="cli", time=self.now)
        )


@pytest.fixture
def clock_of_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield User(store, MORNING, data_dir=str(tmp_path))
