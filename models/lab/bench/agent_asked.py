"""A language model asked for tasks at the events of scored traces, and what our judge says of them.

The four settings are the paper's (section 4.3): one task or up to three, with the reward model's word on
the draft or without. As in the paper, the judge whose word is fed back is the one that scores.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from models.agent import Agent
from models.asking import Asking
from models.entities import entities
from models.lab.bench.fits import Models
from models.lab.bench.moments import Moment
from models.lab.training.samples import Embedded
from models.reading import CONTEXT, Reading, alike

SILENCE = "null"  # as the prompt calls it


class Setting(NamedTuple):
    """How the model is asked.

    Attributes:
        tasks: How many at a time: 1 or 3.
        feedback: Whether a draft is judged, and refined once where nothing of it passed.
    """

    tasks: int
    feedback: bool

    def __str__(self) -> str:
        return f"pred@{self.tasks}{', w/ RM' if self.feedback else ''}"


SETTINGS = (Setting(1, False), Setting(3, False), Setting(1, True), Setting(3, True))


class Answer(NamedTuple):
    """What the model answered, and what it took.

    Attributes:
        tasks: The best first; none for silence.
        valid: Whether it was an answer at all.
        wall_s: Seconds by the clock.
        cpu_s: Seconds of processor time of this process, all threads.
    """

    tasks: Sequence[str]
    valid: bool
    wall_s: float
    cpu_s: float


class Said(NamedTuple):
    """What came of a moment under a setting.

    Attributes:
        moment: The moment.
        need: P(need), by our gate.
        answer: The final one; its seconds are those of the draft as well.
        chances: P(accept) of each task; one or none where people judged that very task.
    """

    moment: Moment
    need: float
    answer: Answer
    chances: Sequence[float]


class Asker:
    """Asks one engine; each draft is asked for once.

    Args:
        agent: Over the engine.
        models: Gate and reward model for a moment: they never saw its recording.
        embed: Makes the vectors.
    """

    def __init__(self, agent: Agent, models: Callable[[Moment], Models], embed: Embedded) -> None:
        self._agent = agent
        self._models = models
        self._embed = embed

    def said(
        self, moments: Iterable[Moment], settings: Sequence[Setting]
    ) -> dict[Setting, list[Said]]:
        """What came of the moments, by setting; moments of one trace in their order cost least."""
        found: dict[Setting, list[Said]] = {setting: [] for setting in settings}
        for moment in moments:
            for setting, item in self._at(moment, settings):
                found[setting].append(item)
        return found

    def _at(self, moment: Moment, settings: Sequence[Setting]) -> Iterator[tuple[Setting, Said]]:
        models, reading = self._models(moment), self._embed.read(moment.history)
        need = models.gate.need(reading).probability
        known = {item.task: item.accepted for item in moment.candidates}

        def chance(task: str) -> float:
            if task in known:
                return float(known[task])
            return models.reward.judge(reading, task).probability

        for count in dict.fromkeys(setting.tasks for setting in settings):
            draft = self._ask(reading, count)
            for setting in (each for each in settings if each.tasks == count):
                final = draft
                if setting.feedback:
                    final = self._refined(reading, count, draft, models, chance)
                yield setting, Said(moment, need, final, [chance(task) for task in final.tasks])

    def _refined(
        self,
        reading: Reading,
        count: int,
        draft: Answer,
        models: Models,
        chance: Callable[[str], float],
    ) -> Answer:
        """What of the draft passes the judge, else another answer, told what would be rejected.

        The second answer is final, whatever the judge would say of it; but what was rejected is not
        proposed again.
        """
        verdict = models.reward.judge(reading, None)
        passed = [task for task in draft.tasks if chance(task) >= verdict.threshold]
        if passed or not draft.valid or (not draft.tasks and verdict.accepted):
            return draft._replace(tasks=passed)
        refused = tuple(draft.tasks) or (SILENCE,)
        again = self._ask(reading, count, refused)
        return Answer(
            [task for task in again.tasks if task not in refused],
            again.valid,
            draft.wall_s + again.wall_s,
            draft.cpu_s + again.cpu_s,
        )

    def _ask(self, reading: Reading, count: int, refused: tuple[str, ...] = ()) -> Answer:
        history = reading.history[-CONTEXT:]
        offered = entities(history, alike(reading.joined, self._embed))
        asking = Asking(
            list(history), entities=offered, refused=refused, count=1 if count == 1 else 3
        )
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        said = self._agent.predict(asking)
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        tasks = [item.task for item in said if item.task is not None]
        return Answer(tasks, bool(said), wall_s, cpu_s)
