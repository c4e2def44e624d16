"""Does what may block forever, on a disk that does not answer, in a thread that nobody need wait for."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


async def aside(work: Callable[[], T], timeout_s: float) -> T:
    """Do what may block in a thread that nobody need wait for.

    Raises:
        TimeoutError: It took longer; the thread ends when its disk answers.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(result)  # type: ignore[arg-type]  # either

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except Exception as error:  # it is raised on the loop
            failed = error
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            log.debug("a reader came back after the end")

    threading.Thread(target=run, name="files-reader", daemon=True).start()
    async with asyncio.timeout(timeout_s):
        return await done
