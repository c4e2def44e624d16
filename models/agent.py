"""Predicts the tasks that the user might assign (P_t; paper, equation 1) with a language model."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from models import prompts
from models.asking import Asking
from models.engine.base import Engine
from models.observation import Prediction

ANSWER_TOKENS = {1: 220, 3: 340}
# Else a small model talks until the tokens are gone. Engines that hold to a schema hold to this; where a
# server does not, a longer line is an answer all the same, and is cut.
LONGEST = 160
Line = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": LONGEST})]
LEAST = 12  # characters; less is no task
CANDIDATES = 3  # paper, section 4.3: more would burden the user
NOTHING = frozenset(("", "null", "none", "n/a", "no task", "nothing"))


class AgentReply(msgspec.Struct, frozen=True):
    """The paper's answer (appendix B): one task, or None."""

    purpose: Line = msgspec.field(name="Purpose")
    thoughts: Line = msgspec.field(name="Thoughts")
    task: Line | None = msgspec.field(name="Proactive Task")
    response: Line = msgspec.field(name="Response")

    @property
    def tasks(self) -> Sequence[str]:
        """The task, if there is one."""
        return [] if self.task is None else [self.task]


class AgentReplies(msgspec.Struct, frozen=True):
    """The same for several tasks at a time (section 4.3): the best first, none for silence."""

    purpose: Line = msgspec.field(name="Purpose")
    thoughts: Line = msgspec.field(name="Thoughts")
    tasks: Annotated[list[Line], msgspec.Meta(extra_json_schema={"maxItems": CANDIDATES})] = (
        msgspec.field(name="Proactive Tasks")
    )
    response: Line = msgspec.field(name="Response")


class Agent:
    """Asks the model; what it says is a prediction, never more.

    Args:
        engine: The language model.
        prompt: The user's own prompt, as `prompts.checked_agent_prompt` gave it.
    """

    def __init__(self, engine: Engine, prompt: str | None = None) -> None:
        self._engine = engine
        self._prompt = prompt
        self._version = prompts.version(prompt) if prompt else prompts.agent_version()

    def predict(self, asking: Asking) -> list[Prediction]:
        """The predicted tasks, the best first, or silence; empty when the answer did not parse.

        Raises:
            EngineError: The model has failed as a whole.
        """
        asked = prompts.prediction(asking, self._prompt)
        shape: type[AgentReply | AgentReplies] = AgentReplies if asking.count > 1 else AgentReply
        reply = self._engine.complete(asked, shape, ANSWER_TOKENS[asking.count])
        if reply is None:
            return []
        said = dict.fromkeys(text for task in reply.tasks if (text := _task(task)))
        tasks: list[str | None] = [*said][: asking.count]
        return [self._prediction(reply, task) for task in tasks or [None]]

    def _prediction(self, reply: AgentReply | AgentReplies, task: str | None) -> Prediction:
        return Prediction(
            task=task,
            purpose=_cut(reply.purpose),
            thoughts=_cut(reply.thoughts),
            response=_cut(reply.response),
            source=f"agent:{self._engine.name}",
            prompt=self._version,
        )


def _task(said: str) -> str | None:
    """A task in words; None for what only says that there is none."""
    task = _cut(said)
    is_task = len(task) >= LEAST and task.casefold().rstrip(".") not in NOTHING
    return task if is_task else None


def _cut(text: str) -> str:
    """On one line, whole words, no longer than a line may be."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
