"""What holds for every watcher: each check raises AssertionError with what is wrong.

They are functions, so that they can be tried on watchers that are wrong (`tests/watchers/test_kit.py`).
"""

import asyncio
import contextlib
import gc
import json
import os
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec

from daemon.config import Settings
from daemon.privacy import Privacy, Rules
from tests.watchers.kit import Entry, Script, Told, fits
from watchers.coverage import ALL, GAP, Cause
from watchers.event import Bucket, Event
from watchers.manifest import MANIFESTS, Manifest
from watchers.watcher import WatcherError

BLOCKED_S = 1.0  # a loop that stands still for longer was blocked; a busy machine's is late by less
ADVICE = (
    "start|install|allow|log in|set|free|run|use|stop|add|choose|close|open|make|change|take|move"
)
GONE_S = 5.0  # for threads and processes to end
SOURCES = {ALL, *(manifest.source for manifest in MANIFESTS)}


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
    assert re.search(rf"(?:: |, |^)(?:{ADVICE})\b", text, re.I), (
        f"no advice, after a comma or colon one of {ADVICE}: {text!r}"
    )
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
