"""What the recorder keeps, against aw-core's merge: nothing lost, nothing twice, nothing across a time not seen."""

import asyncio
import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.coverage import Gaps
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store, capture
from tests.moments import at
from watchers.event import Bucket, Event

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # aw-core's own, of its imports
    from aw_core.models import Event as PeerEvent
    from aw_transform.heartbeats import heartbeat_merge

WINDOW = Bucket("window", "currentwindow", "c", "h")
AFK = Bucket("afk", "afkstatus", "c", "h")
NOTES = Bucket("notes", "afkstatus", "c", "h")  # of a type that privacy does not know
TAB = Bucket("tab", "web.tab.current", "c", "h")
EXCLUDED = {"app": "KeePassXC", "title": "x"}
PRIVATE = {"url": "p", "incognito": True}
DATA: dict[str, list[dict[str, Any]]] = {
    WINDOW.id: [{"app": "a", "title": "1"}, {"app": "a", "title": "2"}, EXCLUDED],
    AFK.id: [{"status": "afk"}, {"status": "not-afk"}],
    NOTES.id: [{"text": "t"}],
    TAB.id: [{"url": "u"}, {"url": "v"}, PRIVATE],
}


class Step(NamedTuple):
    """One thing that happens, a while after the one before."""

    after_s: float
    what: str
    data: Mapping[str, Any] = MappingProxyType({})
    length_s: float = 0.0
    pulsetime_s: float = 0.0


# Whole milliseconds: aw-core rounds to them.
whiles = st.integers(20, 12_000).map(lambda number: number / 1000)
lengths = st.integers(0, 12_000).map(lambda number: number / 1000)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    what = draw(
        st.sampled_from([*DATA, *DATA, "flush", "pause", "timed", "resume", "lost", "seen"])
    )
    if what not in DATA:
        return Step(draw(whiles), what, length_s=draw(lengths))
    data = draw(st.sampled_from(DATA[what]))
    return Step(draw(whiles), what, data, draw(lengths), draw(lengths))


class Oracle:
    """What should be kept, told in aw-core's words."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Any]] = {name: [] for name in DATA}
        self.goes_on: set[str] = set()
        self.paused_until: datetime | None = None
        self.resumed = at(-1e6)
        self.pauses: list[tuple[datetime, datetime]] = []
        self.since: datetime | None = None

    def clock(self, now: datetime) -> None:
        if self.since and self.paused_until and now >= self.paused_until:
            self.resume(self.paused_until)

    def pause(self, now: datetime, until: datetime | None) -> None:
        self.since, self.paused_until = self.since or now, until
        self.goes_on.clear()

    def resume(self, now: datetime) -> None:
        if self.since is not None:
            self.pauses.append((self.since, now))
            self.resumed, self.since = now, None
            self.goes_on.clear()

    def take(self, step: Step, event: Event) -> None:
        hidden = step.data in (PRIVATE, EXCLUDED)
        start = max(event.timestamp, self.resumed)
        stands_alone = step.what == NOTES.id
        if self.since is not None or hidden:
            if not stands_alone:
                self.goes_on.discard(step.what)
            return
        peer = PeerEvent(timestamp=start, duration=event.end - start, data=dict(event.data))
        rows = self.kept[step.what]
        if not stands_alone and step.what in self.goes_on:
            merged = heartbeat_merge(rows[-1], peer, step.pulsetime_s)
            if merged is not None:
                rows[-1] = merged
                return
        self.goes_on.add(step.what)
        rows.append(peer)


async def play(store: Store, todo: list[Step]) -> tuple[Oracle, datetime]:
    now, oracle = at(0), Oracle()
    privacy = Privacy(Rules(apps=("keepass",)), lambda: now, lambda: now.timestamp())
    recorder = Recorder(store, privacy, lambda: now)
    gaps = Gaps(recorder.record, privacy.hide, privacy.show, "test")
    recorder.coverage = gaps
    await recorder.create_bucket(TAB)
    for step in todo:
        now += timedelta(seconds=step.after_s)
        recorder.tick()
        oracle.clock(now)
        length = timedelta(seconds=step.length_s)
        event = Event(now - length, step.length_s, dict(step.data))  # told when it ends
        if step.what == NOTES.id:
            event = Event(now, data=dict(step.data))
        match step.what:
            case "flush":
                await recorder.flush()
            case "pause":
                recorder.pause(None)
                oracle.pause(now, None)
            case "timed":
                recorder.pause(now + length + timedelta(seconds=1))
                oracle.pause(now, now + length + timedelta(seconds=1))
            case "resume":
                recorder.resume()
                oracle.resume(now)
            case "lost":
                gaps.lost("window", "crashed", now - length)
            case "seen":
                gaps.regained("window", "crashed", now)
            case "notes":
                recorder.insert(NOTES, event)
                oracle.take(step, event)
            case "tab":
                await recorder.clients.heartbeat(TAB, event, step.pulsetime_s)
                oracle.take(step, event)
            case name:
                bucket = WINDOW if name == WINDOW.id else AFK
                recorder.heartbeat(bucket, event, step.pulsetime_s)
                oracle.take(step, event)
    await recorder.flush()
    return oracle, now


@settings(deadline=None, max_examples=200)
@given(st.lists(steps(), min_size=1, max_size=30))
def test_what_is_kept_is_what_aw_core_would_keep_of_what_was_seen(todo: list[Step]) -> None:
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "hunch.db") as store:
        oracle, now = asyncio.run(play(store, todo))
        for name, rows in oracle.kept.items():
            found = store.read(partial(capture.events, bucket_id=name))
            kept = sorted((row.timestamp, row.duration, str(row.data)) for row in found)
            wanted = sorted(
                (row.timestamp, row.duration.total_seconds(), str(row.data)) for row in rows
            )
            assert [(row[0], round(row[1], 6), row[2]) for row in kept] == wanted
        gaps = store.read(lambda conn: capture.events(conn, "hunch-coverage_test"))
        paused = [(gap.timestamp, gap.end) for gap in gaps if gap.data["cause"] == "paused"]
        for pause in oracle.pauses:  # two that touch are one gap
            assert any(gap[0] <= pause[0] and pause[1] <= gap[1] for gap in paused)
        ended = sum((end - start for start, end in oracle.pauses), timedelta())
        open_since = oracle.since or now
        told = sum(
            (min(end, open_since) - start for start, end in paused if start < open_since),
            timedelta(),
        )
        assert told == ended
