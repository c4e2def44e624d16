"""What the assistant's five stages do: each asks a model or a skill, and writes down what it said.

Knows the store, the model worker, the skills and the popup's manners; keeps the
day's history in memory so that a step costs its own sentence only. A model that
cannot answer costs a sentence's polish or a proposal, never what was captured.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from daemon.assistant import Candidate
from daemon.learning import Learning
from daemon.recall import Recall
from daemon.skills import Skills
from daemon.store import proposals, story
from daemon.store.scratch import Kept
from daemon.worker import ModelWorker, WorkerUnavailable
from models import telling
from models.asking import Asking
from models.facts import facts
from models.observation import Judgement, Need, Observation, Prediction
from models.personal import shifted
from models.segment import UNSEEN, Moment, Segment

log = logging.getLogger(__name__)

HISTORY = 500  # moments kept for the skills: a working day of segments
CONTEXT = 16  # newest observations that gate, agent and reward read
NOBODY = Need(0.0, 1.0, "")  # nobody is asked
CANDIDATES = 3  # paper, section 4.3: more would burden the user
# A skill's task waits no longer for the language model's, which takes 7 s where it has to be loaded: what is in
# time is ranked together. Where the skill's would be rejected, the model is asked for as long as it takes.
PATIENCE_S = 2.0


class Manners(Protocol):
    """What takes a proposal, and knows when it may be shown."""

    async def offer(
        self, prediction_id: int, prediction: Prediction, vector: tuple[bytes, str] | None = None
    ) -> int | None:
        """Take it, under its number in the store, with its task's vector and the encoder's name."""
        ...


class Stages:
    """Describe, need, predict, judge and propose, over one store."""

    def __init__(
        self,
        store: Kept,
        worker: ModelWorker,
        skills: Skills,
        learning: Learning,
        manners: Manners,
        *,
        agent: Callable[[], bool],
        reached: Callable[[], datetime],
        recall: Recall,
        advice: bool = False,
        refine: bool = False,
        patience_s: float | None = PATIENCE_S,
    ) -> None:
        """Prepare.

        Args:
            store: Keeps what each stage says.
            worker: Holds the models.
            skills: Propose without a model.
            learning: What this user's answers say.
            manners: Takes proposals.
            agent: Whether the language model may be asked for a task now; it takes seconds.
            reached: From where on the store is still to be told, once the present segment is.
            recall: Makes what the language model is asked for a task.
            advice: Whether a task may be proposed that nobody can carry out.
            refine: Whether the language model is asked once more where all that it proposed was refused.
            patience_s: For how long a skill's task waits for the language model's; None for its answer.
        """
        self._store = store
        self._worker = worker
        self._skills = skills
        self._learning = learning
        self._manners = manners
        self._agent = agent
        self._reached = reached
        self._recall = recall
        self._advice = advice
        self._refine = refine
        self._patience_s = patience_s
        self._late = False
        self._session = 0
        self._moments: deque[Moment] = deque(maxlen=HISTORY)
        self._vectors: dict[int, bytes] = {}

    def begin(self, session: int) -> None:
        """Go on with a session: its history is read from the store once."""
        self._session = session
        self._moments = deque(
            self._store.read(lambda conn: story.history(conn, session, HISTORY)), maxlen=HISTORY
        )
        self._vectors = {}

    @property
    def history(self) -> Sequence[Moment]:
        """What was told in this session, oldest first."""
        return list(self._moments)

    async def describe(self, segment: Segment) -> Moment:
        """Tell the segment in one sentence and keep both."""
        before = self._moments[-1].segment if self._moments else None
        session, reached = self._session, self._reached()
        try:
            sentence, source = await self._worker.describe(segment, before)
        except WorkerUnavailable as error:
            log.warning("the sentence is told by rules: %s", error.message)
            sentence, source = telling.tell(facts(segment, before)), "rules"
        observation = Observation(f"{segment.start.timestamp():.3f}", sentence)

        def keep(conn: story.Connection) -> int:
            story.set_cursor(conn, session, reached)  # neither without the other, whatever kills us
            segment_id = story.add_segment(conn, session, segment)
            return story.add_observation(conn, segment_id, observation, source)

        moment = Moment(await self._store.write(keep), segment, observation)
        self._moments.append(moment)
        return moment

    async def need(self, moment: Moment) -> Need:
        """Ask the gate, and add what the skills' triggers say; silence is written down."""
        context = self._context()
        if moment.segment.status == UNSEEN:
            return await self._silent(moment)
        try:
            need, vectors, encoder = await self._worker.need(
                [item.observation for item in context],
                [self._vectors.get(item.id) for item in context],
            )
        except WorkerUnavailable as error:
            log.warning("no proposal: %s", error.message)
            need, vectors = Need(0.0, 1.0, ""), []
            encoder = ""
        await self._keep_vectors(context, vectors, encoder)
        evidence = max((found.evidence for found in self._skills.match(self.history)), default=0.0)
        if need.model:
            need = msgspec.structs.replace(need, probability=shifted(need.probability, evidence))
            await asyncio.to_thread(self._learning.learnt)  # many answers take a part of a second
            need = self._learning.need(need, moment.segment)
        return need if need.wanted else await self._silent(moment, need)

    async def _silent(self, moment: Moment, need: Need = NOBODY) -> Need:
        """Write down that nothing was proposed."""
        silence, read = Prediction(None, source="gate"), self._read()
        await self._store.write(
            lambda conn: proposals.add_prediction(conn, moment.id, need, silence, history=read)
        )
        return need

    async def predict(
        self, moment: Moment, need: Need, drafts: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Collect candidate tasks, the skills' and those that the language model words.

        Args:
            moment: The present.
            need: Of which it was said that help may be wanted.
            drafts: What was collected before, all of it refused: the model is asked for better ones, if
                it is to be.
        """
        matched = [] if drafts else self._skills.match(self.history)[:CANDIDATES]
        worded: list[Prediction] | None = []
        late, self._late = self._late and bool(drafts), False
        if self._agent() and not drafts:
            worded = await self._ask_agent((), self._patience_s if matched else None)
            self._late = worded is None
        elif self._agent() and (late or self._refine):
            worded = await self._ask_agent([] if late else [x.prediction for x in drafts])
        known = {item.task for item in (*matched, *(each.prediction for each in drafts))}
        fresh = [item for item in worded or () if item.task is None or item.task not in known]
        if drafts and not fresh:
            return []
        chosen, read = [*matched, *fresh] or [Prediction(None, source="skills")], self._read()

        def keep(conn: proposals.Connection) -> list[int]:
            return [
                proposals.add_prediction(conn, moment.id, need, item, history=read)
                for item in chosen
            ]

        numbers = await self._store.write(keep)
        return [
            Candidate(number, item)
            for number, item in zip(numbers, chosen, strict=True)
            if item.task is not None and (item.skill is not None or self._advice)
        ]

    async def judge(self, moment: Moment, candidate: Candidate, need: Need) -> Judgement:
        """Ask the reward model whether this user would accept; their answers so far count."""
        context = self._context()
        prediction = candidate.prediction
        try:
            judgement = await self._worker.judge(
                [item.observation for item in context],
                [self._vectors.get(item.id) for item in context],
                prediction.task,
            )
        except WorkerUnavailable as error:
            log.warning("no proposal: %s", error.message)
            return Judgement(0.0, 1.0, "")
        chance = shifted(judgement.probability, prediction.evidence)
        judgement = msgspec.structs.replace(judgement, probability=chance)
        await asyncio.to_thread(self._learning.learnt)
        judgement = self._learning.judge(judgement, prediction, moment.segment, need)
        await self._store.write(lambda conn: proposals.add_judgement(conn, candidate.id, judgement))
        return judgement

    async def propose(self, moment: Moment, candidate: Candidate) -> None:
        """Hand the task to the popup's manners, with its vector: they know its like by it."""
        context = [item.observation for item in self._context()]
        try:
            vector = await self._worker.embed(context, candidate.prediction.task or "")
        except WorkerUnavailable:
            vector = None
        await self._manners.offer(candidate.id, candidate.prediction, vector)

    async def ahead(self) -> None:
        """Let the language model read the history as it stands, before it is asked about it."""
        if not self._agent():
            return
        with contextlib.suppress(WorkerUnavailable):  # the next question tells why
            await self._worker.ahead(Asking([item.observation for item in self._context()]))

    async def _ask_agent(
        self, drafts: Sequence[Prediction], within_s: float | None = None
    ) -> list[Prediction] | None:
        """What the language model proposes, as a skill's own where one can carry it out; None where it is late."""
        refused = [item.task for item in drafts if item.prompt and item.task is not None]
        if drafts and not refused:
            return []  # it had proposed nothing: there is nothing to refine
        asking = await asyncio.to_thread(self._recall.asking, self._context(), refused)
        asking = msgspec.structs.replace(asking, within_s=within_s)
        try:
            worded = await self._worker.predict(asking)
        except WorkerUnavailable as error:
            log.warning("no task from the language model: %s", error.message)
            return []
        if worded is None:
            return None
        return [self._skills.adopt(item, self.history) or item for item in worded]

    async def _keep_vectors(
        self, context: Sequence[Moment], vectors: Sequence[bytes], model: str
    ) -> None:
        fresh = [
            (item.id, vector)
            for item, vector in zip(context, vectors, strict=False)
            if item.id not in self._vectors
        ]
        known = {item.id for item in context}
        self._vectors = {key: value for key, value in self._vectors.items() if key in known}
        self._vectors |= dict(fresh)

        def keep(conn: story.Connection) -> None:
            for number, vector in fresh:
                story.set_embedding(conn, number, model, vector)

        if fresh:
            await self._store.write(keep)

    def _read(self) -> list[int]:
        """Numbers of what the models read: part of what a prediction came from."""
        return [item.id for item in self._context()]

    def _context(self) -> list[Moment]:
        """What the models read; they know people who do something, not times of which nobody knows."""
        seen = [item for item in self._moments if item.segment.status != UNSEEN]
        return seen[-CONTEXT:]
