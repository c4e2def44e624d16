"""What was deleted or forgotten does not come back: by what waits, what grows, a backup, or another server."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.forwarding import Forwarder
from daemon.keys import new_key
from daemon.privacy import Privacy, Rules
from daemon.recorder import Recorder
from daemon.selection import Selection
from daemon.store import Store, capture, convert, forgetting
from daemon.store.backup import back_up
from daemon.store.files import companions, is_encrypted
from watchers.event import Bucket, Event
from watchers.forwarding import Peer, RefusedError

pytestmark = pytest.mark.anyio

GONE = Selection(text="host")
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
WINDOW = Bucket("aw-watcher-window_host", "currentwindow", "c", "host")
KEYS = Bucket("aw-watcher-input_host", "os.hid.input", "c", "host")
PAGES = Bucket("aw-watcher-web_host", "web.tab.current", "c", "host")


def window(second: float) -> Event:
    return Event(NOW + timedelta(seconds=second), 0.0, {"app": "XTerm", "title": "notes"})


def typed(text: str) -> Event:
    return Event(datetime.now(UTC), 0.0, {"from": "keyboard", "type": "input", "data": text})


def stored(store: Store, bucket: Bucket) -> list[Event]:
    return store.read(lambda conn: capture.events(conn, bucket.id))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hunch.db"


async def test_a_row_that_a_client_deleted_is_not_made_longer(path: Path) -> None:
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()), lambda: NOW)
        recorder.heartbeat(WINDOW, window(0), 5)
        await recorder.flush()
        number = stored(store, WINDOW)[0].id
        assert number is not None
        assert await recorder.delete_event(WINDOW.id, number)
        recorder.heartbeat(WINDOW, window(2), 5)
        await recorder.flush()
        assert [(row.timestamp, row.duration) for row in stored(store, WINDOW)] == [
            (NOW + timedelta(seconds=2), 0.0)
        ]


async def test_what_waits_does_not_make_a_deleted_bucket_anew(path: Path) -> None:
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules()), lambda: NOW)
        recorder.insert(KEYS, typed("words"))
        assert await recorder.delete_bucket(KEYS.id)
        await recorder.flush()
        assert store.read(capture.buckets) == []


async def test_a_page_that_stays_open_is_taken_from_the_asking_on(path: Path) -> None:
    clock = [NOW]
    with Store.open(path) as store:
        recorder = Recorder(store, Privacy(Rules(), lambda: clock[0]), lambda: clock[0])
        opened = NOW - timedelta(minutes=30)

        def grows() -> None:
            length_s = (clock[0] - opened).total_seconds()
            page = Event(opened, length_s, {"url": "https://a.example/", "title": "A"})
            recorder.heartbeat(PAGES, page, 0.0)

        grows()
        async with recorder.held(Selection(since=NOW - timedelta(hours=1)), NOW):
            await store.write(lambda conn: capture.delete_bucket(conn, PAGES.id))
        for minutes in (1, 6, 60):
            clock[0] = NOW + timedelta(minutes=minutes)
            grows()
            await recorder.flush()
            assert [(row.timestamp, row.end) for row in stored(store, PAGES)] == [(NOW, clock[0])]


async def test_a_database_that_was_taken_away_begins_anew_and_its_backup_stays(path: Path) -> None:
    with Store.open(path) as store:
        await Recorder(store, Privacy(Rules())).create_bucket(KEYS)
    back_up(path, threading.Event())
    for file in (*companions(path), path):
        file.unlink(missing_ok=True)
    with Store.open(path) as store:
        assert store.read(capture.buckets) == []
    assert sorted(file.name for file in path.parent.iterdir()) == ["hunch.db", "hunch.db.backup"]


async def test_what_a_killed_recovery_left_is_not_put_in_place_of_what_was_encrypted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("HUNCH_PASSPHRASE", "correct horse")
    Store.open(path).close()
    for name in (".hunch.db.recovering", ".hunch.db.mended", ".hunch.db.recovered"):
        path.with_name(name).write_bytes(path.read_bytes())
    convert.encrypt(path, new_key(passphrase=True)[0])
    Store.open(path).close()
    assert is_encrypted(path)
    plain = [file for file in path.parent.iterdir() if file.read_bytes()[:6] == b"SQLite"]
    assert plain == []


class Server(Peer):
    """An aw-server that refuses one text."""

    def __init__(self, bad: str) -> None:
        super().__init__(0)
        self.bad, self.got = bad, list[str]()

    def claim(self, bucket: Bucket) -> bool:
        return True

    def events(self, bucket_id: str, start: datetime, end: datetime) -> list[Event]:
        return []

    def insert(self, bucket_id: str, events: Sequence[Event]) -> None:
        texts = [event.data["data"] for event in events]
        if self.bad in texts:
            raise RefusedError(400)
        self.got += texts


async def test_forwarding_sends_once_and_one_that_is_refused_takes_no_other_with_it(
    path: Path,
) -> None:
    with Store.open(path) as store:
        recorder, server = Recorder(store, Privacy(Rules())), Server("beta 3")
        forwarder = Forwarder(store, recorder, server, [KEYS.id], lambda: datetime.now(UTC))
        await forwarder.start()
        for word in ("alpha", "beta", "gamma"):
            for number in range(5):
                recorder.insert(KEYS, typed(f"{word} {number}"))
            await recorder.flush()
            for _ in range(3):
                await forwarder._try()
            if word == "alpha":  # a text that stands in the bucket's name
                await store.write(partial(forgetting.delete, selection=GONE, now=NOW))
        assert server.got == [
            f"{word} {number}"
            for word in ("alpha", "beta", "gamma")
            for number in range(5)
            if (word, number) != ("beta", 3)
        ]
        assert forwarder.dropped == 1
