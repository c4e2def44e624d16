"""aw-client from PyPI against the embedded API, unchanged."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration.test_attached import release

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # aw-client's imports

START = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def client() -> Iterator[Callable[[int], Any]]:
    """Makes clients, and closes the files that aw-client leaves open."""
    from aw_client import ActivityWatchClient

    made: list[Any] = []

    def make(port: int) -> Any:
        made.append(ActivityWatchClient("aw-watcher-test", host="127.0.0.1", port=port))
        return made[-1]

    yield make
    for one in made:
        release(one)


def beat(second: float, title: str) -> Any:
    from aw_core.models import Event

    return Event(timestamp=START + timedelta(seconds=second), data={"title": title})


def test_a_watcher_writes_without_a_token(
    start_daemon: Callable[..., Any], client: Callable[[int], Any]
) -> None:
    daemon = start_daemon()
    watcher = client(daemon.port)
    assert watcher.get_info()["version"].startswith("hunch ")
    watcher.create_bucket("test_host", "test.kind")
    watcher.create_bucket("test_host", "test.kind")  # again: 304, no error
    for second in range(3):
        watcher.heartbeat("test_host", beat(second, "one"), pulsetime=5)
    inserted = watcher.insert_event("test_host", beat(100, "two"))
    assert inserted is None or inserted.id
    watcher.insert_events("test_host", [beat(200, "three"), beat(210, "four")])
    with pytest.raises(requests.HTTPError, match="401"):
        watcher.get_events("test_host")
    with pytest.raises(requests.HTTPError, match="401"):
        watcher.delete_bucket("test_host", force=True)
    answer = requests.get(
        f"http://127.0.0.1:{daemon.port}/api/0/buckets/test_host/events",
        headers={"Authorization": f"Bearer {daemon.token}"},
        timeout=5,
    )
    told = [(event["data"]["title"], event["duration"]) for event in answer.json()]
    assert told == [("four", 0.0), ("three", 0.0), ("two", 0.0), ("one", 2.0)]


def test_queued_heartbeats_arrive(
    start_daemon: Callable[..., Any], client: Callable[[int], Any]
) -> None:
    daemon = start_daemon(open_reads="true")
    watcher = client(daemon.port)
    watcher.create_bucket("queued_host", "test.kind", queued=True)
    with watcher:
        for second in range(6):  # aw-client holds the newest back, to merge it
            watcher.heartbeat("queued_host", beat(second, str(second)), pulsetime=5, queued=True)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if (
                "queued_host" in watcher.get_buckets()
                and watcher.get_eventcount("queued_host") == 5
            ):
                break
            time.sleep(0.1)
        assert watcher.get_eventcount("queued_host") == 5


def test_open_reads_open_reading_export_and_delete(
    start_daemon: Callable[..., Any], client: Callable[[int], Any]
) -> None:
    daemon = start_daemon(open_reads="true")
    watcher = client(daemon.port)
    watcher.create_bucket("open_host", "test.kind")
    watcher.insert_events("open_host", [beat(second * 10, str(second)) for second in range(4)])
    events = watcher.get_events("open_host", limit=2)
    assert [event.data["title"] for event in events] == ["3", "2"]
    assert watcher.get_eventcount("open_host") == 4
    assert watcher.get_events("open_host", start=START + timedelta(seconds=25)) != []
    assert watcher.get_event("open_host", events[0].id).data == {"title": "3"}
    exported = watcher.export_bucket("open_host")
    assert len(exported["buckets"]["open_host"]["events"]) == 4
    assert "open_host" in watcher.export_all()["buckets"]
    watcher.delete_event("open_host", events[0].id)
    assert watcher.get_eventcount("open_host") == 3
    watcher.delete_bucket("open_host", force=True)
    assert "open_host" not in watcher.get_buckets()
