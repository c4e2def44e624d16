"""What every watcher is: a name, and a coroutine that fills a sink until it is cancelled."""

from typing import Protocol

from watchers.coverage import Cause
from watchers.sink import Sink


class WatcherError(Exception):
    """A watcher cannot see here.

    The message is one sentence for the user that says what to do, such as
    "No display: start Hunch inside your desktop session."

    Attributes:
        cause: What the gap says that it leaves: ``permission`` where the system refuses or lacks
            something, ``wayland`` where the compositor shows it to no program.
    """

    def __init__(self, message: str, cause: Cause = "permission") -> None:
        super().__init__(message)
        self.cause: Cause = cause


class Watcher(Protocol):
    """One source of events.

    A watcher that sees only some time after it was started has besides an attribute ``ready``, an
    `asyncio.Event` that is set from the moment on at which it sees; one without is taken to see
    a moment after its start.

    Attributes:
        name: Short, as in logs, settings and `hunch doctor`: ``window``, ``clipboard``, ``input``.
    """

    name: str

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled, and leave no thread, process or descriptor behind.

        Raises:
            WatcherError: It cannot see on this system, or can no longer.
        """
        ...
