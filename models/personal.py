"""A person's own terms on top of what the shipped models say: learnt from their answers, one by one.

log-odds = shipped + sum of weight * value over the terms that a moment has. The weights are those
of a Bayesian logistic head with the shipped model as its prior: each is N(0, deviation^2) before
the first answer, so that at first nothing is moved. An answer is one Newton step on the running
Gaussian (Spiegelhalter and Lauritzen 1990); what is old fades towards the prior, by answers and by
time: a taste may change, and a user who is asked nothing more gives no answers to change it by.
Pure Python: the daemon learns without numpy. All it keeps follows from the answers: fold them again
without one, and that one is unlearnt.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from models.applications import application

# Of a weight before any answer, in nats; by the first part of a term's name where it differs.
# Programs are many, and a user without a taste in them pays for each that is doubted. How readily a
# person wants help at all is what people differ by most: 1.2 to 1.5 among those who voted on a trace.
DEVIATION = 0.5
DEVIATIONS = {"app": 0.3, "needy": 1.0}
FORGETTING = 0.995  # an answer counts half after 138 more
# What a silence is ended by: after it, half of what was learnt is left. Short enough that whoever
# rejected everything is asked again within some months, long enough to outlast a holiday.
HALF_LIFE = timedelta(days=60)
STIFFEST = 0.02  # least curvature of an answer: a sure forecast that was wrong moves by so much
CERTAIN = 1e-6  # probabilities keep so far from 0 and 1

OFFSET = "offset"
NEEDY = "needy"  # the offset of a need
PARTS = ("night", "morning", "afternoon", "evening")  # of six hours each, on the person's clock

Terms = Mapping[str, float]


class Weight(msgspec.Struct, frozen=True):
    """What was learnt of one term.

    Attributes:
        name: ``offset``, ``needy``, ``skill:NAME``, ``worded:agent``, ``app:NAME`` or ``time:PART``.
        nats: Its weight: what it adds to the log-odds.
        deviation: How uncertain that is; at first what DEVIATIONS says.
        count: Answers that had the term.
    """

    name: str
    nats: float
    deviation: float
    count: int


class Personal:
    """The weights of one person."""

    def __init__(self, deviation: float = DEVIATION, forgetting: float = FORGETTING) -> None:
        """Begin with the shipped model.

        Args:
            deviation: Of a weight before any answer, where DEVIATIONS does not name it.
            forgetting: What is left of everything learnt after one more answer.
        """
        self._deviation = deviation
        self._forgetting = forgetting
        self._priors: list[float] = []  # variances
        self._places: dict[str, int] = {}
        self._means: list[float] = []
        self._spread: list[list[float]] = []  # covariance of the weights, its lower triangle
        self._counts: list[int] = []
        self._last: datetime | None = None

    def nats(self, terms: Terms, time: datetime | None = None) -> float:
        """What the terms add to the shipped log-odds; 0 before the first answer.

        Args:
            terms: Of a moment.
            time: The present, aware; None: as of the newest answer.
        """
        places, means = self._places, self._means
        found = (means[places[name]] * value for name, value in terms.items() if name in places)
        return self._left(time) * sum(found)

    def probability(self, shipped: float, terms: Terms, time: datetime | None = None) -> float:
        """The shipped probability, moved; `time` is the present, None: that of the newest answer."""
        return shifted(shipped, self.nats(terms, time))

    def score(self, shipped: float, terms: Terms) -> float:
        """Log-odds to rank by: without the offset, which moves with every answer.

        After rejections what follows is better than it was, and an offset would rank it lower.
        """
        own = {name: value for name, value in terms.items() if name != OFFSET}
        return logit(shipped) + self.nats(own)

    def learn(
        self,
        shipped: float,
        terms: Terms,
        said: bool,
        weight: float = 1.0,
        time: datetime | None = None,
    ) -> None:
        """Take one answer in.

        Args:
            shipped: The probability before the person's own terms, so that learning never learns
                from itself.
            terms: Of the moment that was answered.
            said: The answer.
            weight: How much it counts, above 0, at most 1.
            time: When it was given, aware; None: nothing fades by time.
        """
        values = [(self._place(name), value) for name, value in terms.items()]
        keep = self._forgetting**weight * self._left(time)
        if time is not None:
            self._last = max(time, self._last) if self._last else time
        chance = sigmoid(logit(shipped) + keep * self.nats(terms))
        curve = max(chance * (1 - chance), STIFFEST)
        pulled = [keep * self._along(place, values) for place in range(len(self._means))]
        for place, value in values:
            pulled[place] += (1 - keep) * self._priors[place] * value
        width = 1 / (weight * curve) + sum(pulled[place] * value for place, value in values)
        surprise = (float(said) - chance) / curve
        for place, (row, pull) in enumerate(zip(self._spread, pulled, strict=True)):
            gain = pull / width
            row[:] = [keep * old - gain * other for old, other in zip(row, pulled, strict=False)]
            row[place] += (1 - keep) * self._priors[place]
            self._means[place] = keep * self._means[place] + gain * surprise
        for place, _ in values:
            self._counts[place] += 1

    def weights(self, time: datetime | None = None) -> list[Weight]:
        """What was learnt and is left at a time (None: of the newest answer), the strongest first."""
        left = self._left(time)
        found = []
        for name, place in self._places.items():
            spread = left * self._spread[place][place] + (1 - left) * self._priors[place]
            deviation = math.sqrt(max(spread, 0.0))
            found.append(Weight(name, left * self._means[place], deviation, self._counts[place]))
        return sorted(found, key=lambda item: -abs(item.nats))

    def _left(self, time: datetime | None) -> float:
        """The share of what was learnt that is left at a time; a clock that was set back fades nothing."""
        if time is None or self._last is None or time <= self._last:
            return 1.0
        return math.exp2(-((time - self._last) / HALF_LIFE))

    def _along(self, place: int, values: Sequence[tuple[int, float]]) -> float:
        """One row of the covariance times the terms."""
        row, spread = self._spread[place], self._spread
        return sum(
            value * (row[other] if other <= place else spread[other][place])
            for other, value in values
        )

    def _place(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = len(self._means)
            self._priors.append(DEVIATIONS.get(name.partition(":")[0], self._deviation) ** 2)
            self._spread.append([0.0] * place + [self._priors[place]])
            self._means.append(0.0)
            self._counts.append(0)
        return place


def need_terms(app: str | None, time: datetime) -> dict[str, float]:
    """The terms of a moment in which help may be needed.

    Args:
        app: The program in front, as the system names it.
        time: Aware; its part of the day is the one that the person's clock shows where it is now:
            after a journey old answers are folded anew, in the time zone of the present.
    """
    return dict.fromkeys([NEEDY, *_place(app, time)], 1.0)


def _place(app: str | None, time: datetime) -> list[str]:
    """The part of the day, and the program where there is one."""
    program = app_term(app)
    return [f"time:{PARTS[time.astimezone().hour // 6]}", *([program] if program else [])]


def app_term(app: str | None) -> str | None:
    """The term of a program as the system names it; None without one."""
    program = application(app)
    return f"app:{program.name}" if program else None


def accept_terms(
    skill: str | None, source: str, app: str | None, time: datetime
) -> dict[str, float]:
    """The terms of a proposal: those of its moment, its skill, and whether a language model worded it."""
    names = [OFFSET, *_place(app, time), f"skill:{skill or source.partition(':')[2] or source}"]
    if source.startswith("agent:"):
        names.append("worded:agent")
    return dict.fromkeys(names, 1.0)


def shifted(probability: float, nats: float) -> float:
    """Move a probability by evidence, in nats of log-odds; not at all by none."""
    return sigmoid(logit(probability) + nats) if nats else probability


def logit(probability: float) -> float:
    """A probability's log-odds."""
    p = min(max(probability, CERTAIN), 1 - CERTAIN)
    return math.log(p / (1 - p))


def sigmoid(nats: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-min(max(nats, -30.0), 30.0)))
