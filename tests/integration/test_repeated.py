"""What is told again and again is known again: with and without that, the same is kept, hidden and told as a gap."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.config import Settings
from daemon.coverage import Gaps
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store
from tests.moments import START
from watchers.event import Bucket, Event

WINDOW, OTHERS, TAB, INPUT, AFK, COPIES = (
    Bucket(name, kind, "c", "h")
    for name, kind in (
        ("window", "currentwindow"),
        ("others", "currentwindow"),
        ("tab", "web.tab.current"),
        ("input", "os.hid.input"),
        ("afk", "afkstatus"),
        ("copies", "clipboard"),
    )
)
RULES = Rules.of(Settings(excluded_titles=("holiday",), excluded_urls=("bank.example",)))
WINDOWS: tuple[dict[str, Any], ...] = (
    {"app": "Code", "title": "a.py - Code"},
    {"app": "Code", "title": "password: hunter22x - Code"},
    {"app": "KeePassXC", "title": "db"},
    {"app": "firefox", "title": "News - Mozilla Firefox"},
    {"app": "firefox", "title": "Log in - Mozilla Firefox"},
    {"app": "firefox", "title": "Mozilla Firefox (Private Browsing)"},
    {"app": "Gimp", "title": "our holiday"},
    {"app": "Code", "title": "a.py - Code", "pin": True},
    {"app": "Code", "title": "a.py - Code", "pin": 1},
    {"app": "Code", "title": 7},
    {"app": "Code", "title": "a.py - Code", "workspace": ["one"]},
)
TABS: tuple[dict[str, Any], ...] = (
    {"url": "https://news.example/", "title": "News"},
    {"url": "https://bank.example/", "title": "Bank"},
    {"url": "https://shop.example/login", "title": "Log in"},
    {"url": "https://news.example/", "title": "News", "incognito": True},
    {"url": "https://news.example/", "title": "News", "password_focus": True},
)
REST: tuple[tuple[Bucket, dict[str, Any]], ...] = (
    (AFK, {"status": "not-afk"}),
    (AFK, {"status": "afk"}),
    (INPUT, {"from": "keyboard", "type": "input", "data": "hunter22x"}),
    (INPUT, {"from": "keyboard", "type": "input", "data": "password: "}),
    (INPUT, {"from": "mouse", "data": {"type": "click", "button": "left"}}),
    (COPIES, {"type": "text", "text": "a copy"}),
)
TOLD = st.one_of(
    st.tuples(st.sampled_from((WINDOW, OTHERS)), st.sampled_from(WINDOWS)),
    st.tuples(st.just(TAB), st.sampled_from(TABS)),
    st.sampled_from(REST),
)
TIMES = st.integers(1, 4)  # so often it is told
LATE = st.sampled_from((0.0, 0.4, 3.0))
WAIT = st.sampled_from((0.1, 1.0, 5.0, 31.0, 400.0))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), TOLD, TIMES, LATE, st.booleans()),
        st.tuples(st.just("wait"), WAIT),
        st.tuples(st.sampled_from(("pause", "resume", "hide", "show"))),
    ),
    max_size=25,
)


class Side:
    """A recorder with a clock of its own, and all that comes out of it."""

    def __init__(self, store: Store, *, reuse: bool) -> None:
        self.second = 0.0
        self.out: list[object] = []
        self._store = store
        self._reuse = reuse
        self._privacy = Privacy(RULES, self._now, lambda: self.second)
        self._recorder = Recorder(store, self._privacy, self._now)
        self._recorder.coverage = Gaps(
            self._recorder.record, self._privacy.hide, self._privacy.show, "h"
        )

    def _now(self) -> datetime:
        return START + timedelta(seconds=self.second)

    def kept(self) -> list[tuple[object, ...]]:
        """All that is in the store by now; it is empty then."""
        asyncio.run(self._recorder.flush())
        found = self._store.read(
            lambda conn: conn.execute(
                "SELECT bucket_id, time_us, duration_us, data FROM events ORDER BY id"
            ).fetchall()
        )
        self._store.write_now(lambda conn: conn.execute("DELETE FROM buckets"))
        return [tuple(row) for row in found]

    def do(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("tell", (bucket, data), times, late, foreign):
                for _ in range(times):
                    self._tell(bucket, data, late, foreign=foreign)
                    self.second += 0.7
            case ("wait", seconds):
                self.second += seconds
            case ("pause",):
                self._recorder.pause(None)
            case ("resume",):
                self._recorder.resume()
            case ("hide",):
                self._privacy.hide("locked", self._now())
            case ("show",):
                self._privacy.show("locked", self._now())
        self._recorder.tick()
        gaps = self._recorder.coverage.open if self._recorder.coverage else []
        self.out.append((self._privacy.hidden, gaps, self._recorder.paused))

    def _tell(self, bucket: Bucket, data: dict[str, Any], late: float, *, foreign: bool) -> None:
        if not self._reuse:
            self._privacy.forget()
        event = Event(self._now() - timedelta(seconds=late), data=dict(data))
        if foreign:
            kept = self._privacy.clean(bucket, event, foreign=True)
            self.out.append((kept, repr(kept.data) if kept else None))
        elif bucket in (WINDOW, OTHERS, AFK):
            self._recorder.heartbeat(bucket, event, 2.0)
        else:
            self._recorder.insert(bucket, event)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    folder: Path = tmp_path_factory.mktemp("repeated")
    with (
        Store.open(folder / "one" / "hunch.db") as one,
        Store.open(folder / "two" / "hunch.db") as two,
    ):
        yield one, two


def told(*windows: int) -> list[tuple[Any, ...]]:
    return [("tell", (WINDOW, WINDOWS[number]), 2, 0.0, False) for number in windows]


@given(STEPS)
@example([*told(0), ("tell", (OTHERS, WINDOWS[2]), 1, 0.0, False), ("wait", 31.0), *told(0)])
@example(told(7, 8, 7))  # what is equal is not the same
@example(
    [*told(3), ("tell", (TAB, TABS[2]), 1, 0.0, False), *told(3, 3), ("wait", 400.0), *told(3)]
)
@example([*told(0), ("pause",), *told(0), ("resume",), *told(0, 1, 0)])
@settings(max_examples=150, deadline=None)
def test_knowing_again_changes_nothing(
    stores: tuple[Store, Store], steps: list[tuple[Any, ...]]
) -> None:
    with_it, without = Side(stores[0], reuse=True), Side(stores[1], reuse=False)
    for step in steps:
        with_it.do(step)
        without.do(step)
        assert with_it.out == without.out, step
    assert with_it.kept() == without.kept()


def test_a_watcher_that_changes_its_own_data_changes_nothing_that_was_known(
    stores: tuple[Store, Store],
) -> None:
    side = Side(stores[0], reuse=True)
    recorder = Recorder(stores[0], Privacy(RULES))
    data = {"app": "Code", "title": "a.py - Code"}
    recorder.heartbeat(WINDOW, Event(START, data=data), 2.0)
    data["title"] = "password: hunter22x"
    recorder.heartbeat(WINDOW, Event(START, data=data), 2.0)
    asyncio.run(recorder.flush())
    kept = repr(side.kept())
    assert "hunter22x" not in kept and "redacted" in kept and "a.py - Code" in kept
