"""aw-core's own stores under our heartbeats; run by the peers' interpreter, prints one JSON object.

What aw-server does with a heartbeat (`aw_server/api.py`, `ServerAPI.heartbeat`, 0.12.0): merge it
into the bucket's newest event, which it keeps in memory, and replace that row, or insert one.
"""
# mypy: ignore-errors
# It imports what the peers' interpreter has, and ours has not.

import json
import logging
import sys
import time
from pathlib import Path

from workload import PULSE_S, heartbeats


def rate(storage, count: int) -> float:  # noqa: ANN001 - the peer's class has no types
    """Heartbeats a second through one of aw-core's stores."""
    from aw_core.models import Event
    from aw_transform import heartbeat_merge

    bucket = "aw-watcher-window_bench"
    storage.create_bucket(bucket, "currentwindow", "bench", "bench", "2026-01-05T09:00:00+00:00")
    events = [Event(timestamp=when, duration=0, data=data) for when, data in heartbeats(count)]
    last = None
    began = time.perf_counter()
    for event in events:
        merged = heartbeat_merge(last, event, PULSE_S) if last is not None else None
        if merged is not None:
            last = merged
            storage.replace_last(bucket, merged)
        else:
            last = event
            storage.insert_one(bucket, event)
    if hasattr(storage, "commit"):
        storage.commit()
    return count / (time.perf_counter() - began)


def main(folder: Path, count: int) -> None:
    """Measure both stores."""
    logging.disable(logging.CRITICAL)
    from aw_datastore.storages import PeeweeStorage, SqliteStorage

    found = {
        "PeeweeStorage": rate(PeeweeStorage(True, str(folder / "peewee.db")), count),
        "SqliteStorage": rate(SqliteStorage(True, str(folder / "sqlite.db")), count),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
