"""The way into the store: what our watchers and other programs tell passes the same gate."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.store import Store, capture
from watchers.event import Bucket, Event

pytestmark = pytest.mark.anyio

WINDOW = Bucket("aw-watcher-window_host", "currentwindow", "aw-watcher-window", "host")
INPUT = Bucket("aw-watcher-input_host", "os.hid.input", "aw-watcher-input", "host")
NOTES = Bucket("notes", "of.another", "notes", "host")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "hunch.db") as store:
        yield store


def gate(store: Store, **settings: Any) -> Recorder:
    return Recorder(store, Privacy(Rules.of(Settings(**settings))))


def typed(ago_s: float = 0) -> Event:
    data = {"from": "keyboard", "type": "input", "data": "hello there"}
    return Event(datetime.now(UTC) - timedelta(seconds=ago_s), 0.0, data)


def window(app: str, ago_s: float = 0) -> Event:
    return Event(datetime.now(UTC) - timedelta(seconds=ago_s), 0.0, {"app": app, "title": "t"})


def kept(store: Store, bucket: Bucket) -> list[dict[str, Any]]:
    return [event.data for event in store.read(lambda conn: capture.events(conn, bucket.id))]


async def test_the_api_does_not_lift_what_our_window_watcher_set(store: Store) -> None:
    recorder = gate(store)
    recorder.heartbeat(WINDOW, window("KeePassXC", ago_s=9), 10)
    await recorder.create_bucket(WINDOW)
    await recorder.create_bucket(INPUT)
    await recorder.clients.heartbeat(WINDOW, window("XTerm", ago_s=8), 10)
    await recorder.clients.insert(WINDOW, [window("XTerm", ago_s=7)])
    recorder.insert(INPUT, typed(ago_s=5))
    await recorder.clients.insert(INPUT, [typed(ago_s=5)])
    await recorder.flush()
    assert kept(store, INPUT) == []
    recorder.heartbeat(WINDOW, window("XTerm", ago_s=3), 10)
    recorder.insert(INPUT, typed())
    await recorder.flush()
    assert len(kept(store, INPUT)) == 1


async def test_an_exclusion_is_followed_while_paused(store: Store) -> None:
    recorder = gate(store)
    recorder.pause(None)
    recorder.heartbeat(WINDOW, window("KeePassXC", ago_s=9), 10)
    recorder.resume()
    recorder.insert(INPUT, typed(ago_s=2))
    await recorder.flush()
    assert not store.read(capture.buckets)


async def test_modes_and_secrets_of_either_way(store: Store) -> None:
    recorder = gate(store, keyboard="counts")
    recorder.insert(INPUT, typed())
    await recorder.flush()
    await recorder.clients.insert(INPUT, [typed()])
    counted = {"from": "keyboard", "type": "input", "length": 11}
    assert kept(store, INPUT) == [counted, counted]
    await recorder.create_bucket(NOTES)
    note = {"note": "card 4111 1111 1111 1111", "n": 4111111111111111, "deep": [{"pin": 4711}]}
    await recorder.clients.heartbeat(NOTES, Event(datetime.now(UTC), 0.0, note), 1)
    assert kept(store, NOTES) == [
        {
            "note": "card [redacted: card number]",
            "n": "[redacted: card number]",
            "deep": [{"pin": "[redacted: password]"}],
        }
    ]


async def test_off_writes_nothing(store: Store) -> None:
    recorder = gate(store, keyboard="off", window="off")
    recorder.insert(INPUT, typed())
    recorder.heartbeat(WINDOW, window("XTerm"), 10)
    await recorder.flush()
    assert not store.read(capture.buckets)


async def test_a_pattern_that_is_none_ends_the_start(store: Store) -> None:
    with pytest.raises(HunchError, match="excluded_urls"):
        gate(store, excluded_urls=("/[/",))


async def test_what_is_typed_in_a_pause_is_not_kept_when_the_clock_is_set_back(
    store: Store,
) -> None:
    now = datetime.now(UTC)
    recorder = Recorder(store, Privacy(Rules()), lambda: now)
    for until in (None, timedelta(minutes=10)):
        recorder.pause(now + until if until else None)
        before = now
        now -= timedelta(hours=1)
        run = Event(now, 1.0, {"from": "keyboard", "type": "input", "data": "in the pause"})
        recorder.close_runs = partial(recorder.insert, INPUT, run)
        now = before + until if until else now + timedelta(seconds=2)
        recorder.resume()
        recorder.close_runs = lambda: None
        assert not recorder.paused
        now += timedelta(hours=2)
    await recorder.flush()
    assert not store.read(capture.buckets)


async def test_an_event_that_breaks_the_gate_is_dropped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = gate(store)
    await recorder.create_bucket(NOTES)

    def broken(*_: object, **__: object) -> Event:
        raise RecursionError("what the user typed")

    monkeypatch.setattr(Privacy, "clean", broken)
    recorder.insert(NOTES, typed())
    recorder.heartbeat(NOTES, typed(), 5)
    await recorder.clients.heartbeat(NOTES, typed(), 5)
    await recorder.clients.insert(NOTES, [typed()])
    await recorder.flush()
    assert kept(store, NOTES) == []
