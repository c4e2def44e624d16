"""What a skill is: it looks at the history, proposes a task, and can carry it out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from daemon.tools import Tools
from models.observation import Prediction
from models.segment import Moment


class Told(NamedTuple):
    """What was told of some time.

    Attributes:
        moments: Oldest first.
        vectors: Of each its sentence's vector, as `models.encoder.pack` makes it; None where none is known.
    """

    moments: Sequence[Moment]
    vectors: Sequence[bytes | None] = ()


class Past(Protocol):
    """What was told before, for skills that look back further than the history they are given."""

    def day(self, time: datetime) -> Told:
        """The day that a time lies in, up to it."""
        ...

    def before(self, time: datetime) -> Told:
        """The last moments that began before a time."""
        ...


class Skill(Protocol):
    """A proposer with its own executor.

    Attributes:
        name: Short, for settings, answers and provenance.
        summary: One line for the docs.
    """

    name: str
    summary: str

    def match(self, history: Sequence[Moment]) -> Prediction | None:
        """The task to propose after the newest moment, or None. Pure and fast: asked at every segment."""
        ...

    def adopt(self, task: str, history: Sequence[Moment]) -> Prediction | None:
        """A task that a language model worded, as this skill's own; None when it cannot carry it out."""
        ...

    def execute(self, arguments: Mapping[str, Any], tools: Tools) -> str:
        """Carry the task out with nothing but the tools; returns the result in one sentence.

        Raises:
            HunchError: It cannot; what was done is then taken back.
        """
        ...
