"""Keeps watchers running: each starts again when it fails, none notices another's end.

Knows what a watcher is and no single one; `daemon.sources` has the table of them. A watcher that
cannot see leaves a gap for each of its sources, from the last moment at which it was known to see
to the moment at which it sees again.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from watchers.coverage import Cause, Coverage
from watchers.event import Bucket, Event
from watchers.sink import Sink
from watchers.watcher import Watcher, WatcherError

log = logging.getLogger(__name__)

FIRST_S = 1.0  # before the first new start; each further one waits twice as long
LONGEST_S = 60.0
WELL_S = 60.0  # after so long without a failure the waits begin anew
START_S = 30.0  # a busy machine's hooks took 5 s
SEES_S = 0.3  # a watcher that does not say when it sees has then read what is there
CANCEL_S = 5.0


class Watched(NamedTuple):
    """A line in the table of watchers.

    Attributes:
        name: The watcher's name.
        sources: Those of `watchers.manifest` that it feeds and that are not off.
        make: Makes one; may raise WatcherError.
        silence_s: It tells something at least that often while it sees; None when it may be silent.
    """

    name: str
    sources: tuple[str, ...]
    make: Callable[[], Watcher]
    silence_s: float | None = None


class Ear:
    """A sink before the sink: notes when the watcher last told something, and can be closed."""

    def __init__(self, sink: Sink, clock: Callable[[], datetime]) -> None:
        self._sink, self._clock = sink, clock
        self.told = clock()
        self.told_s = asyncio.get_running_loop().time()  # stands still while the machine sleeps
        self.deaf = False

    def heartbeat(self, bucket: Bucket, event: Event, pulsetime_s: float) -> None:
        """Pass on a state that still holds."""
        if self._hears():
            self._sink.heartbeat(bucket, event, pulsetime_s)

    def insert(self, bucket: Bucket, event: Event) -> None:
        """Pass on an event that stands by itself."""
        if self._hears():
            self._sink.insert(bucket, event)

    def _hears(self) -> bool:
        self.told, self.told_s = self._clock(), asyncio.get_running_loop().time()
        return not self.deaf


class _Blind:
    """Whether the sources of a watcher see nothing, and why."""

    def __init__(self, coverage: Coverage, sources: tuple[str, ...]) -> None:
        self._coverage, self._sources = coverage, sources
        self._cause: Cause | None = None

    def lose(self, cause: Cause, since: datetime) -> None:
        if cause == self._cause:
            return
        self.regain(since)
        self._cause = cause
        for source in self._sources:
            self._coverage.lost(source, cause, since)

    def regain(self, at: datetime) -> None:
        cause, self._cause = self._cause, None
        if cause is not None:
            for source in self._sources:
                self._coverage.regained(source, cause, at)


class _Failure(NamedTuple):
    """Why a watcher does not see, and since when."""

    cause: Cause
    why: str
    since: datetime


class Supervisor:
    """Runs watchers.

    Attributes:
        problems: Why a watcher does not see at present, a sentence each, by its name.
    """

    def __init__(
        self,
        sink: Sink,
        coverage: Coverage,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sink, self._coverage, self._clock = sink, coverage, clock
        self.problems: dict[str, str] = {}

    async def keep(self, watched: Watched) -> None:
        """Run one watcher until cancelled; when it ends, say why and start it again after a while."""
        blind = _Blind(self._coverage, watched.sources)
        blind.lose("stopped", self._clock())
        loop, wait_s = asyncio.get_running_loop(), FIRST_S
        while True:
            began = loop.time()
            failure = await self._run(watched, blind)
            blind.lose(failure.cause, failure.since)
            self.problems[watched.name] = failure.why
            wait_s = FIRST_S if loop.time() - began >= WELL_S else wait_s
            log.warning("watcher %s: %s", watched.name, failure.why)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_S)

    async def _run(self, watched: Watched, blind: _Blind) -> _Failure:
        """One life of a watcher, to its end."""
        ear = Ear(self._sink, self._clock)
        try:
            watcher = watched.make()
            life = asyncio.create_task(watcher.run(ear), name=f"watcher-{watched.name}")
            try:
                if await _sees(watcher, life):
                    blind.regain(self._clock())
                    self.problems.pop(watched.name, None)
                    await _until_it_ends(life, ear, watched.silence_s)
            finally:
                await _end(life, ear)
            why = f"The watcher {watched.name} does not answer and is started again."
            if life.done() and not life.cancelled():
                life.result()
                why = f"The watcher {watched.name} ended and is started again."
            return _Failure("crashed", why, ear.told)
        except WatcherError as error:
            return _Failure(error.cause, str(error), self._last(watched, ear))
        except Exception:
            log.exception("the watcher %s failed", watched.name)
            why = f"The watcher {watched.name} failed and is started again; see hunch.log."
            return _Failure("crashed", why, self._last(watched, ear))

    def _last(self, watched: Watched, ear: Ear) -> datetime:
        """When it was last known to see: one that may be silent saw until it failed."""
        return ear.told if watched.silence_s is not None else self._clock()


async def _sees(watcher: Watcher, life: "asyncio.Task[None]") -> bool:
    """Wait until the watcher sees; False when it ended before, or does not come to it."""
    ready: asyncio.Event | None = getattr(watcher, "ready", None)
    if ready is None:
        await asyncio.wait({life}, timeout=SEES_S)
        return not life.done()
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({life, waiting}, timeout=START_S, return_when="FIRST_COMPLETED")
    finally:
        waiting.cancel()
    return ready.is_set() and not life.done()


async def _until_it_ends(life: "asyncio.Task[None]", ear: Ear, silence_s: float | None) -> None:
    """Wait for the watcher's end, or until it was silent for too long."""
    loop = asyncio.get_running_loop()
    while not life.done():
        left_s = silence_s - (loop.time() - ear.told_s) if silence_s is not None else None
        if left_s is not None and left_s <= 0:
            return
        await asyncio.wait({life}, timeout=left_s)


async def _end(life: "asyncio.Task[None]", ear: Ear) -> None:
    """Cancel the watcher, and wait for it a while; one that does not end is heard no more."""
    life.cancel()
    _, left = await asyncio.wait({life}, timeout=CANCEL_S)
    if left:
        ear.deaf = True
        log.error("%s does not end; it is left alone", life.get_name())
