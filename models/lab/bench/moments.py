"""The events of the scored traces: what people said of each, and what the models say of it."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from models.lab.bench.fits import LeftOut, Models
from models.lab.bench.progress import Progress, quietly
from models.lab.corpus import Corpus, key
from models.observation import Observation
from models.trace import RewardRow, prefix

Label = Literal["help_needed", "task_status"]


class Candidate(NamedTuple):
    """A task that people judged at an event.

    Attributes:
        task: Its words.
        accepted: What most of them said.
        votes: Theirs, two or three.
    """

    task: str
    accepted: bool
    votes: Sequence[bool]


class Moment(NamedTuple):
    """An event of a trace.

    Attributes:
        trace: The trace's name.
        group: The recording that it belongs to (`models.lab.corpus`).
        place: The event's number in the trace.
        history: The observations up to it.
        needed: Whether help was needed, by the label that is asked for.
        most: Whether most annotators accepted some task; None where none was judged.
        candidates: The judged tasks.
    """

    trace: str
    group: str
    place: int
    history: Sequence[Observation]
    needed: bool
    most: bool | None
    candidates: Sequence[Candidate]


class Forecast(NamedTuple):
    """What the models say of a moment.

    Attributes:
        moment: The moment.
        need: P(need).
        accepts: P(accept) of its candidates.
    """

    moment: Moment
    need: float
    accepts: Sequence[float]


def moments_of(corpus: Corpus, label: Label = "help_needed") -> list[Moment]:
    """The events of all scored traces that have this label."""
    rows = prefix(corpus.rows)
    moments = []
    for name, trace in sorted(corpus.release.traces.items()):
        observations = [event.observation for event in trace]
        for index, event in enumerate(trace):
            history = observations[: index + 1]
            judged = rows.get(key(history), [])
            needed = event.task_status if label == "task_status" else _help_needed(judged)
            if needed is None:
                continue
            found = candidates(judged)
            most = any(item.accepted for item in found) if found else None
            group = corpus.of_trace(name)
            moments.append(Moment(name, group, index, history, needed, most, found))
    return moments


def candidates(rows: Iterable[RewardRow]) -> list[Candidate]:
    """The judged tasks of one history, in the order of their words: the file's order tells the votes."""
    found = {
        row.pred_task: Candidate(row.pred_task, row.valid, row.annotation)
        for row in rows
        if row.pred_task is not None
    }
    return [found[task] for task in sorted(found)]


def forecasts(
    moments: Sequence[Moment], left_out: LeftOut, progress: Progress = quietly
) -> list[Forecast]:
    """What models say that saw nothing of a moment's recording."""
    found: list[Forecast] = []
    for group in progress(sorted({item.group for item in moments})):
        models = left_out.without([group])
        scored = [item for item in moments if item.group == group]
        found += said_by(models, scored, left_out)
    return found


def said_by(models: Models, moments: Sequence[Moment], left_out: LeftOut) -> list[Forecast]:
    """What these models say of moments."""
    found = []
    for moment in moments:
        reading = left_out.embed.read(moment.history)
        accepts = [
            models.reward.judge(reading, item.task).probability for item in moment.candidates
        ]
        found.append(Forecast(moment, models.gate.need(reading).probability, accepts))
    return found


def _help_needed(rows: Sequence[RewardRow]) -> bool | None:
    return any(row.help_needed for row in rows) if rows else None
