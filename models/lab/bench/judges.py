"""Other contenders for the tables than the shipped heads: a fine-tuned cross-encoder, a language model.

Knows how each comes to its models when traces are left out; who is scored on what is the tables' own.
"""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from models.cross import MODEL, CrossEncoder
from models.engine.base import Engine
from models.lab.bench.fits import Contender
from models.lab.training.recipes import RECIPES, fingerprint
from models.lab.training.samples import Embedded
from models.llm_judge import LLMJudge
from models.manifest import Entry, WeightsError, read_manifest
from models.observation import Need, Observation
from models.reading import Reading
from models.trace import RewardRow

FOLDS = 6  # one training takes minutes: recordings are left out several at a time

Steps = Callable[[Iterable[int]], Iterable[int]]


class Both(NamedTuple):
    """One model that says need and acceptance."""

    gate: CrossEncoder
    reward: CrossEncoder


class CrossFit:
    """Trains a cross-encoder on rows, or loads the one that was trained on them.

    Args:
        recipe: A name in RECIPES.
        folder: Where trained ones are kept.
        steps: Goes through the steps of a training.
    """

    def __init__(self, recipe: str, folder: Path, steps: Steps) -> None:
        self._recipe = recipe
        self._folder = folder
        self._steps = steps

    def __call__(
        self,
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
        seed: int = 0,
    ) -> Both:
        """The model of these rows and this seed; it has no use for unlabelled traces and vectors.

        Raises:
            ImportError: It has to be trained, and torch is missing.
            WeightsError: One that is kept is damaged.
        """
        mark = fingerprint(rows, RECIPES[self._recipe], seed)
        place = self._folder / f"{self._recipe}-{mark[:12]}"
        if not _is_made(place, mark):
            from models.lab.training.export_cross import make_cross

            entry = Entry("", f"hunch train (a fold, recipe {self._recipe})", seed)
            make_cross(rows, self._recipe, place, entry, progress=self._steps)
        judge = CrossEncoder.load(place)
        return Both(judge, judge)


class Asked(NamedTuple):
    """A language model as judge, and as gate: silence that it would not accept is a need."""

    reward: LLMJudge

    @property
    def gate(self) -> "Asked":
        """Itself."""
        return self

    def need(self, reading: Reading) -> Need:
        """The need at a moment.

        Raises:
            EngineError: The answer is no judgement, or the model has failed.
        """
        silence = self.reward.judge(reading, None)
        return Need(1 - silence.probability, 1 - silence.threshold, silence.model)


def cross_encoder(folder: Path, steps: Steps) -> Contender:
    """The cross-encoder: by the one recipe for the paper's split, by the other for traces left out."""
    trace, paper = (CrossFit(name, folder, steps) for name in ("trace", "paper"))
    note = (
        f"hunch, cross-encoder: MiniLM fine-tuned for this table, judged in int8. Whole recordings are left out"
        f" in {FOLDS} parts, several at a time."
    )
    return Contender("hunch, cross-encoder", trace, paper=paper, folds=FOLDS, note=note)


def language_model(engine: Engine, prompt: str | None, limit: int | None) -> Contender:
    """An LLM judge; nothing is fitted, and the paper's test rows alone are asked, or `limit` of them."""
    asked = Asked(LLMJudge(engine, prompt))

    def fit(
        rows: Sequence[RewardRow],
        unlabelled: Sequence[Sequence[Observation]],
        embed: Embedded,
        seed: int = 0,
    ) -> Asked:
        return asked

    note = "LLM judge: not trained, so the paper's test rows alone are asked; n tells how many."
    return Contender(f"LLM judge: {engine.name}", fit, learns=False, limit=limit, note=note)


def _is_made(place: Path, mark: str) -> bool:
    """Whether a whole training ended here, of this mark."""
    with contextlib.suppress(WeightsError, KeyError):
        return bool(read_manifest(place)[MODEL].figures.get("training") == mark)
    return False
