"""A prompt as tokens, piece by piece: the same in training and at run time.

The chat template is rendered with a stand-in for each message, and what the messages say is tokenised
apart: so no text from a screen is ever read as a mark of the template, and a piece of the history has the
same tokens whatever stands around it. Knows llama.cpp's model (its vocabulary is enough) and no context.
"""

import contextlib
import ctypes
import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from models.engine.base import EngineError, Message, Prompt

# Of the private use area: a template cannot know them, and no message is rendered beside them.
_STAND_IN = "\ue000{}\ue001"
_STOOD_IN = re.compile("\ue000(\\d+)\ue001")
_PIECE_BYTES = 512


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
    """What `tokens` asks of a model's vocabulary and chat template; see `Words`."""

    def tokens(self, text: str, marks: bool = False) -> list[int]:
        """A text's tokens."""
        ...

    def first(self, rendered: Sequence[int]) -> list[int]:
        """The token before all."""
        ...

    def render(self, said: Sequence[Message]) -> str:
        """A conversation in the chat template."""
        ...


class Words:
    """A model's vocabulary and its chat template.

    Args:
        model: llama.cpp's model, loaded by somebody else, who frees it.

    Attributes:
        size: How many tokens there are.
        end: The token that ends an answer.
    """

    def __init__(self, model: Any) -> None:
        import llama_cpp

        self._llama = llama_cpp
        self._vocabulary = llama_cpp.llama_model_get_vocab(model)
        self.size = int(llama_cpp.llama_vocab_n_tokens(self._vocabulary))
        self.end = int(llama_cpp.llama_vocab_eos(self._vocabulary))
        self._first = int(llama_cpp.llama_vocab_bos(self._vocabulary))
        template = llama_cpp.llama_model_chat_template(model, None)
        self._template = template.decode(errors="replace") if template else None

    def tokens(self, text: str, marks: bool = False) -> list[int]:
        """A text's tokens.

        Args:
            text: Any.
            marks: Whether a mark such as ``<|im_end|>`` in it is one; else it is text.
        """
        data = text.encode(errors="replace")
        room = len(data) + 8  # a token has at least a byte; some vocabularies put a space in front
        found = (self._llama.llama_token * room)()
        count = self._llama.llama_tokenize(
            self._vocabulary, data, len(data), found, room, False, marks
        )
        return list(found[: max(count, 0)])

    def piece(self, token: int) -> bytes:
        """What a token stands for."""
        if token < 0:  # a mark that the vocabulary has not; llama.cpp ends the process
            return b""
        room = ctypes.create_string_buffer(_PIECE_BYTES)
        count = self._llama.llama_token_to_piece(
            self._vocabulary, token, room, _PIECE_BYTES, 0, True
        )
        return room.raw[: max(count, 0)]

    def is_mark(self, token: int) -> bool:
        """Whether a token is one of the template's, and no text."""
        return bool(self._llama.llama_vocab_is_control(self._vocabulary, token))

    def ends(self, token: int) -> bool:
        """Whether a token ends an answer."""
        return bool(self._llama.llama_vocab_is_eog(self._vocabulary, token))

    def first(self, rendered: Sequence[int]) -> list[int]:
        """The token that a text begins with, where the vocabulary wants one and the template has none."""
        wanted = self._llama.llama_vocab_get_add_bos(self._vocabulary)
        return [self._first] if wanted and list(rendered[:1]) != [self._first] else []

    def render(self, said: Sequence[Message]) -> str:
        """A conversation in the model's chat template, up to where it answers; plain without a template.

        Raises:
            EngineError: The template does not take it.
        """
        if self._template is None:
            return "".join(f"{message.content}\n\n" for message in said)
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        end, first = (self.piece(mark).decode(errors="replace") for mark in (self.end, self._first))
        try:
            form = Jinja2ChatFormatter(self._template, eos_token=end, bos_token=first)
            try:
                return str(form(messages=msgspec.to_builtins(said), enable_thinking=False).prompt)
            except (TemplateError, ValueError):  # such as "System role not supported"
                joined = msgspec.to_builtins(without_system(said))
                return str(form(messages=joined, enable_thinking=False).prompt)
        except (TemplateError, ValueError, TypeError) as error:
            raise EngineError(
                "The model's chat template takes no question: use a model for chats."
            ) from error


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


@functools.cache
def begin() -> Any:
    """Set llama.cpp up, once a process: it says nothing, for what it would say goes to stderr."""
    import llama_cpp

    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
    def drop(level: int, text: bytes, data: object) -> None: ...

    llama_cpp.llama_backend_init()
    llama_cpp.llama_log_set(drop, None)
    return drop  # llama.cpp holds it: so must we


@contextlib.contextmanager
def words_of(path: Path) -> Iterator[Words]:
    """A GGUF file's vocabulary alone, for training: it is freed at the end.

    Raises:
        EngineError: The file cannot be loaded.
    """
    import llama_cpp

    begin()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise EngineError(f"The model {path} cannot be loaded: is it a whole GGUF file?")
    try:
        yield Words(model)
    finally:
        llama_cpp.llama_model_free(model)
