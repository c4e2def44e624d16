"""Where the local API listens: its port, or another one beside what runs there already."""

import asyncio
import logging
import socket

from daemon.errors import HunchError
from daemon.server import bind
from watchers.activitywatch import probe

log = logging.getLogger(__name__)


class Place:
    """Our place for watchers and clients.

    Attributes:
        port: Where we listen; 0 before.
        attached: Whether an ActivityWatch answers at the wanted port, so that we stand beside it.
        away: Whether that ActivityWatch is only expected there, and does not answer yet.
        problem: Why another port had to do, in a sentence; None while all is well.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self.port = 0
        self.attached = False
        self.away = False
        self.problem: str | None = None

    async def listen(self, *, attached_lately: bool = False) -> socket.socket:
        """Take the wanted port, or any that is free; 0 is always any.

        Args:
            attached_lately: An ActivityWatch answered there within a day: its place is kept for it.
        """
        answerer = await asyncio.to_thread(probe, self._wanted) if self._wanted else "free"
        self.away = answerer == "free" and attached_lately and bool(self._wanted)
        self.attached = answerer == "activitywatch" or self.away
        try:
            listener = bind(0 if self.attached else self._wanted)
        except HunchError:
            listener = bind(0)
            self.problem = (
                f"Port {self._wanted} is used by another program, so browser and editor watchers do "
                "not reach Hunch: free it, or set `port` here and there."
            )
            log.warning("%s", self.problem)
        self.port = listener.getsockname()[1]
        return listener
