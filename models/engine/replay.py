"""An engine that answers from a recording: so that runs repeat to the letter, and tests need no model."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from models.engine.base import Job, Prompt, parse

T = TypeVar("T", bound=msgspec.Struct)


class ReplayEngine:
    """Gives recorded answers in their order; after the last, the last again.

    Args:
        answers: What a model said, as text.
        name: The model that said it.
    """

    def __init__(self, answers: Sequence[str], name: str = "replay") -> None:
        self._answers = list(answers)
        self._next = 0
        self.name = name
        self.unparsed = 0
        self.evaluated = 0
        self.problem: str | None = None
        self.adapted: frozenset[Job] = frozenset()
        self.asked: list[Prompt] = []
        self.loaded = False

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """The next answer, parsed as a live one would be."""
        self.asked.append(prompt)
        self.loaded = True
        text = self._answers[min(self._next, len(self._answers) - 1)]
        self._next += 1
        try:
            return parse(text, shape)
        except msgspec.DecodeError:
            self.unparsed += 1
            return None

    def ahead(self, prompt: Prompt) -> None:
        """Nothing to read."""

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """A recording has no probabilities."""
        return None

    def close(self) -> None:
        """Nothing to free."""
        self.loaded = False
