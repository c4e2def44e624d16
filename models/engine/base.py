"""What every language model is here: messages and a Struct in, a Struct out, or None."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


class EngineError(Exception):
    """The model cannot be loaded or has failed; the message is one sentence that says what to do."""


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Engine(Protocol):
    """A language model whose answers are held to a schema.

    Attributes:
        name: Short, for provenance: the file's or the model's name.
        unparsed: How many answers did not parse; each became None.
    """

    name: str
    unparsed: int

    def complete(self, messages: Sequence[Message], shape: type[T], max_tokens: int) -> T | None:
        """Answer in the shape of a Struct; None when what came out does not parse.

        Raises:
            EngineError: The model has failed as a whole.
        """
        ...

    def choose(
        self, messages: Sequence[Message], begun: str, choices: Sequence[str]
    ) -> tuple[float, ...] | None:
        """How likely each choice is as the end of an answer; None where the engine cannot tell.

        Args:
            messages: What was asked.
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


def schema_of(shape: type[msgspec.Struct]) -> dict[str, object]:
    """The JSON schema of a Struct with its root inlined: grammar converters stumble over a root ``$ref``."""
    schema = msgspec.json.schema(shape)
    definitions = dict(schema.pop("$defs", {}))
    root = definitions.pop(shape.__name__)
    return {**root, "$defs": definitions} if definitions else dict(root)
