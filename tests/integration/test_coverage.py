"""What was not seen stands in the store with its cause: pauses, exclusions, the time when Hunch did not run."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.coverage import Gaps
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store, capture
from daemon.store.coverage import left
from tests.moments import START, at
from watchers.event import Bucket, Event

WINDOW = Bucket("w", "currentwindow", "c", "h")
COPIES = Bucket("b", "clipboard", "c", "h")
INPUT = Bucket("i", "os.hid.input", "c", "h")


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
        await taker.recorder.clients.insert(COPIES, [Event(at(12), 20.0, {"command": "x"})])
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
            await taker.recorder.clients.heartbeat(tab, Event(at(second), data={"url": "u"}), 60)
        assert await taker.told("tab") == [({"url": "u"}, 0.0, 5.0), ({"url": "u"}, 25.0, 5.0)]
        await taker.recorder.clients.heartbeat(
            tab, Event(at(40), data={"url": "p", "incognito": True}), 60
        )
        await taker.recorder.clients.heartbeat(tab, Event(at(50), data={"url": "u"}), 60)
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
