"""What a shipped model may know of a person's answers before their first: nothing, a little, or much.

Each prior is fitted on the other persons alone. Hunch ships no model of code suggestions, so its
own rows are the blank and the weak prior; the strong one shows what is left to learn on top.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.encoder import Vectors
from models.lab.bench.metrics import Flags, Floats
from models.lab.bench.personal_histories import Shown
from models.lab.bench.personal_replay import Asked
from models.lab.training.samples import Embedded
from models.personal import OFFSET, sigmoid

Prior = Literal["blank", "weak", "strong"]
PRIORS: tuple[Prior, ...] = ("blank", "weak", "strong")

AXES = 10  # directions of the suggestions' vectors that the strong prior reads
AXIS_SCALE = 5.0
STRENGTH = 0.3 / 20  # of the strong prior's coefficients, scikit-learn's C
TERM_SCALE = (
    0.3  # of a standardised number as a person's term: a weight of 0.15 nats before any answer
)


class Histories:
    """Answers as numbers and vectors."""

    def __init__(self, shown: Sequence[Shown], embed: Embedded) -> None:
        self.shown = shown
        self._users = np.array([item.user for item in shown])
        self._said = np.array([item.said for item in shown])
        self._numbers = np.array([list(item.numbers.values()) for item in shown])
        self._names = list(shown[0].numbers)
        self._suggestions = embed([item.suggestion for item in shown])
        contexts = embed([item.context for item in shown])
        self._likeness = (self._suggestions * contexts).sum(axis=1, keepdims=True)

    def stream(self, prior: Prior, said: Flags | None = None) -> Iterator[Asked]:
        """Every answer under a prior that has not seen its person.

        Args:
            prior: Which.
            said: Other answers in the place of the real ones, for a control.
        """
        answers = self._said if said is None else said
        for user in dict.fromkeys(self._users.tolist()):
            test, train = self._users == user, self._users != user
            chances = self._chances(prior, train, test, answers)
            mean, spread = self._scale(train)
            terms = (self._numbers[test] - mean) / spread * TERM_SCALE
            for moment, (chance, row, word) in enumerate(
                zip(chances, terms, answers[test], strict=True)
            ):
                named = dict(zip(self._names, row.tolist(), strict=True))
                yield Asked(user, moment, float(chance), {OFFSET: 1.0, **named}, bool(word))

    def shuffled(self, seed: int) -> Flags:
        """The answers in another order inside each person."""
        chance, said = np.random.default_rng(seed), self._said.copy()
        for user in np.unique(self._users):
            places = np.flatnonzero(self._users == user)
            said[places] = said[chance.permutation(places)]
        return said

    def _chances(self, prior: Prior, train: Flags, test: Flags, said: Flags) -> Floats:
        if prior == "blank":
            return np.full(int(test.sum()), float(said[train].mean()))
        if prior == "weak":
            model = LogisticRegression().fit(self._likeness[train], said[train])
            return np.asarray(model.predict_proba(self._likeness[test])[:, 1])
        columns = self._columns(train)
        model = LogisticRegression(C=STRENGTH, max_iter=500).fit(columns[train], said[train])
        return np.array([sigmoid(value) for value in model.decision_function(columns[test])])

    def _scale(self, train: Flags) -> tuple[Floats, Floats]:
        known = self._numbers[train]
        return known.mean(axis=0), known.std(axis=0) + 1e-6

    def _columns(self, train: Flags) -> Floats:
        mean, spread = self._scale(train)
        center: Vectors = self._suggestions[train].mean(axis=0)
        axes = np.linalg.svd(self._suggestions[train] - center, full_matrices=False)[2][:AXES]
        along = (self._suggestions - center) @ axes.T * AXIS_SCALE
        return np.hstack([(self._numbers - mean) / spread, along])
