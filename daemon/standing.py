"""How the daemon stands, for who asks: what it is, what it sees, and what it cannot at present."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from daemon.attached import Attached
from daemon.backups import Backups
from daemon.children import Child
from daemon.follower import Follower
from daemon.place import Place
from daemon.popup import Popup
from daemon.recorder import Recorder
from daemon.retention import Retention
from daemon.store import Store, coverage
from daemon.store.copies import recovered
from daemon.worker import ModelWorker


@dataclass(frozen=True, slots=True)
class Standing:
    """Asks each part; changes none.

    Attributes:
        folder: Where the data lie.
        store: And the other parts, as the service made them.
    """

    folder: Path
    store: Store
    place: Place
    recorder: Recorder
    follower: Follower
    worker: ModelWorker
    popup: Popup
    tray: Child
    backups: Backups
    retention: Retention
    attached: Attached

    def about(self) -> dict[str, Any]:
        """What it is and sees, as JSON has it."""
        newest = self.backups.newest
        return {
            "port": self.place.port,
            "mode": "attached to ActivityWatch" if self.place.attached else "embedded",
            "session": self.follower.session,
            "pid": os.getpid(),
            "quiet_s": self.popup.rhythm.quiet_s,
            "model_deaths": self.worker.deaths,
            "thrift": msgspec.to_builtins(self.worker.thrift),
            "sources": self._seen(),
            "encrypted": self.store.encrypted,
            "space": self.retention.space(),
            "backup": newest.isoformat() if newest else None,
        }

    def problems(self) -> list[str]:
        """What it cannot, a sentence each; empty while all is well."""
        return list(dict.fromkeys(filter(None, self._told())))  # one display, four watchers

    def _told(self) -> Iterator[str | None]:
        for part in (
            self.place, self.recorder, self.worker, self.popup, self.tray, self.backups, self.attached,
        ):  # fmt: skip
            yield part.problem
        yield recovered(self.folder)
        if self.popup.sources is not None:
            yield from self.popup.sources.problems.values()

    def _seen(self) -> Any:
        if self.popup.sources is None:
            return []
        return msgspec.to_builtins(self.popup.sources.status(self.store.read(coverage.newest)))
