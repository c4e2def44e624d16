"""A person's own terms on top of what the shipped models say: learnt from their answers, one by one.

log-odds = shipped + sum of weight * value over the terms that a moment has. The weights are those
of a Bayesian logistic head with the shipped model as its prior: each is N(0, deviation^2) before
the first answer, so that at first nothing is moved. An answer is one Newton step on the running
Gaussian (Spiegelhalter and Lauritzen 1990); what is old fades towards the prior, so that a taste
may change. Pure Python: the daemon learns without numpy. All it keeps follows from the answers:
fold them again without one, and that one is unlearnt.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from models.applications import application

# Of a weight before any answer, in nats; by the first part of a term's name where it differs.
# Programs are many, and a user without a taste in them pays for each that is doubted.
DEVIATION = 0.5
DEVIATIONS = {"app": 0.3}
FORGETTING = 0.995  # an answer counts half after 138 more
FADED = 1000  # answers after which one counts less than a hundredth: no need to fold older ones
STIFFEST = 0.02  # least curvature of an answer: a sure forecast that was wrong moves by so much
CERTAIN = 1e-6  # probabilities keep so far from 0 and 1

OFFSET = "offset"
PARTS = ("night", "morning", "afternoon", "evening")  # of six hours each, on the person's clock

Terms = Mapping[str, float]


class Weight(msgspec.Struct, frozen=True):
    """What was learnt of one term.

    Attributes:
        name: ``offset``, ``skill:NAME``, ``worded:agent``, ``app:NAME`` or ``time:PART``.
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

    def nats(self, terms: Terms) -> float:
        """What the terms add to the shipped log-odds; 0 before the first answer."""
        places, means = self._places, self._means
        return sum(means[places[name]] * value for name, value in terms.items() if name in places)

    def probability(self, shipped: float, terms: Terms) -> float:
        """The shipped probability, moved."""
        return shifted(shipped, self.nats(terms))

    def score(self, shipped: float, terms: Terms) -> float:
        """Log-odds to rank by: without the offset, which moves with every answer.

        After rejections what follows is better than it was, and an offset would rank it lower.
        """
        own = {name: value for name, value in terms.items() if name != OFFSET}
        return logit(shipped) + self.nats(own)

    def learn(self, shipped: float, terms: Terms, said: bool, weight: float = 1.0) -> None:
        """Take one answer in.

        Args:
            shipped: The probability before the person's own terms, so that learning never learns
                from itself.
            terms: Of the moment that was answered.
            said: The answer.
            weight: How much it counts, above 0, at most 1.
        """
        values = [(self._place(name), value) for name, value in terms.items()]
        keep = self._forgetting**weight
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

    def weights(self) -> list[Weight]:
        """What was learnt, the strongest first."""
        found = [
            Weight(
                name,
                self._means[place],
                math.sqrt(max(self._spread[place][place], 0.0)),
                self._counts[place],
            )
            for name, place in self._places.items()
        ]
        return sorted(found, key=lambda item: -abs(item.nats))

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
        time: Aware; its part of the day is the one that the person's clock shows.
    """
    part = PARTS[time.astimezone().hour // 6]
    program = application(app)
    names = [OFFSET, f"time:{part}", *([f"app:{program.name}"] if program else [])]
    return dict.fromkeys(names, 1.0)


def accept_terms(
    skill: str | None, source: str, app: str | None, time: datetime
) -> dict[str, float]:
    """The terms of a proposal: those of its moment, its skill, and whether a language model worded it."""
    names = [f"skill:{skill or source.partition(':')[2] or source}"]
    if source.startswith("agent:"):
        names.append("worded:agent")
    return need_terms(app, time) | dict.fromkeys(names, 1.0)


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
