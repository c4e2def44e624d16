"""The one place where the daemon's objects are made, and the order in which they live and end."""

import asyncio
import logging
import logging.handlers

from daemon.config import Settings
from daemon.lock import DataDirLock
from daemon.store import Store

log = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
TICK_S = 0.25


def serve(settings: Settings) -> None:
    """Run the daemon until it is told to stop.

    Raises:
        HunchError: It cannot start; the message says what to do.
    """
    with DataDirLock(settings.data_path) as lock:
        _log_to(settings.data_path / "hunch.log")
        with Store.open(settings.data_path / "hunch.db") as store:
            asyncio.run(Service(settings, lock, store).run())
