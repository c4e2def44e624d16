"""A watcher as another program would bring it: which lamp is on, and what its owner calls it.

Tried with ``HUNCH_WATCHER=tests.watchers.example.lamp:make``; in earnest it would read a device.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.watchers.kit import Desk
from watchers.event import Bucket, Event
from watchers.manifest import Manifest
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError

POLL_S = 0.05
PULSE_S = 1.0

MANIFESTS = (
    Manifest(
        "lamp",
        "house.lamp",
        sees="which lamp is on, and its label",
        never="where in the house it stands",
        words=("label",),
    ),
)
KINDS = {"state": frozenset({"on", "off"})}


class LampWatcher:
    """Reads a lamp's file: its state, and its label after it."""

    name = "lamp"

    def __init__(self, hostname: str, path: Path) -> None:
        self._bucket = Bucket(f"lamp_{hostname}", "house.lamp", "lamp", hostname)
        self._path = path
        self.ready = asyncio.Event()

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled."""
        if not self._path.parent.exists():
            raise WatcherError("There is no lamp: start the lamp's own program first.")
        try:
            self.ready.set()
            while True:
                if self._path.exists():
                    state, _, label = self._path.read_text(encoding="utf-8").partition(" ")
                    data = {"state": state, "label": label}
                    sink.heartbeat(self._bucket, Event(datetime.now(UTC), data=data), PULSE_S)
                await asyncio.sleep(POLL_S)
        finally:
            self.ready.clear()


def make(desk: Desk) -> Watcher:
    return LampWatcher("test", desk.folder / "lamp")


def refused(desk: Desk) -> Watcher:
    return LampWatcher("test", desk.folder / "nowhere" / "lamp")
