"""What the agent is told of the user besides the newest sentences: profile, earlier today, their last answers.

Knows the store; words none of it (`models.prompts`). Keeps nothing: what is forgotten there is forgotten here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from daemon.past import Past
from daemon.store import proposals
from models.activities import activities, earlier
from models.asking import Asking
from models.prompts import KNOWN_BYTES
from models.segment import Moment

ANSWERS = 3  # what they say of the user's taste is learnt elsewhere (`daemon.learning`)
# What is forgotten takes with it what quotes it, so many days on (`daemon.store.quoting.BACK_US`).
LATELY = timedelta(days=1)

Read = Callable[[Callable[[proposals.Connection], Any]], Any]


class Recall:
    """Makes what the agent is asked.

    Args:
        read: Runs a query on the store.
        clock: The present; in a replay that of then, so that no later answer is known.
        profile: What the user does as a rule, a short sentence each; none in a replay, as the habits of
            then are no more to be told from those of now.
        count: Tasks at a time.
    """

    def __init__(
        self,
        read: Read,
        clock: Callable[[], datetime],
        profile: Callable[[], Sequence[str]] = tuple,
        count: Literal[1, 3] = 1,
    ) -> None:
        self._read = read
        self._clock = clock
        self._profile = profile
        self._count = count

    def asking(self, newest: Sequence[Moment], refused: Sequence[str] = ()) -> Asking:
        """What a task is to be predicted from; a tenth of a second for a day of 500 moments.

        Args:
            newest: The moments whose sentences are read.
            refused: Tasks that were drafted and would be rejected.
        """
        now = self._clock()
        answers = self._read(lambda conn: proposals.answered(conn, now - LATELY, now, ANSWERS))
        told = Past(self._read).day(newest[-1].segment.end if newest else now)
        before = earlier(activities(*told), KNOWN_BYTES) if len(told.moments) > len(newest) else ""
        return Asking(
            [item.observation for item in newest],
            profile=tuple(self._profile()),
            earlier=before,
            answers=tuple(answers),
            refused=tuple(refused),
            count=self._count,
        )
