"""Takes what was recorded the way of the data once more, with another model or another threshold.

The stages are the daemon's own (`daemon.stages`), over a store in memory, by the clock of the
recording, and with the user's answers as far as they were given by then. Four things differ. The
segments are the recorded ones, not cut anew, so that sentence stands beside sentence. The popup's
manners are not asked, for they hang on screen and clock: what passes the user's rule counts as
proposed. The language model is asked wherever the gate says so; the daemon may have been behind. And
it is not told the user's habits, which are counted up to now, not up to then (`daemon.recall`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from daemon.assistant import Assistant
from daemon.config import Settings
from daemon.errors import HunchError
from daemon.learning import Learning, Read
from daemon.past import Past
from daemon.recall import Recall
from daemon.replay_told import Told, told
from daemon.skills import Skills, all_skills
from daemon.stages import Stages
from daemon.store import proposals, story
from daemon.store.reader import Reader
from daemon.store.scratch import Kept, Scratch
from daemon.worker import ModelWorker
from models.observation import Judgement, Need, Prediction
from models.segment import Segment

PATIENCE = 40.0  # times the daemon's deadlines: a slow model is to be seen, not to be cut off


class Recording(NamedTuple):
    """What is gone through once more.

    Attributes:
        segments: In order.
        read: Runs a query on the store that has the user's answers, and what was told before; None
            where there is none.
    """

    segments: Sequence[Segment]
    read: Read | None = None


def of_session(store: Reader, session: int) -> Recording:
    """A session of the store.

    Raises:
        HunchError: There is no such session.
    """
    if session not in {row.id for row in store.read(story.sessions)}:
        raise HunchError("Replay", f"There is no session {session}: see `hunch sessions`.")

    moments = store.read(lambda conn: story.history(conn, session))
    return Recording([item.segment for item in moments], store.read)


async def replay(
    recording: Recording,
    settings: Settings,
    worker: ModelWorker,
    *,
    threshold: float | None = None,
    progress: Callable[[Sequence[Segment]], Iterable[Segment]] = iter,
) -> list[Told]:
    """What is told and proposed of each segment.

    Args:
        recording: What is gone through.
        settings: The user's costs, budget and skills.
        worker: Holds the models; it is asked with much patience, and closed by who made it.
        threshold: From here on P(need) and P(accept) are enough; None for the user's own rule.
        progress: Goes through the segments as they are taken.

    Raises:
        HunchError: The model cannot be used, or died on the way: what it would have said is not known.
    """
    if not recording.segments:
        return []
    with Scratch() as scratch:
        play = _Play(recording, settings, worker, scratch, threshold)
        session = await play.begin()
        for segment in progress(recording.segments):
            await play.step(segment)
            await _usable(worker)
        return scratch.read(lambda conn: told(conn, session))


async def _usable(worker: ModelWorker) -> None:
    """The base tier must not be taken for a model that could not answer."""
    status = await worker.status()
    if status["silenced"]:
        raise HunchError("Replay", str(status["silenced"]))


class _Play:
    """One passage through a recording."""

    def __init__(
        self,
        recording: Recording,
        settings: Settings,
        worker: ModelWorker,
        scratch: Scratch,
        threshold: float | None,
    ) -> None:
        self._recording = recording
        self._settings = settings
        self._worker = worker
        self._scratch = scratch
        self._now = recording.segments[0].start
        learning = _Ruled(recording.read or scratch.read, settings, self._clock, threshold)
        past = Past(recording.read or scratch.read)
        self._stages = Stages(
            scratch,
            worker,
            Skills(
                all_skills(search_url=settings.search_url, stretch_s=settings.stretch_s, past=past)
            ),
            learning,
            _Offered(scratch, self._clock),
            agent=lambda: settings.agent,
            reached=self._clock,
            recall=Recall(recording.read or scratch.read, self._clock, count=settings.agent_tasks),
            advice=settings.advice,
            refine=settings.refine,
            patience_s=None,
        )
        self._assistant = Assistant(
            describe=self._stages.describe,
            need=self._stages.need,
            predict=self._stages.predict,
            judge=self._stages.judge,
            propose=self._stages.propose,
        )

    async def begin(self) -> int:
        session = await self._scratch.write(lambda conn: story.start_session(conn, self._now))
        self._stages.begin(session)
        return session

    async def step(self, segment: Segment) -> None:
        self._now = segment.end
        await self._assistant.step(segment)
        if self._worker.deaths and self._worker.problem:
            raise HunchError("Replay", self._worker.problem)

    def _clock(self) -> datetime:
        return self._now


class _Offered:
    """Keeps what passes the rule as proposed; nobody is shown anything."""

    def __init__(self, store: Kept, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def offer(
        self, prediction_id: int, prediction: Prediction, vector: tuple[bytes, str] | None = None
    ) -> int | None:
        return await self._store.write(
            lambda conn: proposals.add_proposal(conn, prediction_id, self._clock())
        )


class _Ruled(Learning):
    """The user's own terms as they were then; a threshold of one's choice may stand for their rule."""

    def __init__(
        self,
        read: Read,
        settings: Settings,
        clock: Callable[[], datetime],
        threshold: float | None,
    ) -> None:
        super().__init__(read, settings, clock, past=True)
        self._least = threshold

    def need(self, need: Need, segment: Segment) -> Need:
        said = super().need(need, segment)
        return said if self._least is None else msgspec.structs.replace(said, threshold=self._least)

    def judge(
        self, judgement: Judgement, prediction: Prediction, segment: Segment, need: Need
    ) -> Judgement:
        said = super().judge(judgement, prediction, segment, need)
        return said if self._least is None else msgspec.structs.replace(said, threshold=self._least)
