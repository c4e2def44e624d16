"""A prompt as tokens, piece by piece: the same in training and at run time, whatever reads them.

The chat template is rendered with a stand-in for each message, and what the messages say is tokenised
apart: so no text from a screen is ever read as a mark of the template, and a piece of the history has the
same tokens whatever stands around it. Knows no library: a vocabulary is a parameter.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from models.engine.base import EngineError, Message, Prompt

# Of the private use area: a template cannot know them, and no message is rendered beside them.
_STAND_IN = "\ue000{}\ue001"
_STOOD_IN = re.compile("\ue000(\\d+)\ue001")


class Text(NamedTuple):
    """A prompt's tokens; after `tail` the model answers.

    Attributes:
        head: The template's beginning, the system text, the shots, what stands before the pieces.
        pieces: The history, a list of tokens an observation.
        tail: The question, and the template's end up to the answer.
    """

    head: list[int]
    pieces: list[list[int]]
    tail: list[int]


class Vocabulary(Protocol):
    """What `tokens` asks of a model's vocabulary and chat template; see `llama_text.Words`."""

    def tokens(self, text: str, marks: bool = False) -> list[int]:
        """A text's tokens."""
        ...

    def first(self, rendered: Sequence[int]) -> list[int]:
        """The token before all."""
        ...

    def render(self, said: Sequence[Message]) -> str:
        """A conversation in the chat template."""
        ...


def tokens(words: Vocabulary, prompt: Prompt) -> Text:
    """A prompt's tokens, as a model reads them here and in training.

    Raises:
        EngineError: The model's chat template does not take the prompt.
    """
    said = prompt.messages()
    stood_in = [Message(turn.role, _STAND_IN.format(place)) for place, turn in enumerate(said)]
    parts = _STOOD_IN.split(words.render(stood_in))  # template, number, template, …, template
    contents = {str(place): turn.content for place, turn in enumerate(said[:-1])}
    asked = str(len(said) - 1)
    if asked not in parts[1::2]:
        raise EngineError("The model's chat template leaves the question out: use another model.")
    at = 2 * parts[1::2].index(asked) + 1
    head: list[int] = []
    for place, part in enumerate(parts[:at]):
        content = contents.get(part, "") if place % 2 else part
        head += words.tokens(content, marks=not place % 2)
    head += words.tokens(prompt.before)
    pieces = [words.tokens(piece) for piece in prompt.pieces]
    tail = words.tokens(prompt.after) + words.tokens("".join(parts[at + 1 :: 2]), marks=True)
    return Text(words.first(head) + head, pieces, tail)


def without_system(said: Sequence[Message]) -> list[Message]:
    """A conversation with its system text in front of the first question, for templates that know no system."""
    if said[0].role != "system":
        return list(said)
    first = Message("user", f"{said[0].content}\n\n{said[1].content}")
    return [first, *said[2:]]
