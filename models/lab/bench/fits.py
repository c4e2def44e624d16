"""Who judges in a table, and its models fitted without the traces that they score.

`Contender` is the place for another judge (`--judge`): whatever has a gate and a reward model.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from models.lab.bench.corpus import Corpus
from models.lab.training.fit import fit
from models.lab.training.samples import Embedded
from models.observation import Judgement, Need, Observation
from models.reading import Reading
from models.trace import RewardRow

T = TypeVar("T")


class Progress(Protocol):
    """Goes through what is left out in turn; a command shows how far it is."""

    def __call__(self, items: Iterable[T], /) -> Iterable[T]:
        """The items."""
        ...


def quietly(items: Iterable[T]) -> Iterable[T]:
    """Go through items and show nothing."""
    return items


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


class Contender(NamedTuple):
    """Who is scored.

    Attributes:
        name: Its line in the tables.
        fit: Makes its models.
    """

    name: str
    fit: Fit


HEADS = Contender("hunch", fit)


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
        out = frozenset(groups)
        if out not in self._fitted:
            self._fitted[out] = self.on(self._corpus.rows_without(out), out)
        return self._fitted[out]

    def on(self, rows: Sequence[RewardRow], groups: Collection[str]) -> Models:
        """Fitted on these rows, beside the unlabelled traces of all but these recordings."""
        unlabelled = self._corpus.unlabelled_without(groups)
        return self._contender.fit(rows, unlabelled, self.embed, self._seed)
