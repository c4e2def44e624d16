"""When content was hidden: typed runs are told when they end, so what was hidden is remembered a while.

Each stretch is kept on two axes, the wall clock's and the monotonic clock's. Content is hidden when it
overlaps on either, so that a clock that is set forward or back opens no hole.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

KEEP_S = 900.0  # nothing is told later: a typed run ends at 2 s, aw-client's queue at minutes
MOST = 512  # stretches; beyond it the two oldest become one that spans both

Span = tuple[float, float]
NOTHING: frozenset[str] = frozenset()


class Stretches:
    """The stretches in which content is hidden, each with its cause."""

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._open: dict[tuple[str, str], Span] = {}
        self._closed: deque[tuple[Span, Span]] = deque()

    @property
    def causes(self) -> frozenset[str]:
        """Causes that hide content now."""
        return NOTHING if not self._open else frozenset(cause for _, cause in self._open)

    def begin(self, teller: str, cause: str, since: datetime, before_s: float = 0.0) -> None:
        """A cause holds from then on; told again, the earlier beginning stands.

        Args:
            teller: Who says so.
            cause: Why.
            since: From when on.
            before_s: So much earlier it may have begun, since its teller notices late.
        """
        wall, steady = self._axes(since - timedelta(seconds=before_s))
        old = self._open.get((teller, cause), (wall, steady))
        self._open[teller, cause] = min(wall, old[0]), min(steady, old[1])

    def end(self, teller: str, cause: str, at: datetime) -> None:
        """It holds no more; no harm when it did not."""
        began = self._open.pop((teller, cause), None)
        if began is None:
            return
        wall, steady = self._axes(at)
        passed = max(steady - began[1], 0.0)
        on_steady = (began[1], max(steady, began[1]))
        self._closed.append(((began[0], began[0] + passed), on_steady))
        self._closed.append(
            ((wall - passed, wall), on_steady)
        )  # the same, unless the clock was set
        self._tidy()

    def cover(self, start: datetime, end: datetime) -> bool:
        """Whether any part of this was hidden."""
        if not (self._open or self._closed):
            return False
        walls, steadies = zip(self._axes(start), self._axes(end), strict=True)
        wall, steady = (min(walls), max(walls)), (min(steadies), max(steadies))
        return any(
            _meet(wall, hidden[0]) or _meet(steady, hidden[1]) for hidden in self._stretches()
        )

    def _stretches(self) -> Iterator[tuple[Span, Span]]:
        yield from self._closed
        for wall, steady in self._open.values():
            yield (wall, float("inf")), (steady, float("inf"))

    def _axes(self, time: datetime) -> Span:
        """A moment on both clocks; one in the future is now on the second."""
        late = (self._now() - time) / timedelta(seconds=1)
        return time.timestamp(), self._monotonic() - max(late, 0.0)

    def _tidy(self) -> None:
        while len(self._closed) > MOST:
            (wall, steady), (wall2, steady2) = self._closed.popleft(), self._closed.popleft()
            self._closed.appendleft((_span(wall, wall2), _span(steady, steady2)))
        limit = self._monotonic() - KEEP_S
        while self._closed and self._closed[0][1][1] < limit:
            self._closed.popleft()


def _meet(content: Span, hidden: Span) -> bool:
    return content[1] >= hidden[0] and content[0] <= hidden[1]


def _span(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])
