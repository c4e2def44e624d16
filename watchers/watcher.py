"""What every watcher is: a name, and a coroutine that fills a sink until it is cancelled."""

from typing import Protocol

from watchers.sink import Sink


class WatcherError(Exception):
    """A watcher cannot see here.

    The message is one sentence for the user that says what to do, such as
    "No display: start Hunch inside your desktop session."
    """


class Watcher(Protocol):
    """One source of events.

    Attributes:
        name: Short, as in logs, settings and `hunch doctor`: ``window``, ``clipboard``, ``input``.
    """

    name: str

    async def run(self, sink: Sink) -> None:
        """Watch until cancelled, and leave no thread behind.

        Raises:
            WatcherError: It cannot see on this system, or can no longer.
        """
        ...
