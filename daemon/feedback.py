"""Every answer teaches: how much this user takes of each skill, as evidence in nats.

Beta statistics per source over the answers table, which is all the state there is:
delete an answer and it is forgotten.
"""

import math
from collections.abc import Callable, Iterable

from daemon.store.proposals import AnswerRow
from models.observation import Prediction

# A prior worth four answers, half of them accepts: the first answers move it, none decides.
PRIOR = 2.0
# An ignored popup says less than a rejected one: the user may not have seen it.
WEIGHTS = {"accept": (1.0, 0.0), "reject": (0.0, 1.0), "ignore": (0.0, 0.25)}
LIMIT_NATS = 2.0  # what answers alone may shift; a sharp trigger still gets through now and then


class Feedback:
    """Shifts the acceptance of a prediction by this user's answers to its kind.

    Args:
        answers: Gives all answers so far.
    """

    def __init__(self, answers: Callable[[], Iterable[AnswerRow]]) -> None:
        self._answers = answers

    def shift(self, prediction: Prediction) -> float:
        """Nats to add to the log-odds of acceptance; 0 before the first answer."""
        kind = kind_of(prediction.skill, prediction.source)
        accepts = rejects = PRIOR
        for row in self._answers():
            if kind_of(row.skill, row.source) == kind:
                plus, minus = WEIGHTS[row.answer]
                accepts, rejects = accepts + plus, rejects + minus
        return max(-LIMIT_NATS, min(LIMIT_NATS, math.log(accepts / rejects)))


def kind_of(skill: str | None, source: str) -> str:
    """What answers are counted together: one skill's, apart where a language model worded the task."""
    return f"{skill}/{source.partition(':')[0]}"
