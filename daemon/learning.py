"""Every answer teaches: what this user takes, when they want help, and how sure Hunch must be to speak.

Knows the store's answers and marks, which are all the state there is: what is deleted there or
taken back is unlearnt at the next moment. Nothing is trained; each lesson is folded into the
user's own terms (`models.personal`) once, on top of what the models said without them.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
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
from models.personal import Personal, accept_terms, app_term, need_terms, shifted
from models.segment import Segment

Terms = Mapping[str, float]
Read = Callable[[Callable[[lessons.Connection], Any]], Any]

RESET = "taste.json"  # beside the database: from when on answers count

# An ignored popup says less than a rejected one: the user may not have seen it. A task that was
# refused is half a word against the moment: another one may have been welcome.
WEIGHTS = {"accept": 1.0, "reject": 1.0, "undo": 1.0, "ignore": 0.25}
NEED_WEIGHTS = {"accept": 1.0, "reject": 0.5, "undo": 0.5, "needed": 1.0, "not needed": 1.0}
YES = {"accept", "needed"}
IGNORED = 0.5  # nats at most that ignored ones take from their skill: 50 % becomes 38 %
APPS = 30  # programs with a term of their own, the commonest: a lesson costs the terms' square
UNJUDGED = 0.5  # what was offered without a judgement


class Learnt(NamedTuple):
    """All that the lessons say.

    Attributes:
        need: The user's terms of a need.
        accept: Their terms of acceptance.
        ignored: A term for each skill, of proposals that nobody answered; it never grows past IGNORED.
        budget: How much their rejections raise the threshold.
    """

    need: Personal
    accept: Personal
    ignored: Personal
    budget: Budget

    def acceptance(self, shipped: float, terms: Terms, time: datetime) -> float:
        """P(accept) for this user at a time."""
        return self.accept.probability(self.unanswered(shipped, terms, time), terms, time)

    def unanswered(self, shipped: float, terms: Terms, time: datetime) -> float:
        """P(accept) moved by what was ignored alone."""
        return shifted(shipped, max(self.ignored.nats(terms, time), -IGNORED))


class Learning:
    """The user's own terms over one store."""

    def __init__(
        self,
        read: Read,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        past: bool = False,
    ) -> None:
        """Prepare; nothing is read before it is asked for.

        Args:
            read: Runs a query on the store.
            settings: The user's costs and budget, and where the reset is kept.
            clock: Aware.
            past: The clock goes through a past once more: what was said later counts for nothing.
        """
        self._read = read
        self._costs = COSTS[settings.eagerness]
        self._share = settings.rejected_budget
        self._reset = settings.data_path / RESET
        self._clock = clock
        self._past = past
        self._state = ""
        self._folded: list[Lesson] = []
        self._apps: Collection[str] = frozenset()
        self._folding = threading.Lock()
        self._learnt = self._nothing()

    def need(self, need: Need, segment: Segment) -> Need:
        """A need as this user has it; its threshold is where the reward model is asked.

        Args:
            need: What the gate and the skills' triggers say.
            segment: The moment's.
        """
        terms = need_terms(segment.app, segment.end)
        chance = self.learnt().need.probability(need.probability, terms, self._clock())
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
        learnt, now = self.learnt(), self._clock()
        terms = accept_terms(prediction.skill, prediction.source, segment.app, segment.end)
        threshold = accept_threshold(self._costs, need.probability)
        return msgspec.structs.replace(
            judgement,
            probability=learnt.acceptance(judgement.probability, terms, now),
            threshold=learnt.budget.threshold(threshold, now),
            shipped=judgement.probability,
        )

    def learnt(self) -> Learnt:
        """What the lessons say, those of this instant among them.

        From any thread: folding a thousand takes a quarter of a second.
        """
        with self._folding:
            now = self._clock()
            since = forgotten(self._reset, datetime.now(UTC) if self._past else now)
            until = now if self._past else lessons.NEVER
            state = f"{since} {self._read(lambda conn: lessons.state(conn, now))}"
            if state != self._state:
                self._fold(self._read(lambda conn: lessons.lessons(conn, now, since, until)))
                self._state = state
            return self._learnt

    @property
    def lessons(self) -> Sequence[Lesson]:
        """What has been learnt from, oldest first, as of the last question."""
        return self._folded

    def _fold(self, rows: Sequence[Lesson]) -> None:
        """Take in what is new; begin anew when something before it has changed, or is gone."""
        known, apps = self._folded, commonest(rows)
        fresh = rows[len(known) :]
        if not fresh or apps != self._apps or list(rows[: len(known)]) != known:
            self._learnt, fresh = self._nothing(), rows
        for row in fresh:
            _learn(self._learnt, row, apps)
        self._folded, self._apps = list(rows), apps

    def _nothing(self) -> Learnt:
        return Learnt(Personal(), Personal(), Personal(), Budget(self._share))


def commonest(rows: Sequence[Lesson]) -> Collection[str]:
    """The terms of those programs that have one of their own; the others have none."""
    names = (app_term(row.app) for row in rows if row.said != "ignore")
    return {name for name, _ in Counter(name for name in names if name).most_common(APPS)}


def _learn(learnt: Learnt, row: Lesson, apps: Collection[str]) -> None:
    said, graded = row.said in YES, row.via == "review"
    shipped = UNJUDGED if row.accept is None else row.accept
    terms = accept_terms(row.skill, row.source, row.app, row.moment)
    if row.said == "ignore":
        own = {name: value for name, value in terms.items() if name.startswith("skill:")}
        if learnt.ignored.nats(own, row.time) > -IGNORED:
            chance = learnt.accept.probability(shipped, terms, row.time)
            learnt.ignored.learn(chance, own, said, WEIGHTS[row.said], row.time)
        return
    if row.need is not None and not (graded and row.said in WEIGHTS):  # its mark says it
        held = _held(need_terms(row.app, row.moment), apps)
        learnt.need.learn(row.need, held, said, NEED_WEIGHTS[row.said], row.time)
    if row.said in WEIGHTS:
        chance = learnt.unanswered(shipped, terms, row.time)
        learnt.accept.learn(chance, _held(terms, apps), said, WEIGHTS[row.said], row.time)
        if not graded:  # a grade is of what was never shown
            learnt.budget.learn(not said, row.time)


def _held(terms: Terms, apps: Collection[str]) -> Terms:
    """The terms without those of rare programs."""
    return {
        name: value for name, value in terms.items() if not name.startswith("app:") or name in apps
    }


class _Reset(msgspec.Struct):
    """The file that keeps a reset."""

    forgotten: datetime


def forgotten(file: Path, now: datetime) -> datetime:
    """Until when answers count no more; a file that cannot be read forgets nothing.

    A time in the future, by a clock that was wrong, is set to now: else nothing would be learnt.
    """
    try:
        time = msgspec.json.decode(file.read_bytes(), type=_Reset).forgotten
    except (OSError, msgspec.DecodeError):
        return EVER
    if not time.tzinfo:
        return EVER
    if time > now:
        with suppress(HunchError):
            forget(file.parent, now)
        return now
    return time


def remember(folder: Path) -> None:
    """Let all answers and marks count again that are still there.

    Raises:
        HunchError: The file cannot be deleted.
    """
    file = folder / RESET
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise HunchError("Taste", f"{file} cannot be deleted ({error.strerror}).") from error


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
