"""What the engines have in common that hold their model themselves: how a question ends without an answer.

Knows neither llama.cpp nor torch: what reads and says is the engine's own.
"""

import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from models.engine.base import Job, LateError, Prompt, parse
from models.engine.text import Text

log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)

ANSWER_TOKENS = 256  # left for an answer when a prompt is read ahead


class Overrun(Exception):
    """The question is longer than the context.

    Args:
        size: How many tokens that holds.
    """

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The prompt leaves no room for a history in the {size} tokens that the model reads: "
            "shorten your prompt, or set `model` to one that reads more."
        )


class Late(Exception):
    """The deadline passed while the model computed."""


def newest(text: Text, size: int, room: int) -> list[list[int]]:
    """The newest pieces that have room in a context; of the newest alone its beginning, if it has not.

    Args:
        text: The prompt.
        size: How many tokens the context holds.
        room: How many of them are left for the answer.

    Raises:
        Overrun: Not even the question has room.
    """
    left = size - len(text.head) - len(text.tail) - room
    if left < bool(text.pieces):
        raise Overrun(size)
    found: list[list[int]] = []
    for piece in reversed(text.pieces):
        if len(piece) > left:
            break
        left -= len(piece)
        found.append(piece)
    return found[::-1] or [piece[:left] for piece in text.pieces[-1:]]


class Reads(Protocol):
    """A context; `evaluated` counts the tokens that it has computed."""

    evaluated: int


class Holds(Protocol):
    """A loaded model; `kept` has a context for each job that was asked."""

    @property
    def kept(self) -> Mapping[Job, Reads]:
        """By job."""
        ...


L = TypeVar("L", bound=Holds)


class LocalEngine(ABC, Generic[L]):
    """A model of this process, loaded at first use; `models.engine.base.Engine` says what each method promises.

    Args:
        path: Of the model.
        name: Short, for provenance.
        adapters: Of those that were named, the ones that go with the model.
        problem: Why one does not, in a sentence; None where all do.
        exact: Read each prompt anew, so that an answer depends on its prompt alone. For replays.
        deadline_s: After how many seconds an answer is given up, for a job; none for jobs that are not in it.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        adapters: Mapping[Job, Path],
        problem: str | None,
        *,
        exact: bool,
        deadline_s: Mapping[Job, float],
    ) -> None:
        self._path = path
        self._adapters = adapters
        self._exact = exact
        self._deadline_s = deadline_s
        self._loaded: L | None = None
        self._freed_evaluated = 0
        self.name = name
        self.unparsed = 0
        self.evaluated = 0
        self.adapted: frozenset[Job] = frozenset(adapters)
        self.problem = problem

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._loaded is not None

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct, greedily; None when what came out does not parse.

        None, too, for a question that is longer than the context, an answer that comes too late, and a
        model that says the same over and over.
        """
        if prompt.within_s is not None and not self.loaded:
            raise LateError("The language model is not loaded for who will not wait.")
        try:
            return parse(self._say(self._load(), prompt, shape, max_tokens), shape)
        except (Overrun, Late, msgspec.DecodeError) as error:
            log.info("no answer from the language model: %s", type(error).__name__)
            if isinstance(error, Late) and prompt.within_s is not None:
                raise LateError("The language model was not done in time.") from error
            self.unparsed += 1
            if isinstance(error, Overrun) and prompt.pieces:
                self.problem = self.problem or str(error)
            return None

    def ahead(self, prompt: Prompt) -> None:
        """Read a prompt as far as its pieces, a part of it at a time; nothing while the model is not loaded."""
        if self._loaded is not None:
            with contextlib.suppress(Overrun, Late):
                self._read_ahead(self._loaded, prompt)

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """How likely each choice is as the end of an answer; None past the context or the deadline."""
        try:
            return self._chances(self._load(), prompt, begun, choices)
        except (Overrun, Late) as error:
            log.info("no choice from the language model: %s", type(error).__name__)
            return None

    @abstractmethod
    def close(self) -> None:
        """Free its memory."""

    @abstractmethod
    def _load(self) -> L:
        """The model, loaded if need be."""

    @abstractmethod
    def _say(
        self, loaded: L, prompt: Prompt, shape: type[msgspec.Struct], max_tokens: int
    ) -> bytes:
        """An answer; it, and the next two, raise Overrun and Late."""

    @abstractmethod
    def _read_ahead(self, loaded: L, prompt: Prompt) -> None: ...

    @abstractmethod
    def _chances(
        self, loaded: L, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...]: ...

    def _count(self, loaded: L) -> None:
        self.evaluated = self._freed_evaluated + sum(
            kept.evaluated for kept in loaded.kept.values()
        )
