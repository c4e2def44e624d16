"""Every answer teaches: what this user takes, when they want help, and how sure Hunch must be to speak.

Knows the store's answers and marks, which are all the state there is: what is deleted there or
taken back is unlearnt at the next moment. Nothing is trained; each lesson is folded into the
user's own terms (`models.personal`) once, on top of what the models said without them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from daemon.config import Settings
from daemon.errors import HunchError
from daemon.private import private
from daemon.store import lessons
from daemon.store.lessons import EVER, Lesson
from models.budget import Budget
from models.decision import COSTS, accept_threshold, near_threshold
from models.observation import Judgement, Need, Prediction
from models.personal import FADED, Personal, accept_terms, need_terms
from models.segment import Segment

Read = Callable[[Callable[[lessons.Connection], Any]], Any]

RESET = "taste.json"  # beside the database: from when on answers count

# An ignored popup says less than a rejected one: the user may not have seen it. A task that was
# refused is half a word against the moment: another one may have been welcome.
WEIGHTS = {"accept": 1.0, "reject": 1.0, "undo": 1.0, "ignore": 0.25}
NEED_WEIGHTS = {
    "accept": 1.0, "reject": 0.5, "undo": 0.5, "ignore": 0.125, "needed": 1.0, "not needed": 1.0,
}  # fmt: skip
YES = {"accept", "needed"}
UNJUDGED = 0.5  # what was offered without a judgement


class Learnt(NamedTuple):
    """All that the lessons say.

    Attributes:
        need: The user's terms of a need.
        accept: Their terms of acceptance.
        budget: How much their rejections raise the threshold.
    """

    need: Personal
    accept: Personal
    budget: Budget


class Learning:
    """The user's own terms over one store."""

    def __init__(
        self,
        read: Read,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare; nothing is read before it is asked for.

        Args:
            read: Runs a query on the store.
            settings: The user's costs and budget, and where the reset is kept.
            clock: Aware.
        """
        self._read = read
        self._costs = COSTS[settings.eagerness]
        self._share = settings.rejected_budget
        self._reset = settings.data_path / RESET
        self._clock = clock
        self._state = ""
        self._folded: list[Lesson] = []
        self._learnt = self._nothing()

    def need(self, need: Need, segment: Segment) -> Need:
        """A need as this user has it; its threshold is where the reward model is asked.

        Args:
            need: What the gate and the skills' triggers say.
            segment: The moment's.
        """
        chance = self.learnt().need.probability(
            need.probability, need_terms(segment.app, segment.end)
        )
        return msgspec.structs.replace(
            need,
            probability=chance,
            threshold=near_threshold(self._costs),
            shipped=need.probability,
        )

    def judge(
        self, judgement: Judgement, prediction: Prediction, segment: Segment, need: Need
    ) -> Judgement:
        """A judgement as this user would give it, under their costs and their budget.

        Args:
            judgement: What the reward model and the skill's trigger say.
            prediction: The task.
            segment: The moment's.
            need: At that moment.
        """
        learnt = self.learnt()
        terms = accept_terms(prediction.skill, prediction.source, segment.app, segment.end)
        threshold = accept_threshold(self._costs, need.probability)
        return msgspec.structs.replace(
            judgement,
            probability=learnt.accept.probability(judgement.probability, terms),
            threshold=learnt.budget.threshold(threshold, self._clock()),
            shipped=judgement.probability,
        )

    def learnt(self) -> Learnt:
        """What the lessons say, those of this instant among them."""
        since = forgotten(self._reset)
        state = f"{since} {self._read(lessons.state)}"
        if state != self._state:
            self._fold(self._read(lambda conn: lessons.lessons(conn, since, FADED)))
            self._state = state
        return self._learnt

    @property
    def lessons(self) -> Sequence[Lesson]:
        """What has been learnt from, oldest first, as of the last question."""
        return self._folded

    def _fold(self, rows: Sequence[Lesson]) -> None:
        """Take in what is new; begin anew when something before it has changed."""
        start = self._folded.index(rows[0]) if rows and rows[0] in self._folded else None
        known = self._folded[start:] if start is not None else []
        if not known or list(rows[: len(known)]) != known:
            self._learnt, known = self._nothing(), []
        for row in rows[len(known) :]:
            _learn(self._learnt, row)
        self._folded = list(rows)

    def _nothing(self) -> Learnt:
        return Learnt(Personal(), Personal(), Budget(self._share))


def _learn(learnt: Learnt, row: Lesson) -> None:
    said = row.said in YES
    marked = (
        row.via == "review" and row.said in WEIGHTS
    )  # a grade has a mark beside it, which says it
    if row.need is not None and not marked:
        terms = need_terms(row.app, row.moment)
        learnt.need.learn(row.need, terms, said, NEED_WEIGHTS[row.said])
    if row.said in WEIGHTS:
        shipped = UNJUDGED if row.accept is None else row.accept
        terms = accept_terms(row.skill, row.source, row.app, row.moment)
        learnt.accept.learn(shipped, terms, said, WEIGHTS[row.said])
        if row.said != "ignore":
            learnt.budget.learn(not said, row.time)


class _Reset(msgspec.Struct):
    """The file that keeps a reset."""

    forgotten: datetime


def forgotten(file: Path) -> datetime:
    """Until when answers count no more; a file that cannot be read forgets nothing."""
    try:
        time = msgspec.json.decode(file.read_bytes(), type=_Reset).forgotten
    except (OSError, msgspec.DecodeError):
        return EVER
    return time if time.tzinfo else EVER


def forget(folder: Path, until: datetime) -> None:
    """Let no answer and no mark up to a time count; they stay where they are.

    Raises:
        HunchError: The folder cannot be written in.
    """
    file = folder / RESET
    draft = file.with_suffix(".part")
    try:
        with open(draft, "wb", opener=private) as opened:
            opened.write(msgspec.json.encode(_Reset(until)))
        draft.replace(file)
    except OSError as error:
        raise HunchError("Taste", f"{file} cannot be written ({error.strerror}).") from error
