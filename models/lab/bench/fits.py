"""Who judges in a table, and its models fitted without the traces that they score.

`Contender` is the place for another judge (`--judge`): whatever has a gate and a reward model.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from models.gate import Gate
from models.lab.corpus import Corpus
from models.lab.training.fit import Fitted, fit, fit_need, fit_remembering
from models.lab.training.samples import Embedded
from models.observation import Judgement, Need, Observation
from models.reading import Reading
from models.reward import RewardModel
from models.trace import RewardRow


class SaysNeed(Protocol):
    """Says how likely a need is."""

    def need(self, reading: Reading) -> Need:
        """The need at a moment."""
        ...


class Judges(Protocol):
    """Judges a task, or silence."""

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement at a moment."""
        ...


class Models(Protocol):
    """What a fit makes."""

    @property
    def gate(self) -> SaysNeed:
        """Its gate."""
        ...

    @property
    def reward(self) -> Judges:
        """Its reward model."""
        ...


class Fit(Protocol):
    """Makes models from rows and from unlabelled whole traces (`models.lab.training.fit.fit`)."""

    def __call__(
        self,
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
        seed: int = 0,
    ) -> Models:
        """The models; whoever needs no fitting returns the same each time."""
        ...


class FitNeed(Protocol):
    """Makes a gate alone, where that costs less."""

    def __call__(
        self,
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
    ) -> SaysNeed:
        """The gate; the same as the whole fit's."""
        ...


class Contender(NamedTuple):
    """Who is scored.

    Attributes:
        name: Its line in the tables.
        fit: Makes its models.
        fit_need: Makes its gate alone; None where that is no cheaper.
        paper: Makes those for the paper's split, where another way remembers better.
        folds: Into how many parts the recordings are cut, each left out as a whole, where one fit takes
            minutes; None leaves out as little as is asked.
        learns: Whether it is fitted; one that is not is asked the paper's test rows alone.
        limit: How many of these, spread over all; None asks all.
        note: What a reader of the table must know.
    """

    name: str
    fit: Fit
    fit_need: FitNeed | None = None
    paper: Fit | None = None
    folds: int | None = None
    learns: bool = True
    limit: int | None = None
    note: str = ""


HEADS = Contender("hunch", fit, fit_need, paper=fit_remembering)


def shipped(embed: Embedded) -> Models:
    """The models as they are shipped: fitted on the whole release, so for data of a user's own alone.

    Raises:
        WeightsError: A file is missing or damaged.
    """
    gate = Gate.load()
    return Fitted(gate, RewardModel.load(embed, gate))


class LeftOut:
    """A contender's models by the recordings that were left out; each is fitted once."""

    def __init__(
        self, corpus: Corpus, embed: Embedded, contender: Contender = HEADS, seed: int = 0
    ) -> None:
        self._corpus = corpus
        self._contender = contender
        self._seed = seed
        self._fitted: dict[frozenset[str], Models] = {}
        self.embed = embed

    def without(self, groups: Collection[str]) -> Models:
        """Fitted on all but these recordings.

        Raises:
            TraceError: Nothing is left to learn from.
        """
        out = frozenset(groups).union(*(part for part in self._parts() if part & set(groups)))
        if out not in self._fitted:
            self._fitted[out] = self.on(self._corpus.rows_without(out), out)
        return self._fitted[out]

    def on_paper(self, groups: Iterable[str]) -> Models:
        """Fitted on the paper's training rows, beside the unlabelled traces of all but these recordings."""
        unlabelled = self._corpus.unlabelled_without(groups)
        fitted = self._contender.paper or self._contender.fit
        return fitted(self._corpus.release.train, unlabelled, self.embed, self._seed)

    def gate_without(self, groups: Collection[str]) -> SaysNeed:
        """The gate alone, fitted on all but these recordings."""
        if self._contender.fit_need is None or frozenset(groups) in self._fitted:
            return self.without(groups).gate
        return self.gate_on(self._corpus.rows_without(groups), groups)

    def gate_on(self, rows: Sequence[RewardRow], groups: Collection[str]) -> SaysNeed:
        """The gate alone, fitted on these rows."""
        if self._contender.fit_need is None:
            return self.on(rows, groups).gate
        unlabelled = self._corpus.unlabelled_without(groups)
        return self._contender.fit_need(rows, unlabelled, self.embed)

    @property
    def cheap(self) -> bool:
        """Whether a gate alone costs less than all models."""
        return self._contender.fit_need is not None

    def on(self, rows: Sequence[RewardRow], groups: Collection[str]) -> Models:
        """Fitted on these rows, beside the unlabelled traces of all but these recordings."""
        unlabelled = self._corpus.unlabelled_without(groups)
        return self._contender.fit(rows, unlabelled, self.embed, self._seed)

    def _parts(self) -> list[set[str]]:
        """The recordings in as many parts as the contender has folds, always the same."""
        names = self._corpus.judged()
        drawn = np.random.default_rng(0).permutation(len(names))
        count = self._contender.folds or 0
        return [{names[place] for place in drawn[start::count]} for start in range(count)]
