"""What a moment or a task is worth beyond who was asked: a Rasch model of the votes.

vote(trace, annotator, event, task) ~ Bernoulli(sigmoid(base + trace + annotator + event + task)), with a
normal prior on each effect (Rasch 1960; as a mixed model de Boeck 2011); its mode by Newton's method.
`help_needed` says that some task had all votes, so that the strictest annotator decides; here their
strictness is taken out. Traces share nothing but the base and the priors, which are constants.
"""

from typing import NamedTuple, Self

import numpy as np

from models.lab.training.samples import Floats, Ints, Moments

DEVIATION = 1.0  # of every effect; fitted ones are 1.2 annotator, 0.7 event, 0.7 task
BASE = 1e-3  # the precision of what all votes share: next to none
STEPS = 30
CONVERGED = 1e-6


class Appeal(NamedTuple):
    """In nats; 0 is usual.

    Attributes:
        moments: Of each event, shape [moments].
        tasks: Of each task at its event, shape [tasks].
    """

    moments: Floats
    tasks: Floats


def appeal(moments: Moments) -> Appeal:
    """The effects of events and tasks, fitted on all votes."""
    effects: dict[tuple[str, ...], int] = {}
    design, votes = [], []

    def effect(*key: object) -> int:
        return effects.setdefault(tuple(map(str, key)), len(effects))

    events = [effect("event", place) for place in range(len(moments.readings))]
    tasks = []
    for place, judged in enumerate(moments.votes):
        trace = int(moments.traces[place])
        for number, given in enumerate(judged):
            tasks.append((events[place], effect("task", place, number)))
            for annotator, vote in enumerate(given):
                person = effect("annotator", trace, annotator)
                design.append((effect("trace", trace), person, *tasks[-1]))
                votes.append(float(vote))
    if not votes:  # nothing but silences
        return Appeal(np.zeros(len(events)), np.zeros(0))
    fitted = mode(np.array(design), np.array(votes), len(effects))
    pairs = np.array(tasks)
    return Appeal(fitted[events], fitted[pairs].sum(axis=1))


class _Trace(NamedTuple):
    """The votes on one trace, k of them.

    Attributes:
        effects: The numbers of its own n effects, shape [n].
        design: Which of them each vote shows, shape [k, n], of 0 and 1.
        votes: Shape [k].
    """

    effects: Ints
    design: Floats
    votes: Floats

    @classmethod
    def of(cls, rows: Ints, votes: Floats) -> Self:
        """From the effects of each vote, shape [k, 4]."""
        effects, places = np.unique(rows, return_inverse=True)
        design = np.zeros((len(votes), len(effects)))
        np.put_along_axis(design, places.reshape(rows.shape), 1.0, axis=1)
        return cls(effects, design, votes)


def mode(design: Ints, votes: Floats, count: int) -> Floats:
    """The effects' mode.

    Traces share the base alone, so a step of Newton's is solved trace by trace, and then for the base
    (its Schur complement).

    Args:
        design: The effects that each vote shows, its trace's first, shape [votes, 4].
        votes: 0 or 1, shape [votes].
        count: How many effects there are.

    Returns:
        Shape [count], in nats.
    """
    traces = [_Trace.of(design[rows], votes[rows]) for rows in _rows_of_each(design[:, 0])]
    values, base = np.zeros(count), 0.0
    for _ in range(STEPS):
        slope, curve = -BASE * base, BASE
        steps = []
        for trace in traces:
            own = values[trace.effects]
            chance = 1 / (1 + np.exp(-(trace.design @ own + base)))
            weight, left = chance * (1 - chance), trace.votes - chance
            inside = trace.design.T @ (weight[:, None] * trace.design)
            inside[np.diag_indices_from(inside)] += DEVIATION**-2
            shared = trace.design.T @ weight
            sides = np.stack([trace.design.T @ left - DEVIATION**-2 * own, shared], axis=1)
            step, pull = np.linalg.solve(inside, sides).T
            slope += float(left.sum() - shared @ step)
            curve += float(weight.sum() - shared @ pull)
            steps.append((step, pull))
        moved = slope / curve
        base += moved
        furthest = abs(moved)
        for trace, (step, pull) in zip(traces, steps, strict=True):
            own_step = step - moved * pull
            values[trace.effects] += own_step
            furthest = max(furthest, float(np.abs(own_step).max()))
        if furthest < CONVERGED:
            break
    return values


def _rows_of_each(names: Ints) -> list[Ints]:
    """The places of each name, shape [its own]."""
    return [np.flatnonzero(names == name) for name in np.unique(names)]


def standardised(numbers: Floats) -> Floats:
    """Mean 0, deviation 1; zeros where nothing differs."""
    spread = float(numbers.std())
    return (numbers - numbers.mean()) / spread if spread else np.zeros_like(numbers)


def centred(numbers: Floats, traces: Ints) -> Floats:
    """Less the mean of the own trace: a trace's people are strict or mild, and its topic would tell which."""
    means = {trace: numbers[traces == trace].mean() for trace in set(traces.tolist())}
    return np.asarray(numbers - np.array([means[trace] for trace in traces.tolist()]))
