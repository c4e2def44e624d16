"""aw-core's own stores under our heartbeats; run by the peers' interpreter, prints one JSON object.

Two ways, from two starting points. ``store``: from made events, merged into the newest one, which is kept in
memory; that row is replaced, or one inserted; nothing else. ``server``: what aw-server does with a decoded
body (`aw_server/rest.py`, `HeartbeatResource.post`, and `aw_server/api.py`, `ServerAPI.heartbeat`, 0.12.0).
When they commit is their own affair: PeeweeStorage after each change, SqliteStorage after 51, whenever that is.
"""
# mypy: ignore-errors
# It imports what the peers' interpreter has, and ours has not.

import json
import logging
import sys
import time
from pathlib import Path

from workload import PULSE_S, bodies, heartbeats

BUCKET = "aw-watcher-window_bench"


def store_rate(storage, count: int) -> float:  # noqa: ANN001 - the peer's class has no types
    """Heartbeats a second through one of aw-core's stores."""
    from aw_core.models import Event
    from aw_transform import heartbeat_merge

    storage.create_bucket(BUCKET, "currentwindow", "bench", "bench", "2026-01-05T09:00:00+00:00")
    events = [Event(timestamp=when, duration=0, data=data) for when, data in heartbeats(count)]
    last = None
    began = time.perf_counter()
    for event in events:
        merged = heartbeat_merge(last, event, PULSE_S) if last is not None else None
        if merged is not None:
            last = merged
            storage.replace_last(BUCKET, merged)
        else:
            last = event
            storage.insert_one(BUCKET, event)
    if hasattr(storage, "commit"):
        storage.commit()
    return count / (time.perf_counter() - began)


def server_rate(storage, path: Path, count: int) -> float:  # noqa: ANN001
    """Heartbeats a second as aw-server takes them, but for HTTP."""
    from aw_core.models import Event
    from aw_datastore import Datastore
    from aw_server.api import ServerAPI

    store = Datastore(storage, testing=True, filepath=str(path))
    store.create_bucket(BUCKET, "currentwindow", "bench", "bench")
    server = ServerAPI(store, testing=True)
    taken = bodies(count)
    began = time.perf_counter()
    for body in taken:
        server.heartbeat(BUCKET, Event(**body), PULSE_S)
    if hasattr(store.storage_strategy, "commit"):
        store.storage_strategy.commit()
    return count / (time.perf_counter() - began)


def main(folder: Path, count: int) -> None:
    """Measure both stores in both ways."""
    logging.disable(logging.CRITICAL)
    from aw_datastore.storages import PeeweeStorage, SqliteStorage

    found = {
        storage.__name__: {
            "store": store_rate(storage(True, str(folder / f"{storage.__name__}.db")), count),
            "server": server_rate(storage, folder / f"{storage.__name__}-server.db", count),
        }
        for storage in (PeeweeStorage, SqliteStorage)
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
