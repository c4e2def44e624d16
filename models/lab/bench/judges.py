"""What other judges than the shipped heads answer to reward rows: a cross-encoder, a language model.

Knows how each is trained, where it is, and which rows it may be asked; the table is `reward`'s.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models.cross import FLOAT_MODEL, MODEL, CrossEncoder
from models.engine.base import Engine
from models.lab.bench.table import Folds
from models.lab.training.recipes import RECIPES, fingerprint
from models.lab.training.samples import trace_of
from models.llm_judge import LLMJudge, NoVerdict
from models.manifest import Entry, WeightsError, read_manifest
from models.observation import Judgement
from models.reading import CONTEXT, Reading
from models.trace import Release, RewardRow

FOLD_COUNT = 6  # a fold is minutes of training: several traces are left out at a time

Answers = list[tuple[RewardRow, Judgement | None]]


class Progress(Protocol):
    """Goes through steps, telling what they are."""

    def __call__(self, steps: Iterable[Any], what: str) -> Iterable[Any]:
        """The steps."""
        ...


class Asked(Protocol):
    """Judges that are asked about a release."""

    def __call__(self, release: Release, folds: Folds) -> Iterator[tuple[str, Answers]]:
        """Each judge's name, and its answers to the rows that these folds score; None for no answer."""
        ...


class CrossEncoders:
    """Cross-encoders, each trained without the rows that it is asked.

    Args:
        folder: Where they are kept: those that fit are loaded, the others trained; None keeps none.
        seed: Of their training.
        progress: Goes through the steps of each.
    """

    def __init__(self, folder: Path | None, seed: int, progress: Progress) -> None:
        self._folder = folder
        self._seed = seed
        self._progress = progress

    def __call__(self, release: Release, folds: Folds) -> Iterator[tuple[str, Answers]]:
        """Its answers in int8, and in float32 to compare.

        Raises:
            ImportError: One has to be trained, and torch is missing.
            WeightsError: One that is kept is damaged.
        """
        files = {"hunch, cross-encoder": MODEL, "hunch, cross-encoder float32": FLOAT_MODEL}
        answers: dict[str, Answers] = {name: [] for name in files}
        with contextlib.ExitStack() as stack:
            where = self._folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for number, (train, test) in enumerate(parted(release, folds)):
                place = where / f"{folds}-{self._seed}-{number}"
                self._made(train, folds, place)
                for name, file in files.items():
                    if (place / file).exists():  # the float32 one may have been cleared away
                        judge = CrossEncoder.load(place, file)
                        answers[name] += [
                            (row, judge.judge(moment(row), row.pred_task)) for row in test
                        ]
        whole = len(answers["hunch, cross-encoder"])
        yield from ((name, said) for name, said in answers.items() if len(said) == whole)

    def _made(self, train: Sequence[RewardRow], recipe: str, place: Path) -> None:
        mark = fingerprint(train, RECIPES[recipe], self._seed)
        with contextlib.suppress(WeightsError, KeyError):
            if read_manifest(place)[MODEL].figures.get("training") == mark:
                return
        from models.lab.training.export_cross import make_cross

        entry = Entry("", f"hunch bench reward --judge cross-encoder ({recipe})", self._seed)
        make_cross(
            train, recipe, place, entry, progress=lambda steps: self._progress(steps, place.name)
        )


class LanguageModel:
    """A language model as judge; it is not trained, so all test rows may be asked.

    Args:
        engine: Whose answers are judged.
        prompt: The user's own.
        limit: Rows that are asked, spread over all; None asks all.
        progress: Goes through the rows.
    """

    def __init__(
        self, engine: Engine, prompt: str | None, limit: int | None, progress: Progress
    ) -> None:
        self._engine = engine
        self._prompt = prompt
        self._limit = limit
        self._progress = progress

    def __call__(self, release: Release, folds: Folds) -> Iterator[tuple[str, Answers]]:
        """Its answers to the paper's test rows."""
        if folds != "paper":
            return
        judge = LLMJudge(self._engine, self._prompt)
        rows = release.test[:: max(1, len(release.test) // (self._limit or len(release.test)))]
        answers: Answers = []
        for row in self._progress(rows[: self._limit], "asking the model"):
            try:
                answers.append((row, judge.judge(moment(row), row.pred_task)))
            except NoVerdict:
                answers.append((row, None))
        yield f"LLM judge: {self._engine.name}", answers


def parted(release: Release, folds: Folds) -> list[tuple[list[RewardRow], list[RewardRow]]]:
    """Training and test rows: the paper's split, or traces left out, several at a time."""
    if folds == "paper":
        return [(release.train, release.test)]
    rows = [*release.train, *release.test]
    names = np.random.default_rng(0).permutation(sorted({trace_of(row) for row in rows})).tolist()
    parts = [set(names[start::FOLD_COUNT]) for start in range(min(FOLD_COUNT, len(names)))]
    return [
        (
            [row for row in rows if trace_of(row) not in left],
            [row for row in rows if trace_of(row) in left],
        )
        for left in parts
    ]


def moment(row: RewardRow) -> Reading:
    """A row's history for judges that read words and no vectors."""
    nothing = np.zeros(0, np.float32)
    return Reading(row.obs[-CONTEXT:], nothing.reshape(0, 0), nothing)
