"""A reader on a thread of its own, for what takes long: neither the event loop nor another reader waits for it."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from daemon.store.reader import Reader

T = TypeVar("T")


class Aside:
    """One connection and the one thread that uses it, from the start on.

    Args:
        path: Of the database.
    """

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "aside")
        self._reader = self._thread.submit(Reader, path).result()

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query on the committed state.

        Raises:
            HunchError: The file cannot be read.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._reader.read, work)

    def close(self) -> None:
        """Wait for what is being read, and close the file."""
        self._thread.shutdown(cancel_futures=True)
        self._reader.close()
