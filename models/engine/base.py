"""What every language model is here: a prompt and a Struct in, a Struct out, or None."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
FOREVER = float("inf")


class EngineError(Exception):
    """The model cannot be loaded or has failed; the message is one sentence that says what to do."""


class AwayError(EngineError):
    """The model cannot be used at present; asked later, it may be."""


class LateError(EngineError):
    """Nobody waits for the answer any longer (`Prompt.within_s`); asked again without, it may be had."""


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


Job = Literal["segmenter", "agent", "judge"]
# Below the daemon's own deadlines, which end the worker: a slow answer costs itself, not what was read.
DEADLINE_S: Mapping[Job, float] = {"segmenter": 10.0, "agent": 25.0, "judge": 25.0}
# Told what goes to another program, before it goes: to whom, and the words. It raises to stop that.
Leaving = Callable[[str, str], None]
SEED = 1  # of what is drawn by chance; where we decode, nothing is


class Prompt(msgspec.Struct, frozen=True):
    """What a model is asked.

    From one question of a job to the next, pieces are added behind and dropped in front, whole, and all
    before them stays as it was: so an engine may keep what it has read of them.

    Attributes:
        job: What it is for; an engine may have an adapter for it.
        system: What the model is to do, the same each time; empty for none.
        shots: Examples: what was asked, and its answer.
        before: What stands in the user's message before the pieces.
        pieces: The history, oldest first, an observation each, with its line break.
        after: What stands behind them: the question.
        within_s: After so many seconds nobody waits for the answer; what is not loaded is not loaded for it.
            None for the job's own deadline.
    """

    job: Job
    system: str = ""
    shots: tuple[tuple[str, str], ...] = ()
    before: str = ""
    pieces: tuple[str, ...] = ()
    after: str = ""
    within_s: float | None = None

    def messages(self) -> list[Message]:
        """As a conversation, for a server or a chat template."""
        said = [Message("system", self.system)] if self.system else []
        for asked, answered in self.shots:
            said += [Message("user", asked), Message("assistant", answered)]
        return [*said, Message("user", f"{self.before}{''.join(self.pieces)}{self.after}")]


def until(prompt: Prompt, deadline_s: Mapping[Job, float]) -> float:
    """`time.monotonic()` at which an answer is given up; infinite where the job has no deadline."""
    waits_s = FOREVER if prompt.within_s is None else prompt.within_s
    return time.monotonic() + min(deadline_s.get(prompt.job, FOREVER), waits_s)


class Engine(Protocol):
    """A language model whose answers are held to a schema.

    Attributes:
        name: Short, for provenance: the file's or the model's name.
        unparsed: How many answers did not parse; each became None.
        evaluated: How many tokens were read and written; those that were kept from before do not count.
        problem: Why it does less than it was set to, such as without an adapter, in a sentence; else None.
        adapted: For which jobs it has an adapter of its own: those may be asked in fewer words.
    """

    name: str
    unparsed: int
    evaluated: int
    problem: str | None
    adapted: frozenset[Job]

    @property
    def loaded(self) -> bool:
        """Whether it holds memory that `close` frees; only then is there anything to read ahead for."""
        ...

    def complete(self, prompt: Prompt, shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct, greedily; None when what came out does not parse, or came too late.

        Of a history that is too long for the model, the newest pieces that fit are read; of one that
        does not fit by itself, its beginning.

        Raises:
            LateError: Nobody waits for it any longer, or it would have to be loaded. A server's answer that
                comes too late is None: nothing goes there twice.
            EngineError: The model has failed as a whole.
        """
        ...

    def ahead(self, prompt: Prompt) -> None:
        """Read a prompt as far as its pieces, for a later `complete`, a part of it at a time.

        Nothing happens while nothing is loaded, and where nothing can be kept.

        Raises:
            EngineError: The model has failed as a whole.
        """
        ...

    def choose(
        self, prompt: Prompt, begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """How likely each choice is as the end of an answer; None where the engine cannot tell.

        Args:
            prompt: What was asked.
            begun: The answer up to the choice.
            choices: What may follow, whole.

        Returns:
            A probability for each choice; they add up to one.

        Raises:
            EngineError: The model has failed as a whole.
        """
        ...

    def close(self) -> None:
        """Free its memory; the next `complete` loads it again."""
        ...


def parse(text: str | bytes, shape: type[T]) -> T:
    """An answer in its shape; a Struct's `SPELLINGS` names keys that some models spell otherwise.

    Raises:
        msgspec.DecodeError: It is not of the shape.
    """
    spellings: dict[str, str] = getattr(shape, "SPELLINGS", {})
    if not spellings:
        return msgspec.json.decode(text, type=shape)
    answer = msgspec.json.decode(text)
    if isinstance(answer, dict):
        answer = {spellings.get(key, key): value for key, value in answer.items()}
    return msgspec.convert(answer, shape)


def written(answer: msgspec.Struct) -> str:
    """An answer as JSON as engines write it: a space behind each colon and comma, as `json` does.

    What a model is trained on or shown has to look the same.
    """
    return json.dumps(msgspec.to_builtins(answer), ensure_ascii=False)


def schema_of(shape: type[msgspec.Struct]) -> dict[str, object]:
    """The JSON schema of a Struct with its root inlined: grammar converters stumble over a root ``$ref``.

    No key is allowed that the Struct has not: a model that may add keys does.
    """
    schema = msgspec.json.schema(shape)
    definitions = dict(schema.pop("$defs", {}))
    for definition in definitions.values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    root = definitions.pop(shape.__name__)
    return {**root, "$defs": definitions} if definitions else dict(root)
