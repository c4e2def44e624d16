"""What a skill is: it looks at the history, proposes a task, and can carry it out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from daemon.tools import Tools
from models.observation import Prediction
from models.segment import Moment


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
