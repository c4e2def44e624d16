"""Rules of when to propose what, as outcomes: fixed before any figure was looked at; pure.

By timing alone, a proposal is right where help was needed. As the paper scores, a proposal is right
where the task was accepted, and silence where no help was needed.

- timing: propose where P(need) reaches the threshold of the user's costs.
- gate and choice: hold the moment's best candidate by P(accept) against the joint rule of
  `models.decision`, once P(need) is near its threshold.
- the others put chance, or the truth, in the place of the gate or of the choice. A random candidate
  is told by its expectation over the candidates, without a draw.
"""

from collections.abc import Callable, Iterable, Sequence

from models.decision import Costs, accept_threshold, near_threshold, need_threshold
from models.lab.bench.metrics import Outcome
from models.lab.bench.moments import Candidate, Forecast, Moment
from models.personal import NEEDY, Personal

Chooses = Callable[[Forecast], Sequence[tuple[Candidate, float]]]
Speaks = Callable[[Forecast], bool]


def timing(
    forecasts: Iterable[Forecast], costs: Costs, truth: Callable[[Moment], bool]
) -> list[Outcome]:
    """Proposed where P(need) reaches the costs' threshold."""
    threshold = need_threshold(costs)
    return [
        Outcome(item.need >= threshold, truth(item.moment), item.need, item.moment.group)
        for item in forecasts
    ]


def gate_and_choice(forecasts: Iterable[Forecast], costs: Costs) -> list[Outcome]:
    """The joint rule on the best annotated candidate, as the paper scores."""

    def speaks(item: Forecast) -> bool:
        wanted = accept_threshold(costs, item.need)
        return item.need >= near_threshold(costs) and max(item.accepts, default=0.0) >= wanted

    return judged(forecasts, speaks, by_reward)


def judged(forecasts: Iterable[Forecast], speaks: Speaks, chooses: Chooses) -> list[Outcome]:
    """A rule to speak and a rule to choose, as the paper scores; silent where no task was judged."""
    outcomes: list[Outcome] = []
    for item in forecasts:
        chosen = chooses(item) if speaks(item) else []
        outcomes += [_proposed(item, candidate, share) for candidate, share in chosen]
        if not chosen:
            outcomes.append(_silent(item))
    return outcomes


def at_random(item: Forecast) -> list[tuple[Candidate, float]]:
    """Each candidate with its share of a random choice."""
    found = item.moment.candidates
    return [(candidate, 1 / len(found)) for candidate in found]


def by_reward(item: Forecast) -> list[tuple[Candidate, float]]:
    """The candidate of the highest P(accept)."""
    if not item.moment.candidates:
        return []
    place = max(range(len(item.accepts)), key=lambda each: item.accepts[each])
    return [(item.moment.candidates[place], 1.0)]


def by_people(item: Forecast) -> list[tuple[Candidate, float]]:
    """A candidate that was accepted, where there is one."""
    found = sorted(item.moment.candidates, key=lambda each: not each.accepted)
    return [(found[0], 1.0)] if found else []


def learning(forecasts: Sequence[Forecast], costs: Costs) -> list[Outcome]:
    """Timing by a gate whose log-odds one number shifts, learnt from the trace's earlier events.

    The daemon's own head, of its terms that of the person alone: the hour of a trace and its programs
    are not those of its annotators. All earlier events are labelled; `hunch review` asks about some. An event's
    own label is learnt after it was scored.
    """
    outcomes = []
    persons: dict[str, Personal] = {}
    for item in sorted(forecasts, key=lambda each: (each.moment.trace, each.moment.place)):
        moment = item.moment
        person = persons.setdefault(moment.trace, Personal())
        chance = person.probability(item.need, {NEEDY: 1.0})
        said = chance >= need_threshold(costs)
        outcomes.append(Outcome(said, moment.needed, chance, moment.group))
        person.learn(item.need, {NEEDY: 1.0}, moment.needed)
    return outcomes


def _proposed(item: Forecast, candidate: Candidate, share: float = 1.0) -> Outcome:
    return Outcome(True, candidate.accepted, None, item.moment.group, share)


def _silent(item: Forecast) -> Outcome:
    return Outcome(False, item.moment.needed, None, item.moment.group)
