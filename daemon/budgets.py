"""How many popups an hour and a day: from the times of those that came on the screen. Pure.

Times are kept, not counters, so a new start loses none. They are compared with the clock both ways:
set back or forward for a while, and right again, it gives no popup twice.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Budgets:
    """What may still be shown.

    Args:
        per_hour: At most so many in an hour.
        per_day: At most so many in 24 hours.
        shown: When the newest ones were shown, in any order.
    """

    def __init__(self, per_hour: int, per_day: int, shown: Iterable[datetime] = ()) -> None:
        self._bounds = ((HOUR, per_hour), (DAY, per_day))
        self._shown = deque(shown, maxlen=max(per_hour, per_day, 1))

    def spend(self, now: datetime) -> None:
        """One came on the screen."""
        self._shown.append(now)

    def spent(self, now: datetime) -> bool:
        """Whether nothing more may be shown now."""
        return any(
            sum(abs(now - time) <= span for time in self._shown) >= most
            for span, most in self._bounds
        )
