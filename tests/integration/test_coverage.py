"""What was not seen stands in the store with its cause: watchers that fail, pauses, kills, and what is told of them."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from daemon.coverage import Gaps
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store, capture, story
from daemon.store.coverage import left
from daemon.supervision import Supervisor, Watched
from models.observation import Observation
from models.segment import Segment
from tests.moments import START, at
from watchers.coverage import ALL, GAP
from watchers.event import Bucket, Event
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError

WINDOW = Bucket("w", "currentwindow", "c", "h")
COPIES = Bucket("b", "clipboard", "c", "h")
INPUT = Bucket("i", "os.hid.input", "c", "h")


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


class Clock:
    def __init__(self) -> None:
        self.second = 0.0

    def __call__(self) -> datetime:
        return at(self.second)


class Taker:
    """A recorder with its gaps over a store, at a time of the test's own."""

    def __init__(self, store: Store, excluded: tuple[str, ...] = ()) -> None:
        self.store, self.clock = store, Clock()
        privacy = Privacy(Rules(apps=excluded), self.clock, lambda: self.clock.second)
        self.recorder = Recorder(store, privacy, self.clock)
        self.gaps = Gaps(self.recorder.record, privacy.hide, privacy.show, "test")
        self.recorder.coverage = self.gaps

    def window(self, second: float, app: str = "a") -> None:
        self.clock.second = second
        self.recorder.heartbeat(WINDOW, Event(at(second), data={"app": app}), 10)

    async def told(self, bucket_id: str) -> list[tuple[Any, float, float]]:
        await self.recorder.flush()
        rows = self.store.read(lambda conn: capture.events(conn, bucket_id))
        return [
            (
                row.data.get("cause") or row.data,
                (row.timestamp - START).total_seconds(),
                row.duration,
            )
            for row in reversed(rows)
        ]


@pytest.mark.anyio
async def test_a_timed_pause_is_one_gap_and_ends_by_itself(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store)
        taker.window(0)
        taker.window(4)
        taker.clock.second = 5
        taker.recorder.pause(at(65))
        for second in range(6, 65):
            taker.window(second)
            taker.recorder.tick()
            if second % 10 == 0:
                await taker.recorder.flush()
        taker.clock.second = 65.4
        taker.recorder.tick()
        assert not taker.recorder.paused
        taker.window(66)
        taker.window(70)
        assert await taker.told("hunch-coverage_test") == [("paused", 5.0, 60.0)]
        assert await taker.told("w") == [({"app": "a"}, 0.0, 4.0), ({"app": "a"}, 66.0, 4.0)]


@pytest.mark.anyio
async def test_what_lies_in_a_pause_is_not_taken_later_either(tmp_path: Path) -> None:
    def typed(start: float, length: float) -> Event:
        return Event(at(start), length, {"from": "keyboard", "type": "input", "data": f"{start}"})

    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store)
        taker.recorder.close_runs = lambda: taker.recorder.insert(
            INPUT, typed(taker.clock.second - 1, 1)
        )
        taker.clock.second = 10
        taker.recorder.pause(None)  # what was typed until then is closed, and kept
        taker.clock.second = 20
        taker.recorder.resume()  # what is being typed then is closed, and not kept
        for start, length in ((15.0, 10.0), (19.0, 0.5), (8.0, 30.0), (21.0, 1.0)):
            taker.recorder.insert(INPUT, typed(start, length))
        taker.clock.second = 30
        afk = Bucket("afk", "afkstatus", "c", "h")
        taker.recorder.heartbeat(afk, Event(at(12), 13.0, {"status": "afk"}), 10)
        await taker.recorder.create_bucket(COPIES)
        await taker.recorder.api_insert(COPIES, [Event(at(12), 20.0, {"command": "x"})])
        assert [row[1] for row in await taker.told("i")] == [9.0, 21.0]
        assert await taker.told("afk") == [({"status": "afk"}, 20.0, 5.0)]
        assert await taker.told("b") == []


@pytest.mark.anyio
async def test_a_clients_heartbeats_do_not_grow_across_a_pause(tmp_path: Path) -> None:
    tab = Bucket("tab", "web.tab.current", "c", "h")
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store)
        await taker.recorder.create_bucket(tab)
        for second in (0, 5, 15, 25, 30):
            taker.clock.second = second
            if second == 15:
                taker.recorder.pause(None)
            if second == 25:
                taker.recorder.resume()
            await taker.recorder.api_heartbeat(tab, Event(at(second), data={"url": "u"}), 60)
        assert await taker.told("tab") == [({"url": "u"}, 0.0, 5.0), ({"url": "u"}, 25.0, 5.0)]
        await taker.recorder.api_heartbeat(
            tab, Event(at(40), data={"url": "p", "incognito": True}), 60
        )
        await taker.recorder.api_heartbeat(tab, Event(at(50), data={"url": "u"}), 60)
        assert [row[1:] for row in await taker.told("tab")] == [
            (0.0, 5.0),
            (25.0, 5.0),
            (50.0, 0.0),
        ]


@pytest.mark.anyio
async def test_what_is_excluded_is_a_gap_that_names_nothing_and_not_told_while_paused(
    tmp_path: Path,
) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store, ("keepass",))
        taker.window(0)
        taker.window(10, "KeePassXC")
        taker.window(25)
        taker.window(30, "KeePassXC")
        taker.clock.second = 35
        taker.recorder.pause(None)
        taker.window(36, "KeePassXC")
        taker.clock.second = 40
        taker.recorder.resume()
        taker.window(45)
        assert await taker.told("hunch-coverage_test") == [
            ("excluded", 10.0, 15.0),
            ("excluded", 30.0, 5.0),
            ("paused", 35.0, 5.0),
            ("excluded", 40.0, 5.0),
        ]
        rows = store.read(lambda conn: capture.events(conn, "hunch-coverage_test"))
        assert all(set(row.data) == {"source", "cause"} for row in rows)


@pytest.mark.anyio
async def test_a_gap_that_grew_on_disk_is_closed_exactly_and_is_one_row(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store)
        taker.gaps.lost("window", "crashed", at(1))
        taker.gaps.lost("keyboard", "crashed", at(2))
        for second in range(3, 40):
            taker.clock.second = second
            taker.recorder.tick()
            await taker.recorder.flush()
        taker.gaps.regained("window", "crashed", at(38.5))
        assert await taker.told("hunch-coverage_test") == [
            ("crashed", 1.0, 37.5),
            ("crashed", 2.0, pytest.approx(35, abs=3.5)),
        ]


@pytest.mark.anyio
async def test_the_next_start_knows_how_long_hunch_did_not_run(tmp_path: Path) -> None:
    with Store.open(tmp_path / "hunch.db") as store:
        taker = Taker(store)
        taker.window(0)
        taker.window(9)
        taker.gaps.end(at(10))
        await taker.recorder.flush()
        again = Taker(store)
        again.gaps.begin(*store.read(lambda conn: left(conn, at(100))), at(100))
        assert await again.told("hunch-coverage_test") == [("stopped", 10.0, 90.0)]
        again.window(120)
        await again.recorder.flush()  # and is killed
        third = Taker(store)
        third.gaps.begin(*store.read(lambda conn: left(conn, at(200))), at(200))
        assert await third.told("hunch-coverage_test") == [
            ("stopped", 10.0, 90.0),
            ("stopped", 120.0, 80.0),
        ]


def gaps_of(folder: Path) -> list[tuple[str, str, float, float]]:
    query = (
        "SELECT data ->> 'source', data ->> 'cause', time_us / 1e6, duration_us / 1e6 FROM events"
        " JOIN buckets ON buckets.id = bucket_id WHERE type = ? ORDER BY time_us"
    )
    with closing(sqlite3.connect(folder / "hunch.db")) as database:
        return database.execute(query, (GAP,)).fetchall()


def test_a_pause_survives_a_kill_and_the_rest_is_stopped(start_daemon: Callable[..., Any]) -> None:
    first = start_daemon()
    assert first.cli("pause").returncode == 0
    time.sleep(4.5)
    killed = time.time()
    first.process.kill()
    first.process.wait(10)
    time.sleep(1)
    second = start_daemon()
    status = json.loads(second.cli("status", "--json").stdout)
    second.stop()
    (paused,) = [row for row in gaps_of(second.folder) if row[:2] == (ALL, "paused")]
    stopped = [row for row in gaps_of(second.folder) if row[:2] == (ALL, "stopped")]
    end = paused[2] + paused[3]
    assert killed - 4.2 < end < killed
    assert stopped[0][2] == pytest.approx(end, abs=0.6) and stopped[0][3] > 1.0
    assert stopped[-1][3] == 0.0  # the mark of the clean stop
    assert status["state"] == "recording"


def test_status_tells_every_source_its_mode_and_why_it_is_not_seen(
    start_daemon: Callable[..., Any],
) -> None:
    daemon = start_daemon(keyboard="counts", clipboard="off")
    daemon.cli("pause")
    time.sleep(0.7)
    found = json.loads(daemon.cli("status", "--json").stdout)["sources"]
    sources = {source["source"]: source for source in found}
    assert list(sources) == [
        "keyboard", "mouse", "afk", "clipboard", "window", "browser", "editor", "shell", "files",
    ]  # fmt: skip
    assert sources["keyboard"]["mode"] == "counts" and sources["clipboard"]["mode"] == "off"
    assert sources["browser"]["cause"] == "paused" and not sources["browser"]["seen"]
    assert datetime.fromisoformat(sources["browser"]["since"]) < datetime.now(UTC)
    told = daemon.cli("status").stdout
    assert "browser    text    not seen for" in told and "recording is paused" in told
    daemon.cli("resume")
    told = daemon.cli("status").stdout
    assert "browser    text    told by other programs; nothing yet" in told


@pytest.mark.anyio
async def test_a_gap_of_a_minute_is_a_sentence_in_log_and_export(
    start_daemon: Callable[..., Any], tmp_path: Path
) -> None:
    daemon = start_daemon()
    daemon.process.kill()
    daemon.process.wait(10)
    now = datetime.now(UTC)
    with Store.open(daemon.folder / "hunch.db") as store:

        def keep(conn: sqlite3.Connection) -> None:
            conn.execute("DELETE FROM events")
            capture.create_bucket(conn, WINDOW)
            data = {"app": "XTerm", "title": "sh"}
            capture.insert(conn, "w", [Event(now - timedelta(minutes=8), 60.0, data)])
            conn.execute(
                "UPDATE sessions SET ended_us = NULL, started_us = ?1, cursor_us = ?1",
                (capture.to_us(now - timedelta(minutes=8)),),
            )

        await store.write(keep)
    again = start_daemon()
    await asyncio.sleep(0.5)
    again.stop()
    log = json.loads(again.cli("log", "--json").stdout)
    assert [line["event"] for line in log] == [
        "The user switches to XTerm.",
        "Nothing was seen for 7 minutes: Hunch was not running.",
    ]
    done = again.cli("export", str(tmp_path / "trace.json"), "--format", "proactivebench")
    assert done.returncode == 0, done.stderr
    trace = json.loads((tmp_path / "trace.json").read_text())
    assert [item["observation"]["event"] for item in trace] == [line["event"] for line in log]
    assert set(trace[1]["observation"]) == {"time", "event"} and not trace[1]["task_status"]
    again.cli("export", str(tmp_path / "raw.json"), "--format", "raw")
    record = json.loads((tmp_path / "raw.json").read_text())[1]
    assert record["status"] == "unseen" and record["user_input"] == []
    assert [item["data"]["cause"] for item in record["events"]] == ["stopped"]


@pytest.mark.anyio
async def test_the_time_between_two_sessions_is_told_in_the_log_and_belongs_to_none(
    start_daemon: Callable[..., Any],
) -> None:
    first = start_daemon()
    first.stop()
    hour = 3600 * 1_000_000

    def earlier(conn: sqlite3.Connection) -> None:  # all that was is an hour ago
        conn.execute("UPDATE events SET time_us = time_us - ?", (hour,))
        conn.execute(
            "UPDATE sessions SET started_us = started_us - ?1, ended_us = ended_us - ?1", (hour,)
        )
        session = conn.execute("SELECT id, started_us FROM sessions").fetchone()
        start = capture.from_us(session["started_us"])
        number = story.add_segment(conn, session["id"], Segment(start, 1.0, "XTerm"))
        story.add_observation(conn, number, Observation("1", "The user opens XTerm."), "rules")

    with Store.open(first.folder / "hunch.db") as store:
        await store.write(earlier)
    again = start_daemon()
    again.stop()
    told = [line["event"] for line in json.loads(again.cli("log", "--json").stdout)]
    assert told == [
        "The user opens XTerm.",
        "Nothing was seen for 60 minutes: Hunch was not running.",
    ]
    alone = json.loads(again.cli("log", "--json", "--session", "1").stdout)
    assert [line["event"] for line in alone] == ["The user opens XTerm."]
    assert len(json.loads(again.cli("log", "--json", "--limit", "1").stdout)) == 1


def _nothing(cause: str, time: datetime) -> None:
    return None
