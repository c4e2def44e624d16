"""A desk for tests of the popup's manners: a real store, a clock that the test sets, a tray that does its part."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from daemon.breakpoints import Rhythm
from daemon.config import Settings
from daemon.executor import Executor
from daemon.proposals import Proposals
from daemon.shadow import Shadow
from daemon.skills import Skills
from daemon.skills.base import Skill
from daemon.store import Store, proposals, story
from daemon.store.proposals import ProposalRow
from daemon.tools import Tools
from models.observation import Need, Observation, Prediction
from models.segment import Segment
from watchers.presence import Hands

TASK = Prediction(
    "Do it.", response="You did.", source="skill:fake", skill="fake", arguments={"n": 1}
)


HEARD = Hands(datetime(2026, 1, 5, 9, tzinfo=UTC), keys=True)  # since this morning


def answers(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """What was answered, and how, oldest first: each row, so that none hides behind a later one."""
    return [tuple(row) for row in conn.execute("SELECT answer, via FROM answers ORDER BY id")]


class Board:
    text = "before"

    def copy(self, text: str) -> None:
        self.text = text

    def paste(self) -> str:
        return self.text

    def keeps(self, text: str) -> bool:
        return text == "before"


class Desk:
    def __init__(self, store: Store, **given: Any) -> None:
        self.store = store
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
        settings = Settings(**{"shadow_days": 0.0, **given})
        self.ticks_s = 1000.0
        self.there = True
        self.rhythm = Rhythm(settings.quiet_typing_s, lambda: HEARD)
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.board = Board()
        self.manners = Proposals(
            store,
            settings,
            lambda name, payload: self.told.append((name, payload)),
            lambda: self.now,
            shadow=Shadow(settings, datetime(2026, 1, 5, 9, tzinfo=UTC), lambda: self.now),
            is_breakpoint=self.rhythm.is_breakpoint,
            was_there=lambda since: self.there,
            monotonic=lambda: self.ticks_s,
        )

    async def look(self) -> None:
        """The daemon looks, and a tray shows what it is handed."""
        await self.manners.tick(hold=False)
        current = self.manners.current()
        if current is not None and self.state(current["id"]) == "waiting":
            await self.manners.seen(current["id"])

    @property
    def path(self) -> Path:
        return Path(
            self.store.read(lambda conn: conn.execute("PRAGMA database_list").fetchone()[2])
        )

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.ticks_s += seconds

    def set_clock(self, seconds: float) -> None:
        """Somebody sets the clock; or the machine sleeps for so long."""
        self.now += timedelta(seconds=seconds)

    async def offer(self, number: int, **other: Any) -> int | None:
        """Offer a task of its own number."""
        task = msgspec.structs.replace(TASK, **{"arguments": {"n": number}, **other})
        return await self.offer_task(task)

    async def offer_task(
        self, task: Prediction, vector: tuple[bytes, str] | None = None
    ) -> int | None:
        """Offer a task as the stages do."""

        def keep(conn: story.Connection) -> int:
            session = story.start_session(conn, self.now)
            segment = story.add_segment(conn, session, Segment(self.now, 1.0, "XTerm"))
            seen = story.add_observation(conn, segment, Observation("1", "The user x."), "rules")
            return proposals.add_prediction(conn, seen, Need(0.9, 0.5, "m"), task)

        return await self.manners.offer(await self.store.write(keep), task, vector)

    def newest(self) -> ProposalRow:
        """The newest proposal, whatever became of it."""
        return self.store.read(lambda conn: proposals.proposals(conn, 1))[0]

    def state(self, number: int) -> str:
        row = self.store.read(lambda conn: proposals.proposal(conn, number))
        assert row is not None
        return row.state

    def ended(self, number: int) -> tuple[str, str | None]:
        """How it stands, and why."""
        row = self.store.read(lambda conn: proposals.proposal(conn, number))
        assert row is not None
        return row.state, row.reason

    def executor(self, skill: Skill) -> Executor:
        return Executor(
            Skills([skill]),
            self.store,
            lambda: Tools(Path("/nowhere"), self.board, lambda url: None),
        )
