"""What the recorder does not take for some minutes after something was forgotten.

A watcher may tell late what it saw before; and the command that names what is to be forgotten is itself
typed, shown in a title, and run.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from watchers.event import Event

LATE = timedelta(minutes=5)


class Unwanted:
    """Says of each event whether it is to be passed over.

    Args:
        clock: Gives the time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._test: Callable[[Event], bool] | None = None
        self._until = clock()

    @contextlib.contextmanager
    def refusing(self, test: Callable[[Event], bool]) -> Iterator[None]:
        """Pass over what the test says, now and for some minutes; when this fails, nothing."""
        self._test, self._until = test, self._clock() + LATE
        try:
            yield
        except BaseException:
            self._test = None
            raise

    def __call__(self, event: Event) -> bool:
        """Whether to pass the event over."""
        if self._test is None:
            return False
        if self._clock() >= self._until:
            self._test = None
            return False
        return self._test(event)
