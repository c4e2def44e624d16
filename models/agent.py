"""Predicts the tasks that the user might assign (P_t; paper, equation 1) with a language model."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from models import prompts
from models.asking import Asking
from models.engine.base import Engine
from models.entities import unseen
from models.observation import Prediction

ANSWER_TOKENS = {1: 220, 3: 340}
# Else a small model talks until the tokens are gone. Engines that hold to a schema hold to this; where a
# server does not, a longer line is an answer all the same, and is cut.
LONGEST = 160
Line = Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": LONGEST})]
# Asked for as a line; where a server does not hold to that, half of the released models say null at times.
Aside = Annotated[Any, msgspec.Meta(extra_json_schema={"maxLength": LONGEST, "type": "string"})]
LEAST = 12  # characters; less is no task
CANDIDATES = 3  # paper, section 4.3: more would burden the user
NOTHING = frozenset(("", "null", "none", "n/a", "no task", "nothing"))


class AgentReply(msgspec.Struct, frozen=True):
    """The paper's answer (appendix B): one task, or None."""

    purpose: Aside = msgspec.field(name="Purpose")
    thoughts: Aside = msgspec.field(name="Thoughts")
    task: Line | None = msgspec.field(name="Proactive Task")
    response: Aside = msgspec.field(name="Response")

    @property
    def tasks(self) -> Sequence[str]:
        """The task, if there is one."""
        return [] if self.task is None else [self.task]


class AgentReplies(msgspec.Struct, frozen=True):
    """The same for several tasks at a time (section 4.3): the best first, none for silence."""

    purpose: Aside = msgspec.field(name="Purpose")
    thoughts: Aside = msgspec.field(name="Thoughts")
    tasks: Annotated[list[Line], msgspec.Meta(extra_json_schema={"maxItems": CANDIDATES})] = (
        msgspec.field(name="Proactive Tasks")
    )
    response: Aside = msgspec.field(name="Response")


def own_prompt(file: str) -> str | None:
    """A prompt of the user's own for `Agent`; None where no file is named.

    Raises:
        PromptError: The file cannot be read, or lacks the place for the observations.
    """
    return prompts.read_prompt(file, prompts.checked_agent_prompt)


class Agent:
    """Asks the model; what it says is a prediction, never more.

    Args:
        engine: The language model.
        prompt: The user's own prompt, as `prompts.checked_agent_prompt` gave it.

    Attributes:
        refused: How many tasks named what was never seen, and became nothing.
    """

    def __init__(self, engine: Engine, prompt: str | None = None) -> None:
        self._engine = engine
        self._prompt = prompt
        self._version = prompts.version(prompt) if prompt else prompts.agent_version()
        self.refused = 0

    def ahead(self, asking: Asking) -> None:
        """Let the engine read the history, so that a question about it finds it read; raises as `predict`."""
        self._engine.ahead(prompts.prediction(asking, self._prompt))

    def predict(self, asking: Asking) -> list[Prediction]:
        """The predicted tasks, the best first, or silence; empty when the answer did not parse.

        A task that names a file, a page or a text that was never seen is refused, and what else is said
        (purpose, thoughts, response) is left out where it does.

        Raises:
            EngineError: The model has failed as a whole.
        """
        asked = prompts.prediction(asking, self._prompt)
        asked = msgspec.structs.replace(asked, within_s=asking.within_s)
        shape: type[AgentReply | AgentReplies] = AgentReplies if asking.count > 1 else AgentReply
        reply = self._engine.complete(asked, shape, ANSWER_TOKENS[asking.count])
        if reply is None:
            return []
        told = dict.fromkeys(text for task in reply.tasks if (text := _task(task)))
        said = [*told][: asking.count]
        tasks = [task for task in said if not _unseen(task, asking)]
        self.refused += len(said) - len(tasks)
        asides = (reply.purpose, reply.thoughts, reply.response)
        purpose, thoughts, response = (
            "" if not isinstance(text, str) or _unseen(text, asking) else _cut(text)
            for text in asides
        )
        silence = Prediction(
            task=None,
            purpose=purpose,
            thoughts=thoughts,
            response=response or purpose or asking.history[-1].event,
            source=f"agent:{self._engine.name}",
            prompt=self._version,
        )
        return [msgspec.structs.replace(silence, task=task) for task in tasks] or [silence]


def _unseen(text: str, asking: Asking) -> list[str]:
    """What a text names that was not seen today; what the profile knows of other days is no name of today."""
    return unseen(text, asking.history, (asking.earlier, *asking.entities))


def _task(said: str) -> str | None:
    """A task in words; None for what only says that there is none."""
    task = _cut(said)
    is_task = len(task) >= LEAST and task.casefold().rstrip(".") not in NOTHING
    return task if is_task else None


def _cut(text: str) -> str:
    """On one line, whole words, no longer than a line may be."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
