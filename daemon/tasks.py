"""Work that is done again and again while the daemon lives, and its end.

Nothing ticks: whoever works says when the next moment is that matters to it, and sleeps until then
or until told that something has changed. A process that wakes nobody costs nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from daemon.errors import HunchError
from models.quiet import told

log = logging.getLogger(__name__)

AGAIN_S = 1.0  # before what failed is tried again


class Alarm:
    """Sleep until a moment, or until somebody rings; of the event loop alone."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake who sleeps; who does not sleep now wakes at once when it goes to."""
        self._rung.set()

    def quiet(self) -> None:
        """Forget what rang until now: it is about to be looked at."""
        self._rung.clear()

    async def sleep(self, seconds: float | None) -> None:
        """Sleep for so long, or without end, or until it rings."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()


async def whenever(
    alarm: Alarm,
    name: str,
    work: Callable[[], Awaitable[float | None]],
    stop: asyncio.Event,
    *,
    rest_s: float = 0.0,
) -> None:
    """Do it when it is due, and when the alarm rings, until `stop`.

    What fails is logged and tried again, and ends nothing.

    Args:
        alarm: To be rung when there is something to do, and after `stop` was set.
        name: For the log.
        work: Returns in how many seconds it is due again by itself; None for never.
        stop: Ends it.
        rest_s: Rings so close together are one.
    """
    while not stop.is_set():
        alarm.quiet()
        try:
            due_s = await work()
        except HunchError as error:
            log.warning("%s: %s", name, error.title)
            due_s = AGAIN_S
        except Exception:
            log.exception("%s failed", name)
            due_s = AGAIN_S
        await alarm.sleep(due_s)
        if rest_s and not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest_s):
                    await stop.wait()


async def cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """End tasks and wait until they are over, however they end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def left_over(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception that nobody took: asyncio's own handler would write the task with its words."""
    what = str(context.get("message", "")).partition("(")[
        0
    ]  # a callback's arguments stand behind it
    log.error("%s\n%s", what, told(context.get("exception")))
