"""What the hooks' threads hear, on its way to the event loop: one bounded queue, in order of time.

An input waits here for a moment, so that what the loop hears from elsewhere (another window came to the
front, something was copied) is in order with it.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from watchers.hooks import RawInput

QUEUE = 4096  # the fastest typist needs this for minutes
SETTLE_S = 0.06  # openbox tells of another window 20 ms after the first key may go to it
GATHER_S = 2 * SETTLE_S  # what comes meanwhile is taken with it: a fast typist's two keys
FUTURE_S = 5.0  # what lies further ahead was heard before the clock was set back


class Heard:
    """Inputs that were heard and not taken yet.

    Args:
        peek: Sees each input in its hook's thread, before it waits.

    Attributes:
        dropped: How many inputs had no room.
    """

    def __init__(self, peek: Callable[[RawInput], None] = lambda raw: None) -> None:
        self._peek = peek
        self._waiting: deque[RawInput] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # the one that sleeps
        self._woken = asyncio.Event()
        self._sleeps = False  # whether the hooks have to wake the loop
        self._lost_since: datetime | None = None
        self.dropped = 0

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    def clear(self) -> None:
        """Forget what waits: the hooks begin anew."""
        self._waiting.clear()
        self._sleeps = False

    def put(self, raw: RawInput) -> None:
        """Take an input in; from any thread."""
        self._peek(raw)
        if len(self._waiting) < QUEUE:
            self._waiting.append(raw)
        else:
            self.dropped += 1
            self._lost_since = self._lost_since or raw.time
        self.wake()

    def wake(self) -> None:
        """End the loop's sleep; from any thread."""
        if self._sleeps and self._loop is not None and not self._loop.is_closed():
            self._sleeps = False
            self._loop.call_soon_threadsafe(self._woken.set)

    async def sleep(self, most_s: float) -> None:
        """Until what was heard may be taken, or for so long."""
        self._loop = asyncio.get_running_loop()
        self._woken.clear()
        self._sleeps = True
        if not self._waiting:  # looked at after the hooks were asked to wake us: none is missed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(most_s):
                    await self._woken.wait()
        self._sleeps = False
        if self._waiting:
            await asyncio.sleep(GATHER_S)

    def until(self, moment: datetime) -> list[RawInput]:
        """Give out what was heard until a moment, in the order of its time."""
        heard = [self._waiting.popleft() for _ in range(len(self._waiting))]
        heard.sort(key=lambda raw: raw.time)  # of two threads
        later = moment + timedelta(seconds=FUTURE_S)
        self._waiting.extendleft([raw for raw in reversed(heard) if moment < raw.time <= later])
        return [raw for raw in heard if not moment < raw.time <= later]

    def lost(self) -> datetime | None:
        """Since when inputs had no room, told once; None where all had."""
        since, self._lost_since = self._lost_since, None
        return since
