"""The way of the data on one page: a closed segment becomes a sentence, and at times a proposal.

Knows the order of the stages (paper, figure 3) and nothing of what they do;
`daemon.stages` does it, `daemon.service` puts them in.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from models.observation import Judgement, Need, Prediction
from models.segment import Moment, Segment


class Candidate(NamedTuple):
    """A candidate task under its number in the store."""

    id: int
    prediction: Prediction


Describe = Callable[[Segment], Awaitable[Moment]]
NeedNow = Callable[[Moment], Awaitable[Need]]
Predict = Callable[[Moment, Need, Sequence[Candidate]], Awaitable[Sequence[Candidate]]]
Judge = Callable[[Moment, Candidate, Need], Awaitable[Judgement]]
Propose = Callable[[Moment, Candidate], Awaitable[None]]


class Assistant:
    """Takes one step for each segment."""

    def __init__(
        self,
        *,
        describe: Describe,
        need: NeedNow,
        predict: Predict,
        judge: Judge,
        propose: Propose,
    ) -> None:
        self._describe = describe
        self._need = need
        self._predict = predict
        self._judge = judge
        self._propose = propose

    async def step(self, segment: Segment) -> None:
        """Tell the segment; if help is wanted now, propose the best task that would be accepted."""
        moment = await self._describe(segment)
        need = await self._need(moment)
        if not need.wanted:
            return
        drafts = await self._predict(moment, need, ())
        best = await self._best(moment, need, drafts)
        if best is None and drafts:  # refined once, knowing what would be rejected
            best = await self._best(moment, need, await self._predict(moment, need, drafts))
        if best is not None:
            await self._propose(moment, best)

    async def _best(
        self, moment: Moment, need: Need, candidates: Sequence[Candidate]
    ) -> Candidate | None:
        """Of all that would be accepted, whoever proposed it, what is likeliest to be."""
        judged = [(await self._judge(moment, item, need), item) for item in candidates]
        accepted = [pair for pair in judged if pair[0].accepted]
        return max(accepted, key=lambda pair: pair[0].probability)[1] if accepted else None
