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

    def close(self) -> None:
        """Free its memory; the next `complete` loads it again."""
        ...


def schema_of(shape: type[msgspec.Struct]) -> dict[str, object]:
    """The JSON schema of a Struct with its root inlined: grammar converters stumble over a root ``$ref``."""
    schema = msgspec.json.schema(shape)
    definitions = dict(schema.pop("$defs", {}))
    root = definitions.pop(shape.__name__)
    return {**root, "$defs": definitions} if definitions else dict(root)
