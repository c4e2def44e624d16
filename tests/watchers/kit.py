"""What the conformance tests do to a watcher: play a golden script at it, and look at what it told.

Knows watchers, their manifests, and a virtual desktop; knows no single watcher: those stand in
`tests/watchers/registry.py`. Every check is a function that raises AssertionError with what is
wrong, so that they can be tried on watchers that are wrong (`tests/watchers/test_kit.py`).
"""

import asyncio
import contextlib
import gc
import json
import os
import re
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec

from daemon.config import Settings
from daemon.coverage import Gaps
from daemon.demo.display import VirtualDesktop
from daemon.privacy import Privacy, Rules
from tests.watchers.steps import Player
from watchers.coverage import ALL, GAP, Cause
from watchers.event import Bucket, Event, merge_heartbeat
from watchers.manifest import MANIFESTS, Manifest
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError

READY_S = 15.0
COMES_S = 10.0  # for what must come
STAYS_S = 0.8  # for what must not
BLOCKED_S = 1.0  # a loop that stands still for longer was blocked; a busy machine's is late by less
ADVICE = (
    "start|install|allow|log in|set|free|run|use|stop|add|choose|close|open|make|change|take|move"
)
GONE_S = 5.0  # for threads and processes to end

SOURCES = {ALL, *(manifest.source for manifest in MANIFESTS)}

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


# --- the checks ---


def check_golden(script: Script, told: Told) -> None:
    """What came is what the script says, in that order for each type, and nothing else."""
    found = told.events(script)
    for kind in dict.fromkeys(wanted["type"] for wanted in script.expect):
        came = [item for item in found if item["type"] == kind]
        due = [item for item in script.expect if item["type"] == kind]
        same = len(came) == len(due) and all(map(fits, came, due))
        assert same, f"{script.path.name}, {kind}: wanted {due}, came {came}"


def check_form(entry: Entry, told: Told) -> None:
    """Every event can be stored: its bucket is declared, its data is JSON, its times are times."""
    types = {manifest.bucket_type for manifest in entry.manifests} | {GAP}
    for bucket, event in told.calls:
        assert bucket.type in types, f"{bucket.type} stands in no manifest of {entry.name}"
        assert bucket.id and bucket.client and bucket.hostname, f"{bucket} has no name"
        assert json.loads(json.dumps(event.data)) == event.data, f"no JSON: {event.data}"
        assert event.timestamp.utcoffset() == timedelta(0), f"not in UTC: {event.timestamp}"
        assert event.duration >= 0, f"a duration of {event.duration}"
        assert event.timestamp <= datetime.now(UTC) + timedelta(seconds=1), "from the future"
        assert event.id is None, "numbers are the store's"


def check_words(entry: Entry, told: Told) -> None:
    """Every string stands under a key that a manifest names, or is of a closed vocabulary."""
    for bucket, event in told.calls:
        if bucket.type == GAP:
            assert set(event.data) == {"source", "cause"}, f"a gap tells {sorted(event.data)}"
            assert event.data["source"] in SOURCES, f"no source: {event.data['source']}"
            assert event.data["cause"] in get_args(Cause), f"no cause: {event.data['cause']}"
            continue
        words = words_of(entry.manifests, bucket.type)
        for path, text in strings(event.data):
            if path in words:
                continue
            allowed = entry.kinds.get(path, frozenset())
            known = text in allowed if isinstance(allowed, frozenset) else allowed.fullmatch(text)
            assert known, f"{entry.name} tells {path} = {text!r}: in no manifest's words, no kind"


def check_counts(entry: Entry, script: Script, told: Told) -> None:
    """In the mode counts nothing of the user's own words is left; in the mode text it is seen."""
    whole = [event.data for _, event in told.calls]
    for word in script.words:
        assert contains(whole, word), (
            f"{script.path.name}: nothing tells {word!r}, so it proves nothing"
        )
    for bucket, event in told.calls:
        kept = counted(entry.manifests, bucket, event)
        for word in script.words:
            assert kept is None or not contains(kept.data, word), (
                f"{entry.name} in the mode counts still tells {word!r}: {sorted(kept.data)}"
            )


def check_refusal(error: WatcherError) -> None:
    """What a watcher says that cannot see is one sentence, and says what to do."""
    text = str(error)
    assert re.fullmatch(r"[A-Z].*[.]", text), f"no sentence: {text!r}"
    assert not re.search(r"[.!?]\s+[A-Z]", text), f"more than one sentence: {text!r}"
    assert re.search(rf"(?:: |, |^)(?:{ADVICE})\b", text, re.I), f"no advice: {text!r}"
    assert len(text) <= 250, f"{len(text)} characters"
    assert error.cause in get_args(Cause), f"no cause: {error.cause!r}"


@asynccontextmanager
async def leaving_nothing() -> AsyncIterator[None]:
    """What is inside leaves no thread, no child process and no open descriptor behind."""
    gc.collect()
    threads, children, files = set(threading.enumerate()), _children(), _descriptors()
    yield
    deadline = time.monotonic() + GONE_S
    while True:
        gc.collect()
        left: list[object] = [item.name for item in set(threading.enumerate()) - threads]
        left = [name for name in left if not str(name).startswith("asyncio_")]  # of to_thread
        left += sorted(_children() - children)
        left += [name for number, name in _descriptors().items() if files.get(number) != name]
        if not left or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.05)
    assert not left, f"left behind: {left}"


@asynccontextmanager
async def not_blocked() -> AsyncIterator[None]:
    """The event loop goes on: no watcher holds it up for the others."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.02)
            longest = max(longest, time.monotonic() - before - 0.02)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
    assert longest < BLOCKED_S, f"the loop stood still for {longest:.2f} s"


# --- what the checks ask ---


def words_of(manifests: Sequence[Manifest], bucket_type: str) -> frozenset[str]:
    """The keys that may hold the user's words, of all sources that write such a bucket."""
    return frozenset(
        word for item in manifests if item.bucket_type == bucket_type for word in item.words
    )


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in an event's data with its place; a list's items stand at the list's."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item, path)


def contains(value: object, word: str) -> bool:
    """Whether a word stands anywhere in data, as a value or as a key."""
    return word in json.dumps(value, ensure_ascii=False)


def counted(manifests: Sequence[Manifest], bucket: Bucket, event: Event) -> Event | None:
    """An event as it is kept in the mode counts.

    By `daemon.privacy` where there is a setting for its source; else the manifests' words are
    taken out here.
    """
    known = {item.source for item in manifests} & set(Settings.__struct_fields__)
    if known:
        rules = Rules.of(msgspec.convert(dict.fromkeys(known, "counts"), Settings))
        return Privacy(rules).clean(bucket, event)
    words = words_of(manifests, bucket.type)
    return Event(event.timestamp, event.duration, without(event.data, words))


def without(data: Mapping[str, Any], words: frozenset[str], path: str = "") -> dict[str, Any]:
    """Data without the strings that stand at the places of words."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        place = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            kept[key] = without(value, words, place)
        elif place not in words:
            kept[key] = value
    return kept


def _children() -> set[str]:
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                name = Path(f"/proc/{child}/comm").read_text().strip()
                found.add(f"process {child} ({name})")
    return found


def _descriptors() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found[path.name] = f"descriptor {path.name} ({os.readlink(path)})"  # noqa: PTH115 - pipe:[1] is no path
    return {number: name for number, name in found.items() if "/proc/" not in name}
