"""Whether this user would accept a prediction (R_t; paper, section 3.1).

`Judge` is the interface; `RewardModel` a ridge regression and extra trees on frozen vectors and plain
numbers, each standardised by what it said of traces that were held out. Silence is judged as the paper
does: accepted when there is no need.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.decision import COSTS, need_threshold
from models.encoder import Vectors
from models.features import moment_numbers, values
from models.forest import Forest
from models.gate import Gate
from models.head import Floats, Head, Platt
from models.layout import LAYOUT
from models.manifest import WEIGHTS
from models.memory import Memory
from models.observation import Judgement
from models.pairs import task_numbers
from models.reading import Encode, Reading
from models.trained import Arrays, load, part, prefixed


class Judge(Protocol):
    """Judges a prediction as the user would."""

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        ...


class Pair(NamedTuple):
    """A moment and a task as numbers.

    Attributes:
        vectors: The newest sentence's and the task's, shape [2 * SIZE].
        numbers: Plain ones, shape [len(MOMENT) + len(TASK)]: the moment's, the task's.
    """

    vectors: Floats
    numbers: Floats

    @property
    def all(self) -> Floats:
        """Both, as the linear head reads them."""
        return np.concatenate([self.vectors, self.numbers])


class Acceptance(msgspec.Struct, frozen=True):
    """Two models and their common calibration.

    Attributes:
        head: Reads vectors and numbers.
        forest: Reads numbers.
        means: Of what either said of held-out traces, shape [2].
        deviations: The same, shape [2].
        platt: Of the mean of both.
    """

    head: Head
    forest: Forest
    means: Floats
    deviations: Floats
    platt: Platt

    def probability(self, pair: Pair) -> float:
        """P(accept), calibrated."""
        said = np.array([self.head.score(pair.all), self.forest(pair.numbers)])
        return self.platt.probability(float(((said - self.means) / self.deviations).mean()))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file."""
        platt = np.array([self.platt.slope, self.platt.intercept])
        spread = np.stack([self.means, self.deviations])
        return {
            **prefixed("accept", self.head.arrays() | {"platt": platt, "spread": spread}),
            **prefixed("trees", self.forest.arrays()),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """From the file."""
        linear = part(arrays, "accept")
        slope, intercept = linear["platt"].tolist()
        means, deviations = linear["spread"]
        forest = Forest.of(part(arrays, "trees"))
        return cls(Head.of(linear), forest, means, deviations, Platt(slope, intercept))


class RewardModel:
    """A judge that reads vectors.

    Its threshold is one half: what is accepted is likelier accepted than not. The daemon puts the
    user's own rule in its place (`models.decision.accept_threshold`).
    """

    def __init__(
        self,
        acceptance: Acceptance,
        gate: Gate,
        *,
        encode: Encode,
        model: str,
        memory: Memory | None = None,
    ) -> None:
        self._acceptance = acceptance
        self._memory = memory
        self._gate = gate
        self._encode = encode
        self._model = model

    @classmethod
    def load(cls, encode: Encode, gate: Gate, folder: Path = WEIGHTS) -> Self:
        """Load the weights.

        Raises:
            WeightsError: They are missing or damaged.
        """
        arrays, model = load(LAYOUT, folder)
        return cls.of(arrays, gate, encode, model)

    @classmethod
    def of(cls, arrays: Arrays, gate: Gate, encode: Encode, model: str) -> Self:
        """From the file's arrays."""
        return cls(Acceptance.of(arrays), gate, encode=encode, model=model)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For the file; without the gate's. A memory is never kept."""
        return self._acceptance.arrays()

    def remembering(self, memory: Memory) -> Self:
        """The same with a memory of cases: for the paper's split alone."""
        return type(self)(
            self._acceptance, self._gate, encode=self._encode, model=self._model, memory=memory
        )

    def judge(self, reading: Reading, task: str | None) -> Judgement:
        """The judgement on a task, or on silence (None), after the newest observation."""
        needed = self._memory.need(reading) if self._memory else None
        if task is None:
            needed = self._gate.need(reading).probability if needed is None else needed
            chance = 1 - needed
        elif needed is not None:
            chance = needed
        else:
            vector = self._encode([task])[0]
            chance = self._acceptance.probability(pair_of(reading, task, vector))
        return Judgement(chance, need_threshold(COSTS["balanced"]), self._model)


def pair_of(reading: Reading, task: str, vector: Vectors) -> Pair:
    """A moment and a task as the models read them; `vector` is the task's, shape [SIZE]."""
    numbers = [
        values(moment_numbers(reading)),
        values(task_numbers(reading, task, vector)),
    ]
    vectors = np.concatenate([reading.vectors[-1], vector]).astype(float)
    return Pair(vectors, np.concatenate(numbers))
