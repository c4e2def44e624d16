"""Watchers that fail: they are started again, and what they did not see stands as a gap with its cause."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from daemon.coverage import Gaps
from daemon.supervision import Supervisor, Watched
from watchers.event import Bucket, Event
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError

WINDOW = Bucket("w", "currentwindow", "c", "h")


class Sight:
    """Gaps as they are told, and a sink that keeps what comes."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, datetime], float] = {}
        self.gaps = Gaps(self.record, _nothing, _nothing, "test")
        self.heard: list[str] = []

    def record(self, bucket: Bucket, gap: Event) -> None:
        self.rows[gap.data["source"], gap.data["cause"], gap.timestamp] = gap.duration

    def causes(self, source: str) -> list[str]:
        return [
            cause for name, cause, _ in sorted(self.rows, key=lambda row: row[2]) if name == source
        ]

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        self.heard.append(str(event.data["by"]))

    def insert(self, bucket: Bucket, event: Event) -> None:
        self.heard.append(str(event.data["by"]))


class Eye:
    """A watcher that tells every 20 ms, for as often as it may; then it does as it is told."""

    def __init__(self, name: str, tells: int = 10**6, end: Exception | str = "return") -> None:
        self.name = name
        self._tells, self._end = tells, end
        self.ready = asyncio.Event()

    async def run(self, sink: Sink) -> None:
        await asyncio.sleep(0.05)
        self.ready.set()
        for _ in range(self._tells):
            sink.heartbeat(WINDOW, Event(datetime.now(UTC), data={"by": self.name}), 1.0)
            await asyncio.sleep(0.02)
        if isinstance(self._end, Exception):
            raise self._end
        while self._end != "return":
            try:
                await asyncio.sleep(0.5)
                if self._end == "was deaf":
                    sink.heartbeat(WINDOW, Event(datetime.now(UTC), data={"by": "deaf"}), 1.0)
            except asyncio.CancelledError:
                if self._end != "deaf":
                    raise
                self._end = "was deaf"  # it takes no notice, once


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FIRST_S", 0.1), ("LONGEST_S", 0.4), ("WELL_S", 0.6), ("CANCEL_S", 0.2)):
        monkeypatch.setattr(f"daemon.supervision.{name}", value)


@asynccontextmanager
async def kept(sight: Sight, *watched: Watched) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(sight, sight.gaps)
    tasks = [asyncio.create_task(supervisor.keep(item)) for item in watched]
    try:
        yield supervisor
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.anyio
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("end", "cause", "words"),
    [
        (RuntimeError("typed text"), "crashed", "The watcher bad failed and is started again"),
        ("return", "crashed", "The watcher bad ended and is started again."),
        ("hang", "crashed", "The watcher bad does not answer"),
        ("deaf", "crashed", "The watcher bad does not answer"),
        (WatcherError("Allow it."), "permission", "Allow it."),
        (WatcherError("Use X11.", cause="wayland"), "wayland", "Use X11."),
    ],
)
async def test_a_watcher_that_dies_is_started_again_and_the_others_never_notice(
    end: Exception | str, cause: str, words: str
) -> None:
    sight, lives = Sight(), iter([Eye("bad", 5, end), Eye("bad")])
    good = Eye("good")
    watched = (
        Watched("bad", ("keyboard", "mouse"), lambda: next(lives), silence_s=0.4),
        Watched("good", ("window",), lambda: good),
    )
    async with kept(sight, *watched) as supervisor:
        await until(lambda: "bad" in supervisor.problems)
        assert words in supervisor.problems["bad"]
        since = [gap.since for gap in sight.gaps.open if gap.source == "keyboard"]
        told = sight.heard.count("good")
        await until(lambda: not supervisor.problems)
        assert sight.gaps.open == []
        assert sight.heard.count("good") > told
        count = sight.heard.count("bad")
        await until(lambda: sight.heard.count("bad") > count)
    assert sight.causes("keyboard") == ["stopped", cause] == sight.causes("mouse")
    assert sight.causes("window") == ["stopped"]
    assert ("keyboard", cause, since[0]) in sight.rows
    assert "deaf" not in sight.heard


@pytest.mark.anyio
@pytest.mark.usefixtures("quick")
async def test_a_silent_watcher_is_blind_from_its_last_word_on() -> None:
    sight, lives = Sight(), iter([Eye("bad", 3, "hang"), Eye("bad")])
    async with kept(sight, Watched("bad", ("window",), lambda: next(lives), silence_s=0.5)):
        await until(lambda: "crashed" in sight.causes("window"))
    ((_, _, since),) = [row for row in sight.rows if row[1] == "crashed"]
    length = sight.rows["window", "crashed", since]
    assert 0.55 < length < 5  # the silence, the first wait, and the start


@pytest.mark.anyio
@pytest.mark.usefixtures("quick")
async def test_the_waits_grow_and_begin_anew_after_a_good_while() -> None:
    sight, starts = Sight(), list[float]()

    def make() -> Watcher:
        starts.append(time.monotonic())
        if len(starts) == 5:  # it runs well for more than 0.6 s
            return Eye("bad", 40, RuntimeError())
        return Eye("bad", 0, RuntimeError())

    async with kept(sight, Watched("bad", ("window",), make)):
        await until(lambda: len(starts) >= 7)
    waits = [later - earlier for earlier, later in pairwise(starts)]
    assert waits[0] < waits[1] < waits[2]
    assert waits[3] < 1.2  # at most 0.4 s, and the watcher's own start
    assert waits[5] < waits[2]


@pytest.mark.anyio
@pytest.mark.usefixtures("quick")
async def test_a_watcher_that_cannot_be_made_is_no_crash() -> None:
    sight = Sight()

    def make() -> Watcher:
        raise WatcherError("Install xclip, so that Hunch can read what is copied.")

    async with kept(sight, Watched("clipboard", ("clipboard",), make)) as supervisor:
        await until(lambda: bool(supervisor.problems))
        assert "Install xclip" in supervisor.problems["clipboard"]
        assert [gap[:2] for gap in sight.gaps.open] == [("clipboard", "permission")]


def _nothing(cause: str, time: datetime) -> None:
    return None
