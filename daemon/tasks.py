"""Work that is done again and again while the daemon lives, and its end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from daemon.errors import HunchError

log = logging.getLogger(__name__)


async def every(
    seconds: float, name: str, work: Callable[[], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Do it again and again until `stop`; what fails is logged and tried again, and ends nothing."""
    while not stop.is_set():
        try:
            await work()
        except HunchError as error:
            log.warning("%s: %s", name, error.title)
        except Exception:
            log.exception("%s failed", name)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()


async def cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """End tasks and wait until they are over, however they end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
