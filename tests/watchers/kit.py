"""What the conformance tests do to a watcher: play a golden script at it, and look at what it told.

Knows watchers, their manifests, and a virtual desktop; knows no single watcher: those stand in
`tests/watchers/registry.py`, and what must hold for each in `tests/watchers/checks.py`.
"""

import asyncio
import json
import re
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daemon.coverage import Gaps
from daemon.demo.display import VirtualDesktop
from tests.watchers.steps import Player
from watchers.coverage import Cause
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.manifest import Manifest
from watchers.sink import Sink
from watchers.watcher import Watcher

READY_S = 15.0
COMES_S = 10.0  # for what must come
STAYS_S = 0.6  # for what must not

Kinds = Mapping[str, frozenset[str] | re.Pattern[str]]


class Hearing:
    """A coverage for watchers that tell what cannot be seen; passes it on to whoever listens now."""

    def __init__(self) -> None:
        self.gaps: Gaps | None = None

    def lost(self, source: str, cause: Cause, since: datetime) -> None:
        if self.gaps is not None:
            self.gaps.lost(source, cause, since)

    def regained(self, source: str, cause: Cause, at: datetime) -> None:
        if self.gaps is not None:
            self.gaps.regained(source, cause, at)


@dataclass(slots=True)
class Desk:
    """Where a watcher is tried.

    Attributes:
        desktop: The screen.
        folder: A folder of the script's own, empty.
        port: Of the local server that the entry's stage started; 0 without one.
        coverage: For a watcher that tells gaps; they are events of ``coverage.gap`` in its script.
    """

    desktop: VirtualDesktop
    folder: Path
    port: int = 0
    coverage: Hearing = field(default_factory=Hearing)


@asynccontextmanager
async def bare(desk: Desk) -> AsyncIterator[None]:
    """A stage on which nothing else stands."""
    yield


@dataclass(frozen=True)
class Entry:
    """A watcher that is tried.

    Attributes:
        name: As the watcher says, and as its golden scripts begin: ``NAME-what-is-done.toml``.
        make: Makes one for a desk.
        manifests: Of all sources that it feeds; none for one that tells gaps alone.
        kinds: What strings may stand under the keys that no manifest names in its `words`, by the
            key, a dot going one level down: a closed vocabulary, or the shape of a name.
        stage: What has to stand around the watcher.
        refused: Makes one where it cannot see, to try what it says; None where there is no such place.
    """

    name: str
    make: Callable[[Desk], Watcher]
    manifests: tuple[Manifest, ...]
    kinds: Kinds = field(default_factory=dict)
    stage: Callable[[Desk], AbstractAsyncContextManager[None]] = bare
    refused: Callable[[Desk], Watcher] | None = None


@dataclass(frozen=True)
class Script:
    """A golden script: what is done, and what must come of it.

    Attributes:
        path: Its file.
        words: What is typed, copied or named in it and is the user's own.
        steps: What is done, in order; the verbs are `tests.watchers.steps`'.
        expect: The events that must come, each with its bucket's ``type`` and the keys of ``data``
            that count.
        ignore: Events that may come as well.
    """

    path: Path
    words: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    expect: tuple[dict[str, Any], ...]
    ignore: tuple[dict[str, Any], ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Script":
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            path,
            tuple(whole["words"]),
            tuple(whole["step"]),
            tuple(whole["expect"]),
            tuple(whole.get("ignore", ())),
        )


class Told:
    """A sink that keeps what comes: each call as it came, and heartbeats merged as a store merges them."""

    def __init__(self, slow_s: float = 0.0) -> None:
        self.calls: list[tuple[Bucket, Event]] = []
        self.merged: dict[str, list[tuple[str, Event]]] = {}
        self.gaps = Gaps(self.record, lambda cause, since: None, lambda cause, at: None, "test")
        self.folder: Path | None = None
        self._slow_s = slow_s

    def insert(self, bucket: Bucket, event: Event) -> None:
        self._take(bucket, event)
        self.merged.setdefault(bucket.id, []).append((bucket.type, event))

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        self._take(bucket, event)
        known = self.merged.setdefault(bucket.id, [])
        merged = merge_heartbeat(known[-1][1], event, pulsetime_s) if known else None
        if merged is None:
            known.append((bucket.type, event))
        else:
            known[-1] = (bucket.type, merged)

    def record(self, bucket: Bucket, gap: Event) -> None:
        self._take(bucket, gap)
        known = self.merged.setdefault(bucket.id, [])
        for number, (_, other) in enumerate(known):
            if (other.timestamp, other.data) == (gap.timestamp, gap.data):
                known[number] = (bucket.type, gap)
                return
        known.append((bucket.type, gap))

    def events(self, script: Script) -> list[dict[str, Any]]:
        """What came of the types that the script speaks of, without what it ignores.

        Normalised: the script's folder is ``{folder}``.
        """
        types = {wanted["type"] for wanted in script.expect}
        found = [
            {"type": kind, "data": self._normal(event.data)}
            for events in self.merged.values()
            for kind, event in events
            if kind in types
        ]
        return [item for item in found if not any(fits(item, other) for other in script.ignore)]

    def _normal(self, data: dict[str, Any]) -> Any:
        whole = json.dumps(data)
        return json.loads(whole.replace(str(self.folder), "{folder}") if self.folder else whole)

    def _take(self, bucket: Bucket, event: Event) -> None:
        self.calls.append((bucket, event))
        if self._slow_s:
            time.sleep(self._slow_s)


def fits(event: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an event has all that a golden one names; it may say more."""
    for key, value in wanted.items():
        if key not in event:
            return False
        if isinstance(value, dict) and isinstance(event[key], dict):
            if not fits(event[key], value):
                return False
        elif event[key] != value:
            return False
    return True


@asynccontextmanager
async def watching(watcher: Watcher, sink: Sink) -> AsyncIterator[None]:
    """The watcher at work; it must not end by itself."""
    task = asyncio.create_task(watcher.run(sink))
    try:
        await _ready(watcher, task)
        yield
        assert not task.done(), f"{watcher.name} ended by itself: {task}"
    finally:
        task.cancel()
        ended = (await asyncio.gather(task, return_exceptions=True))[0]
    assert isinstance(ended, asyncio.CancelledError), f"cancelled, {watcher.name} said {ended!r}"


async def _ready(watcher: Watcher, task: "asyncio.Task[None]") -> None:
    ready: asyncio.Event | None = getattr(watcher, "ready", None)
    if ready is None:
        await asyncio.wait({task}, timeout=0.5)
    else:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({task, waiting}, timeout=READY_S, return_when="FIRST_COMPLETED")
        waiting.cancel()
        assert task.done() or ready.is_set(), f"{watcher.name} was not ready within {READY_S:g} s"
    if task.done():
        task.result()


async def play(entry: Entry, script: Script, desk: Desk, told: Told) -> None:
    """Play a script at a new watcher and wait for what it tells."""
    async with entry.stage(desk):
        await perform(entry.make(desk), script, desk, told)


async def perform(watcher: Watcher, script: Script, desk: Desk, told: Told) -> None:
    """Play a script at a watcher that is there; wait for what it must tell, and a little more."""
    player = Player(desk.desktop, desk.folder, desk.port)
    desk.coverage.gaps, told.folder = told.gaps, desk.folder
    try:
        early = [step for step in script.steps if step.get("before")]
        late = [step for step in script.steps if not step.get("before")]
        await player.play(early)
        async with watching(watcher, told):
            await player.play(late)
            deadline = time.monotonic() + COMES_S
            while len(told.events(script)) < len(script.expect) and time.monotonic() < deadline:
                told.gaps.grow(datetime.now(UTC))
                await asyncio.sleep(0.05)
            await asyncio.sleep(STAYS_S)
    finally:
        await asyncio.to_thread(player.end)
