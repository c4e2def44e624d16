"""What a moment or a task is worth beyond who was asked: a Rasch model of the votes.

vote(trace, annotator, event, task) ~ Bernoulli(sigmoid(base + trace + annotator + event + task)), with a
normal prior on each effect (Rasch 1960; as a mixed model de Boeck 2011); its mode by Newton's method.
`help_needed` says that some task had all votes, so that the strictest annotator decides; here their
strictness is taken out. Traces share nothing but the base and the priors, which are constants.
"""

from typing import NamedTuple

import numpy as np

from models.lab.training.samples import Floats, Ints, Moments

DEVIATION = 1.0  # of every effect; fitted ones are 1.2 annotator, 0.7 event, 0.7 task
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
    fitted = _mode(np.array(design), np.array(votes), len(effects))
    pairs = np.array(tasks)
    return Appeal(fitted[events], fitted[pairs].sum(axis=1))


def _mode(design: Ints, votes: Floats, count: int) -> Floats:
    """The effects' mode, shape [count]; `design` names the effects of each vote, shape [votes, 4]."""
    rows = np.column_stack([design, np.full(len(votes), count)])  # the base is the last one
    precision = np.append(np.full(count, DEVIATION**-2), 1e-3)
    values = np.zeros(count + 1)
    first = np.repeat(rows, rows.shape[1], axis=1)
    second = np.tile(rows, rows.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-values[rows].sum(axis=1)))
        curve = np.diag(precision)
        weight = np.broadcast_to((chance * (1 - chance))[:, None], first.shape)
        np.add.at(curve, (first, second), weight)
        slope = -precision * values
        np.add.at(slope, rows, (votes - chance)[:, None])
        step = np.linalg.solve(curve, slope)
        values = values + step
        if float(np.abs(step).max()) < CONVERGED:
            break
    return np.asarray(values[:count])


def standardised(numbers: Floats) -> Floats:
    """Mean 0, deviation 1; zeros where nothing differs."""
    spread = float(numbers.std())
    return (numbers - numbers.mean()) / spread if spread else np.zeros_like(numbers)


def centred(numbers: Floats, traces: Ints) -> Floats:
    """Less the mean of the own trace: a trace's people are strict or mild, and its topic would tell which."""
    means = {trace: numbers[traces == trace].mean() for trace in set(traces.tolist())}
    return np.asarray(numbers - np.array([means[trace] for trace in traces.tolist()]))
