"""The egress ledger: nothing is handed to a model outside this process that is not written down first.

Knows the store and a clock, no model. What goes to the model worker, a process of ours on this
machine, is written down as the stretch of time it was seen in: its words stand in the store, and
go from there when the user forgets them. What goes to a server, on this machine or elsewhere, is written down
word by word.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from daemon.store import egress
from daemon.store.egress import EgressRow
from models.observation import Observation
from models.segment import Segment

if TYPE_CHECKING:
    from daemon.store.scratch import Kept

WORKER = "model worker"
BEFORE_ALL = datetime.fromtimestamp(
    0, UTC
)  # begin of a stretch that may reach as far back as the story


class Ledger:
    """Writes down what is handed over."""

    def __init__(self, store: "Kept", clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def note(
        self,
        purpose: str,
        size: int,
        first: datetime,
        last: datetime,
        destination: str = WORKER,
        text: str | None = None,
    ) -> None:
        """Write down a handing over before it happens.

        Args:
            purpose: What for, as the worker's methods are named.
            size: Bytes of the request.
            first: Begin of the stretch in which its content was seen.
            last: End of it.
            destination: To whom.
            text: The words, where they go to another program than ours.

        Raises:
            HunchError: It cannot be written; then nothing may be handed over.
        """
        row = EgressRow(0, self._clock(), destination, purpose, size, first, last, text)
        await self._store.write(lambda conn: egress.add(conn, row))


def stretch(seen: Segment | Sequence[Observation]) -> tuple[datetime, datetime]:
    """When a segment, or the observations of a history, were seen; the epoch when there are none."""
    if isinstance(seen, Segment):
        return seen.start, seen.end
    times = [float(item.time) for item in seen] or [0.0]
    return datetime.fromtimestamp(min(times), UTC), datetime.fromtimestamp(max(times), UTC)
