"""Shadow mode: in the first days, or for a skill for as long as the user likes, Hunch proposes silently.

What it would have proposed is kept for `hunch review`, whose grades teach it; then it speaks. Knows the
settings and when Hunch was first started here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from daemon import consent
from daemon.config import Settings
from daemon.store.reader import Reader
from daemon.store.story import sessions


class Shadow:
    """Whether to be silent.

    Args:
        settings: `shadow_days` and `shadow_skills`.
        since: When Hunch was first started here.
        clock: The present.
    """

    def __init__(self, settings: Settings, since: datetime, clock: Callable[[], datetime]) -> None:
        self._skills = frozenset(settings.shadow_skills)
        self._first = timedelta(days=settings.shadow_days)
        self._since = since
        self._clock = clock

    @property
    def until(self) -> datetime | None:
        """Until when nothing at all is shown; None when the first days are over."""
        # a clock that was wrong at the first start, and is set right, keeps nobody waiting for long
        return self._since + self._first if self.left_s else None

    @property
    def left_s(self) -> float:
        """Seconds until then; 0 when they are over."""
        passed = abs(self._clock() - self._since)
        return max((self._first - passed).total_seconds(), 0.0)

    def keeps(self, skill: str | None) -> bool:
        """Whether a proposal of this skill is kept for a review and not shown."""
        return skill in self._skills or self.left_s > 0


def first_start(store: Reader, settings: Settings, now: datetime) -> datetime:
    """When Hunch was first started here: the user's yes, or the oldest recording, whichever is older."""
    rows = store.read(sessions)
    known = [rows[0].started] if rows else []
    agreed = consent.given_at(settings.data_path)
    return min([*known, agreed or now])
