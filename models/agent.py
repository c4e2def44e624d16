"""Predicts the task that the user might assign (P_t; paper, equation 1) with a language model."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from models import prompts
from models.engine.base import Engine
from models.observation import Observation, Prediction

ANSWER_TOKENS = 220
Line = Annotated[
    str, msgspec.Meta(max_length=120)
]  # else a small model talks until the tokens are gone
LEAST = 12  # characters; less is no task
HISTORY = 8  # newest observations in the prompt: 250 tokens
NOTHING = frozenset(("", "null", "none", "n/a", "no task", "nothing"))


class AgentReply(msgspec.Struct, frozen=True):
    """The paper's answer (appendix B)."""

    purpose: Line = msgspec.field(name="Purpose")
    thoughts: Line = msgspec.field(name="Thoughts")
    task: Line | None = msgspec.field(name="Proactive Task")
    response: Line = msgspec.field(name="Response")


class Agent:
    """Asks the model; what it says is a prediction, never more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def predict(self, history: Sequence[Observation]) -> list[Prediction]:
        """The predicted task, or silence; empty when the answer did not parse.

        Raises:
            EngineError: The model has failed as a whole.
        """
        asked = prompts.prediction(history[-HISTORY:])
        reply = self._engine.complete(asked, AgentReply, ANSWER_TOKENS)
        if reply is None:
            return []
        task = " ".join((reply.task or "").split())
        return [
            Prediction(
                task=task
                if len(task) >= LEAST and task.casefold().rstrip(".") not in NOTHING
                else None,
                purpose=reply.purpose,
                thoughts=reply.thoughts,
                response=reply.response,
                source=f"agent:{self._engine.name}",
                prompt=prompts.version(prompts.AGENT),
            )
        ]
