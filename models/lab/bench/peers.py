"""The released answers of other models, scored by people's labels and by our judge.

`null` is silence; an invalid answer is an error of its own, neither proposal nor silence (the paper's
script counts it as a proposal). No answer stands among the tasks that people judged, so a proposal
is judged by our reward model, fitted without the trace: it counts as accepted with the probability
that the model gives it, so that a calibrated judge makes figures that are right on the average.
"""

from collections.abc import Sequence
from typing import NamedTuple

from models.lab.bench.fits import LeftOut
from models.lab.bench.metrics import Outcome
from models.lab.bench.moments import Moment
from models.observation import Observation
from models.trace import Release, Response


class Answer(NamedTuple):
    """What a model answered at a moment."""

    model: str
    moment: Moment
    response: Response


def answers(release: Release, moments: Sequence[Moment]) -> list[Answer]:
    """The models' answers at these moments."""
    labelled = {(item.trace, item.place): item for item in moments}
    by_run: dict[tuple[str, str], list[Response]] = {}
    for response in release.responses:
        if response.trace in release.traces:
            by_run.setdefault((response.model, response.trace), []).append(response)
    found = []
    for (model, trace), run in sorted(by_run.items()):
        late = shift(run, [event.observation for event in release.traces[trace]])
        for response in run:
            moment = labelled.get((trace, response.index + late))
            if moment is not None:
                found.append(Answer(model, moment, response))
    return found


def shift(answers: Sequence[Response], trace: Sequence[Observation]) -> int:
    """How many events of the trace come before the answers' index 0.

    Some released runs leave out a trace's first event; their indices start after it.
    """
    spare = max(len(trace) - 1 - max(answer.index for answer in answers), 0)

    def agreeing(late: int) -> int:
        pairs = ((answer, answer.index + late) for answer in answers)
        return sum(
            place < len(trace) and answer.observation.event == trace[place].event
            for answer, place in pairs
        )

    return max(range(spare + 1), key=agreeing)


def timed(answer: Answer, truth: bool) -> Outcome:
    """By timing alone."""
    return Outcome(_said(answer), truth, None, answer.moment.group)


def judged(answer: Answer, left_out: LeftOut) -> list[Outcome]:
    """As the paper scores."""
    moment, task = answer.moment, answer.response.task
    if task is None or not answer.response.is_valid:
        return [Outcome(_said(answer), moment.needed, None, moment.group)]
    for candidate in moment.candidates:
        if candidate.task == task:
            return [Outcome(True, candidate.accepted, None, moment.group)]
    reward = left_out.without([moment.group]).reward
    chance = reward.judge(left_out.embed.read(moment.history), task).probability
    return [
        Outcome(True, True, None, moment.group, chance),
        Outcome(True, False, None, moment.group, 1 - chance),
    ]


def _said(answer: Answer) -> bool | None:
    return answer.response.task is not None if answer.response.is_valid else None
